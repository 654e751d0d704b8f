"""Computing emission totals of a month from the hours of the outlets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.ids import Ref
from guanggu.base.months import next_month
from guanggu.kernel.journal.public import action, append

from ..models import EmissionTotal, Outlet
from ..queries.scopes import may_review
from ..queries.sensing import HOUR_S, hourly
from ..queries.totals import amounts_by_outlet
from ..rules.days import midnight
from ..rules.emissions import amount_of, flows_of
from ..rules.words import FLOWS, POLLUTANTS, SUM_SUFFIX, TOTALLED


def _may_compute(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or may_review(actor)


@action("environment.compute_totals", allows=_may_compute)
def compute_totals(actor: Actor, *, month: str) -> dict[str, Any]:
    """Compute the month (ISO date of its first day) anew for every outlet. Raises Unavailable."""
    first = date.fromisoformat(month).replace(day=1)
    start_at = midnight(first)
    end_at = min(midnight(next_month(first)), clock.now())
    expected = max(int((end_at - start_at).total_seconds() // HOUR_S), 0)
    outlets = {outlet.key: outlet for outlet in Outlet.objects.all()}
    codes = sorted({c for group in POLLUTANTS.values() for c in group} | set(FLOWS.values()))
    hours = hourly(outlets, [*codes, *(f"{c}{SUM_SUFFIX}" for c in codes)], start_at, end_at)
    amounts = amounts_by_outlet(first)
    rows = []
    for (thing, code), concentrations in hours.items():
        outlet = outlets[thing]
        if code not in TOTALLED:
            continue
        permitted, flow = amounts.get((outlet.pk, code)), FLOWS[outlet.medium]
        flows = flows_of(
            hours.get((thing, flow), {}), hours.get((thing, f"{flow}{SUM_SUFFIX}"), {}),
            outlet.medium,
        )  # fmt: skip
        found = amount_of(
            concentrations, flows, expected, permitted.limit if permitted else None,
            hours.get((thing, f"{code}{SUM_SUFFIX}")),
        )  # fmt: skip
        rows.append(
            EmissionTotal(
                outlet=outlet, pollutant=code, month=first, amount_kg=found.amount_kg,
                mean=found.mean, valid_hours=found.valid_hours, over_hours=found.over_hours,
                expected_hours=found.expected_hours, computed_at=clock.now(),
                reported_kg=found.reported_kg, reported_hours=found.reported_hours,
                taken_hours=found.taken_hours, difference=found.difference,
            )
        )  # fmt: skip
    EmissionTotal.objects.filter(month=first).delete()
    EmissionTotal.objects.bulk_create(rows, batch_size=500)
    append(
        Ref("environment", "totals"), "environment.totals_computed", actor,
        {"month": first.isoformat(), "rows": len(rows)},
    )  # fmt: skip
    return {"rows": len(rows)}


def compute_recent_totals() -> None:
    """The running month, and in its first days the one before: late data still arrive."""
    if not Outlet.objects.exists():
        return
    today = clock.today()
    months = {today.replace(day=1), (today - timedelta(days=5)).replace(day=1)}
    for first in sorted(months):
        compute_totals(platform("environment"), month=first.isoformat())
