"""The kinds of thing that apps declare: what a thing's ``kind`` may be, in people's words."""

from __future__ import annotations

from dataclasses import dataclass

from guanggu.base.bilingual import T


@dataclass(frozen=True, slots=True)
class ThingKind:
    """app: whose it is; address: page of a thing of the kind, ``{key}`` and ``{subject}`` put in;
    icon: of the map."""

    code: str
    title: T
    app: str = ""
    address: str = ""
    icon: str = ""


THING_KINDS: dict[str, ThingKind] = {}


def thing_kind(
    code: str, title: T, app: str = "", *, address: str = "", icon: str = ""
) -> ThingKind:
    """Declare a kind; saying the same again changes nothing. Raises RuntimeError where two apps
    say different things."""
    made = ThingKind(code, title, app, address, icon)
    known = THING_KINDS.setdefault(code, made)
    if known.app != made.app:
        raise RuntimeError(f"two apps declare the kind of thing {code}")
    THING_KINDS[code] = made
    return made


def kind_title(code: str) -> T:
    known = THING_KINDS.get(code)
    return known.title if known else T(code, code)


# Declared by no app: what a client of an open interface registers without saying more.
thing_kind("general", T("通用监测设施", "General"))
