"""Patrols: one's own that is under way, and how far the plans of the lakes were kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from guanggu.base import clock
from guanggu.base.actor import Actor

from ..models import Lake, LakeIssue, Patrol, PatrolPlan
from ..rules.patrolling import Kept, kept
from ..rules.words import OPEN_STATES

WEEKS = 12  # over which the chief sees how plans were kept


def running_patrol(actor: Actor) -> Patrol | None:
    rows = Patrol.objects.filter(account=actor.account, state="under_way")
    return rows.select_related("lake", "plan").first()


def own_patrols(actor: Actor, limit: int = 10) -> list[Patrol]:
    rows = Patrol.objects.filter(account=actor.account, state="ended").select_related("lake")
    return list(rows.order_by("-started_at")[:limit])


def whole_weeks(today: date, weeks: int = WEEKS) -> tuple[date, date]:
    """First and last day of the last whole weeks, Monday to Sunday."""
    last = today - timedelta(days=today.weekday() + 1)
    return last - timedelta(days=7 * weeks - 1), last


def plans_kept(lakes: Iterable[Lake]) -> dict[int, Kept]:
    """How far each lake's plans were kept over the last whole weeks, by its id."""
    first, last = whole_weeks(clock.today())
    since = first - timedelta(days=1)
    done: dict[int, list[date]] = {}
    rows = Patrol.objects.filter(state="ended", started_at__date__gte=since, plan__isnull=False)
    for plan, started_at in rows.values_list("plan", "started_at"):
        done.setdefault(plan, []).append(clock.local(started_at).date())
    found: dict[int, Kept] = {}
    for plan in PatrolPlan.objects.filter(lake__in=list(lakes), is_active=True):
        begins = max(first, plan.begins_on) if plan.begins_on else first
        part = kept(done.get(plan.pk, []), begins, last, plan.times_a_week)
        before = found.get(plan.lake_id, Kept(0, 0))
        found[plan.lake_id] = Kept(before.done + part.done, before.due + part.due)
    return found


def open_issues(lakes: Iterable[Lake]) -> dict[int, list[LakeIssue]]:
    """Open problems by the lake's id, the oldest first."""
    found: dict[int, list[LakeIssue]] = {}
    rows = LakeIssue.objects.filter(lake__in=list(lakes), state__in=OPEN_STATES)
    for row in rows.order_by("found_at"):
        found.setdefault(row.lake_id, []).append(row)
    return found
