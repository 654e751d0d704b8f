"""What the front door shows: published items, notices, and what belongs to who is signed in."""

from __future__ import annotations

import collections
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.ids import Ref
from guanggu.kernel.case.public import Case, Task, applicant_tasks, definition_for, my_cases
from guanggu.kernel.document.public import VIEW_DOCUMENTS, Document
from guanggu.kernel.identity.public import permission, visible
from guanggu.kernel.register.public import brief, register_of, snapshot

from .models import Counter, Notice, Slot

ITEMS = "service_items"
_COLUMNS = (
    "key", "name", "name_en", "summary", "summary_en", "promised_days", "subjects", "themes",
    "popular", "organisation__name", "organisation__name_en", "valid_from", "valid_until",
)  # fmt: skip

_NOT_SENT = ("shared", "form")  # materials that nobody has to bring


@dataclass(frozen=True)
class Item:
    """A published service item as the front door shows it."""

    key: str
    title: T
    summary: T
    body: T
    promised_days: int
    subjects: tuple[str, ...]
    themes: tuple[str, ...]
    popular: int

    @property
    def guide(self) -> str:
        return f"/powers/items/{self.key}/"

    @property
    def apply(self) -> str:
        return f"/approvals/apply/{self.key}/"


def _item(row: dict[str, Any]) -> Item:
    return Item(
        key=row["key"],
        title=T(row["name"], row["name_en"] or row["name"]),
        summary=T(row["summary"], row["summary_en"] or row["summary"]),
        body=T(
            row["organisation__name"], row["organisation__name_en"] or row["organisation__name"]
        ),
        promised_days=row["promised_days"],
        subjects=tuple(row["subjects"]),
        themes=tuple(row["themes"]),
        popular=row["popular"],
    )


def published_items(actor: Actor) -> list[Item]:
    """The items that can be applied for today; none where the list of powers is not installed."""
    today = clock.today()
    rows = brief(ITEMS, actor, *_COLUMNS, status="in_force")
    return [
        _item(row)
        for row in rows
        if (row["valid_from"] is None or row["valid_from"] <= today)
        and (row["valid_until"] is None or row["valid_until"] >= today)
    ]


def popular_items(items: list[Item]) -> list[Item]:
    return sorted((item for item in items if item.popular), key=lambda item: item.popular)


def words_for(name: str) -> dict[str, T]:
    """The vocabulary of items: "themes" or "subjects", code to title."""
    register = register_of(ITEMS)
    return dict(register.extra.get(name, {})) if register else {}


@dataclass(frozen=True)
class Needed:
    """A material to have ready; ``sometimes``: only in some cases."""

    name: T
    note: T
    sometimes: bool


@dataclass(frozen=True)
class NeededGroup:
    """What one item asks for, or (first, with the title of none) what several ask for."""

    title: T | None
    materials: tuple[Needed, ...]


def materials_of(items: list[Item]) -> list[NeededGroup]:
    """The materials of all the items: what several ask for stands once, and first.

    What departments fetch from each other is left out.
    """
    by_item: dict[str, dict[str, Needed]] = {}
    for item in items:
        record = snapshot(Ref(ITEMS, item.key)) or {}
        rows = [row for row in record.get("materials") or [] if row.get("source") not in _NOT_SENT]
        by_item[item.key] = {row["name"]: _needed(row) for row in rows}
    asked = collections.Counter(name for materials in by_item.values() for name in materials)
    common = {
        name: needed
        for materials in by_item.values()
        for name, needed in materials.items()
        if asked[name] > 1
    }
    groups = [NeededGroup(None, tuple(common.values()))]
    for item in items:
        own = [needed for name, needed in by_item[item.key].items() if name not in common]
        groups.append(NeededGroup(item.title, tuple(own)))
    return [group for group in groups if group.materials]


def _needed(row: dict[str, Any]) -> Needed:
    note = T(row.get("note") or "", row.get("note_en") or row.get("note") or "")
    name = T(row["name"], row.get("name_en") or row["name"])
    return Needed(name, note, bool(row.get("when")) or not row.get("required"))


def current_notices() -> Q:
    today = clock.today()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    return begun & (Q(valid_until__isnull=True) | Q(valid_until__gte=today))


VIEW_NOTICES = permission(
    "portal.view_notices",
    scope=lambda actor: actor.kind in ("official", "platform") or current_notices(),
)
CHANGE_NOTICES = permission(
    "portal.change_notices",
    scope=lambda actor: actor.kind == "platform" or actor.has("catalogue"),
)


def notices(actor: Actor) -> QuerySet[Notice]:
    rows = visible(actor, Notice.objects.filter(current_notices()), VIEW_NOTICES)
    return rows.order_by("-pinned", "-published_on", "-pk")


def documents(actor: Actor) -> QuerySet[Document]:
    """The issued documents of the person or firm, newest first."""
    rows = visible(actor, Document.objects.select_related("file"), VIEW_DOCUMENTS)
    return rows.order_by("-pk")


@dataclass(frozen=True)
class Matter:
    """One of my cases as the front door shows it."""

    case: Case
    stage: T
    mine: Task | None

    @property
    def href(self) -> str:
        return f"/approvals/matters/{self.case.number}/"


def matters(actor: Actor, *, limit: int = 20) -> list[Matter]:
    """My newest cases, each with its step and what I must do now; those that wait for me first."""
    waiting = {task.case_id: task for task in applicant_tasks(actor)}
    found = [
        Matter(case, _stage(case), waiting.get(case.pk)) for case in my_cases(actor, limit=limit)
    ]
    return sorted(found, key=lambda matter: matter.mine is None)


def _stage(case: Case) -> T:
    step = definition_for(case).steps.get(case.step)
    return step.title if step else T("办理中", "Under way")


VIEW_COUNTERS = permission("portal.view_counters", scope=lambda actor: True)


@dataclass(frozen=True)
class Opening:
    """A day or a time at a counter, with the places left."""

    at: Any
    left: int


def open_days(counter: Counter) -> list[Opening]:
    """The coming days of the counter, with the places left on each."""
    slots = counter.slots.filter(starts_at__gt=clock.now())
    rows = slots.values("day").annotate(left=Count("pk", filter=Q(holder=""))).order_by("day")
    return [Opening(row["day"], row["left"]) for row in rows[:31]]


def open_times(counter: Counter, day: date) -> list[Opening]:
    slots = counter.slots.filter(day=day, starts_at__gt=clock.now())
    rows = slots.values("starts_at").annotate(left=Count("pk", filter=Q(holder="")))
    return [Opening(row["starts_at"], row["left"]) for row in rows.order_by("starts_at")]


def bookings(actor: Actor) -> QuerySet[Slot]:
    """My bookings to come."""
    mine = Slot.objects.filter(holder=actor.ref, starts_at__gt=clock.now())
    return mine.select_related("counter").order_by("starts_at")


def desk_bookings(day: date) -> QuerySet[Slot]:
    """Who comes that day, for the counter."""
    return Slot.objects.filter(day=day).exclude(holder="").select_related("counter").order_by(
        "counter__key", "starts_at", "place"
    )  # fmt: skip
