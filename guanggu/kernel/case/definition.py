"""A procedure's definition as values: parsed once, from JSON of the shape below.

    {"kind": "permit", "title": "一般许可", "title_en": "Ordinary permit", "prefix": "XK",
     "start": "accept", "data": <JSON Schema of the case's data>,
     "clocks": {"statutory": {"title": …, "title_en": …, "days": 20 or "data.statutory_days",
                "extension_days": 10, "extend_roles": ["head"], "pause_reasons": ["hearing"]}},
     "reopen": {"to": ["review"], "roles": ["decide"]}, "withdraw_roles": ["applicant"],
     "jump_roles": [],
     "steps": [
       {"key": "accept", "title": …, "title_en": …, "stage": "acceptance", "kind": "task",
        "role": "accept", "organisation": "case.organisation", "days": 5,
        "outcomes": [{"key": "accept", "title": …, "title_en": …, "to": "review",
                      "data": <JSON Schema>, "when": "data.complete", "keep": ["fee"],
                      "tell": ["fee"], "effects": [{"clock": "statutory", "do": "start"}]}],
        "timers": [{"days": 5, "outcome": "deemed"}, {"days": 3}],
        "on_enter": […effects], "on_leave": […effects],
        "not_same_person_as": ["accept"], "separation": "refuse" or "mark", "once": true},
       {"key": "joint", "kind": "parallel", "organisations": "data.departments" or ["0101", …],
        "outcomes": [{"key": "agree", …}], "join": [{"key": "agreed", "when": …, "to": "decide"}]},
       {"key": "granted", "kind": "end", "result": "granted", …}]}

Expressions are those of zen over ``data`` (of the case), ``answer`` (of the task), ``answers``
(of a parallel step: branch, outcome, data), ``round``, ``entries`` (how often each step was
entered) and ``case`` (organisation, item, subject, applicant, firm).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from guanggu.base.bilingual import T

APPLICANT, PLATFORM, HEAD = "applicant", "platform", "head"


def title_of(raw: Mapping[str, Any]) -> T:
    zh = str(raw.get("title") or raw.get("key") or "")
    return T(zh, str(raw.get("title_en") or raw.get("x-title-en") or zh))


@dataclass(frozen=True)
class Effect:
    clock: str
    do: str
    reason: str = ""
    since: str = "now"


@dataclass(frozen=True)
class Outcome:
    key: str
    title: T
    to: str
    when: str
    schema: dict[str, Any] | None
    keep: tuple[str, ...]
    tell: tuple[str, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class TimerRule:
    days: int | str
    outcome: str


@dataclass(frozen=True)
class ClockRule:
    name: str
    title: T
    days: int | str
    extension_days: int | str
    extend_roles: tuple[str, ...]
    pause_roles: tuple[str, ...]
    pause_reasons: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    key: str
    title: T
    kind: str
    stage: str
    role: str
    organisation: str
    organisations: str | tuple[str, ...]
    days: int | str | None
    outcomes: dict[str, Outcome]
    join: tuple[Outcome, ...]
    timers: tuple[TimerRule, ...]
    on_enter: tuple[Effect, ...]
    on_leave: tuple[Effect, ...]
    not_same_person_as: tuple[str, ...]
    refuses_same_person: bool
    once: bool
    result: str


@dataclass(frozen=True)
class Definition:
    code: str
    version: int
    kind: str
    title: T
    prefix: str
    start: str
    schema: dict[str, Any] | None
    steps: dict[str, Step]
    clocks: dict[str, ClockRule]
    reopen_to: tuple[str, ...]
    reopen_roles: tuple[str, ...]
    withdraw_roles: tuple[str, ...]
    jump_roles: tuple[str, ...]
    tell: tuple[str, ...] = field(default=())

    @cached_property
    def stages(self) -> list[str]:
        """Keys of the stages in the order in which the steps first name them."""
        return list(dict.fromkeys(step.stage for step in self.steps.values() if step.stage))


def _texts(value: Any) -> tuple[str, ...]:
    if value in (None, "", False):
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _effects(raw: Any) -> tuple[Effect, ...]:
    return tuple(
        Effect(e.get("clock", "*"), e["do"], e.get("reason", ""), e.get("since", "now"))
        for e in raw or ()
    )


def _outcome(raw: Mapping[str, Any]) -> Outcome:
    return Outcome(
        key=raw["key"],
        title=title_of(raw),
        to=raw.get("to", ""),
        when=raw.get("when", ""),
        schema=raw.get("data"),
        keep=_texts(raw.get("keep")),
        tell=_texts(raw.get("tell")),
        effects=_effects(raw.get("effects")),
    )


def _step(raw: Mapping[str, Any]) -> Step:
    kind = raw.get("kind", "task")
    organisations = raw.get("organisations", ())
    return Step(
        key=raw["key"],
        title=title_of(raw),
        kind=kind,
        stage=raw.get("stage", ""),
        role=raw.get("role", PLATFORM if kind == "wait" else ""),
        organisation=raw.get("organisation", "case.organisation"),
        organisations=organisations if isinstance(organisations, str) else tuple(organisations),
        days=raw.get("days"),
        outcomes={o["key"]: _outcome(o) for o in raw.get("outcomes", ())},
        join=tuple(_outcome(o) for o in raw.get("join", ())),
        timers=tuple(TimerRule(t["days"], t.get("outcome", "")) for t in raw.get("timers", ())),
        on_enter=_effects(raw.get("on_enter")),
        on_leave=_effects(raw.get("on_leave")),
        not_same_person_as=_texts(raw.get("not_same_person_as")),
        refuses_same_person=raw.get("separation", "refuse") == "refuse",
        once=bool(raw.get("once")),
        result=raw.get("result", raw["key"]),
    )


def _clock(name: str, raw: Mapping[str, Any]) -> ClockRule:
    return ClockRule(
        name=name,
        title=title_of({"key": name, **raw}),
        days=raw["days"],
        extension_days=raw.get("extension_days", 0),
        extend_roles=_texts(raw.get("extend_roles", HEAD)),
        pause_roles=_texts(raw.get("pause_roles")),
        pause_reasons=_texts(raw.get("pause_reasons")),
    )


def parse(code: str, version: int, raw: Mapping[str, Any]) -> Definition:
    """The definition as values. Raises KeyError, TypeError where :mod:`checking` was not asked."""
    reopen = raw.get("reopen") or {}
    return Definition(
        code=code,
        version=version,
        kind=raw["kind"],
        title=title_of({"key": code, **raw}),
        prefix=raw["prefix"],
        start=raw["start"],
        schema=raw.get("data"),
        steps={s["key"]: _step(s) for s in raw["steps"]},
        clocks={name: _clock(name, c) for name, c in (raw.get("clocks") or {}).items()},
        reopen_to=_texts(reopen.get("to")),
        reopen_roles=_texts(reopen.get("roles", "decide")),
        withdraw_roles=_texts(raw.get("withdraw_roles", APPLICANT)),
        jump_roles=_texts(raw.get("jump_roles")),
        tell=_texts(raw.get("tell")),
    )
