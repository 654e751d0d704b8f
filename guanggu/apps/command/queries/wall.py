"""What the wall shows, for one reader: figures, alarms, cases, orders, the log."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case as When
from django.db.models import Count, IntegerField, Q, QuerySet, Value
from django.db.models import When as If

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.case.public import VIEW_CASES, Case, Procedure
from guanggu.kernel.identity.public import visible
from guanggu.kernel.indicator.public import (
    SEE_INDICATORS,
    Indicator,
    Standing,
    State,
    standings,
)
from guanggu.kernel.journal.public import Event, matches
from guanggu.kernel.observation.public import SEE_ALARMS, Alarm

GOING_ON = ("open", "acknowledged", "cleared")
EVENTS_LOOKED_AT = 2_000
INDICATORS_READ_MAX = 400
# What is worst comes first; what has no figure is left out.
_ORDER = (State.MISSED, State.BEHIND, State.ON_PATH, State.AHEAD, State.REACHED)


def alarms_seen(actor: Actor) -> QuerySet[Alarm]:
    return visible(actor, Alarm.objects.all(), SEE_ALARMS)


def alarms_now(actor: Actor, limit: int = 60) -> list[Alarm]:
    """What is not closed, the most severe first, then the newest."""
    weight = When(
        If(severity="severe", then=Value(0)), If(severity="warning", then=Value(1)),
        default=Value(2), output_field=IntegerField(),
    )  # fmt: skip
    rows = alarms_seen(actor).filter(state__in=GOING_ON).annotate(weight=weight)
    rows = rows.select_related("rule", "thing", "datastream__observed_property")
    return list(rows.order_by("weight", "-opened_at")[:limit])


def alarm_counts(actor: Actor) -> dict[str, int]:
    """By state, of those not closed, and ``severe`` of the open ones."""
    rows = alarms_seen(actor).filter(state__in=GOING_ON)
    found = dict(rows.values_list("state").annotate(n=Count("pk")))
    found["severe"] = rows.filter(state="open", severity="severe").count()
    return found


def key_indicators(actor: Actor, limit: int = 8) -> list[tuple[Indicator, Standing]]:
    """Those with a target and a figure, the farthest behind their path first."""
    rows = Indicator.objects.filter(targets__kind="target").distinct()
    seen = list(visible(actor, rows, SEE_INDICATORS).order_by("pk")[:INDICATORS_READ_MAX])
    found = standings(seen)
    told = [(each, found[each.key]) for each in seen if found[each.key].state in _ORDER]
    return sorted(told, key=lambda pair: _ORDER.index(pair[1].state))[:limit]


@dataclass(frozen=True, slots=True)
class Flow:
    """Cases under way of one kind."""

    kind: str
    title: str
    title_en: str
    open: int
    near: int
    overdue: int


def case_flow(actor: Actor) -> list[Flow]:
    """Open cases by kind, the most first."""
    today = clock.today()
    rows = (
        visible(actor, Case.objects.filter(state="open"), VIEW_CASES)
        .values("kind")
        .annotate(
            n=Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            near=Count("pk", filter=Q(due_on__gte=today, near_on__lte=today)),
        )
        .order_by("-n", "kind")
    )
    titles = {
        kind: (title, title_en)
        for kind, title, title_en in Procedure.objects.order_by("pk").values_list(
            "kind", "title", "title_en"
        )
    }
    return [
        Flow(r["kind"], *titles.get(r["kind"], (r["kind"], r["kind"])), r["n"], r["near"],
             r["overdue"])
        for r in rows
    ]  # fmt: skip


def newest_events(kinds: tuple[str, ...], wanted: int) -> list[Event]:
    """The last events of these kinds, oldest first; looks back no further than it must."""
    found: list[Event] = []
    rows = Event.objects.order_by("-transaction", "-pk")[:EVENTS_LOOKED_AT]
    for event in rows.iterator(chunk_size=200):
        if matches(event.kind, kinds):
            found.append(event)
            if len(found) >= wanted:
                break
    return found[::-1]
