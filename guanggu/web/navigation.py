"""Who sees which way in: areas on the bar, entries below, links of the account menu.

Apps say their ways in once, when they are loaded (``register.py`` or ``views.py``)::

    navigation.entry("services", T("办事指南", "Service guide"), "/portal/services/", order=10)
    navigation.entry("work", T("待办", "Worklist"), "/approvals/work/", allows=may_work)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T

Allows = Callable[[Actor], bool]


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    title: T
    order: int


@dataclass(frozen=True, slots=True)
class Entry:
    area: str
    title: T
    href: str
    order: int = 50
    allows: Allows = lambda actor: True


AREAS = {
    area.code: area
    for area in (
        Area("home", T("首页", "Home"), 0),
        Area("services", T("政务服务", "Services"), 10),
        Area("mine", T("我的", "My page"), 20),
        Area("work", T("工作台", "Workbench"), 30),
        Area("office", T("公文办公", "Office"), 40),
        Area("supervision", T("监察督办", "Supervision"), 50),
        Area("sensing", T("感知监测", "Sensing"), 52),
        Area("city", T("城市运行", "City"), 55),
        Area("data", T("数据资源", "Data"), 60),
        Area("account", T("账户", "Account"), 80),
        Area("administration", T("平台管理", "Administration"), 90),
    )
}
_entries: dict[tuple[str, str], Entry] = {}
_account_links: dict[str, Entry] = {}


def officials(actor: Actor) -> bool:
    return actor.kind == "official"


def known(actor: Actor) -> bool:
    return actor.is_known


def residents_and_firms(actor: Actor) -> bool:
    return actor.kind in ("person", "firm")


def area(code: str, title: T, order: int = 70) -> None:
    """Name a further area; one that stands already keeps its place."""
    AREAS.setdefault(code, Area(code, title, order))


def entry(area: str, title: T, href: str, *, order: int = 50, allows: Allows | None = None) -> None:
    """Put a way in under an area; saying it twice changes nothing. Raises KeyError: no such area."""
    AREAS[area]
    _entries[area, href] = Entry(area, title, href, order, allows or (lambda actor: True))


def account_link(title: T, href: str, *, order: int = 50, allows: Allows = known) -> None:
    """A line of the account menu."""
    _account_links[href] = Entry("account", title, href, order, allows)


def account_links(actor: Actor) -> list[Entry]:
    return sorted(
        (e for e in _account_links.values() if e.allows(actor)), key=lambda e: (e.order, e.href)
    )


@dataclass(frozen=True, slots=True)
class Way:
    """One link as drawn: ``current`` where the page lies under it."""

    title: T
    href: str
    current: bool


def ways(actor: Actor, path: str) -> tuple[list[Way], list[Way]]:
    """The bar of areas and the entries of the present area, for this actor at this address."""
    allowed = [e for e in _entries.values() if e.allows(actor)]
    here = max(
        (e for e in allowed if path.startswith(e.href) and (e.href != "/" or path == "/")),
        key=lambda e: len(e.href),
        default=None,
    )
    by_area: dict[str, list[Entry]] = {}
    for each in sorted(allowed, key=lambda e: (e.order, e.href)):
        by_area.setdefault(each.area, []).append(each)
    bar = [
        Way(a.title, by_area[a.code][0].href, here is not None and here.area == a.code)
        for a in sorted(AREAS.values(), key=lambda a: a.order)
        if a.code in by_area
    ]
    below = by_area.get(here.area, []) if here else []
    return bar, [Way(e.title, e.href, e is here) for e in below] if len(below) > 1 else []
