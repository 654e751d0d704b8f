"""Emission totals against the permits, from the months as they were computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from guanggu.base import clock

from ..models import DischargePermit, EmissionTotal, Outlet, PermittedAmount, PollutionSource
from ..rules.emissions import Outlook, outlook


@dataclass(frozen=True)
class Line:
    """One pollutant of one outlet in a year. covered: hours counted of hours expected."""

    outlet: Outlet
    pollutant: str
    amount: PermittedAmount | None
    months: list[EmissionTotal]
    outlook: Outlook

    @property
    def covered(self) -> float | None:
        expected = sum(m.expected_hours for m in self.months)
        return sum(m.valid_hours for m in self.months) / expected if expected else None

    @property
    def reported_t(self) -> float | None:
        """Tonnes as the station added up; None where it does not."""
        if not any(m.reported_hours for m in self.months):
            return None
        return sum(m.reported_kg for m in self.months) / 1000

    @property
    def difference(self) -> float | None:
        """The station's figure against the computed one, months by their amount."""
        both = [m for m in self.months if m.difference is not None]
        base = sum(m.amount_kg for m in both)
        return sum(m.amount_kg * (m.difference or 0.0) for m in both) / base if base else None

    @property
    def over_hours(self) -> int:
        return sum(m.over_hours for m in self.months)


def permits_in_force(on: date) -> Q:
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=on)) & (
        Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    )


def amounts_by_outlet(on: date) -> dict[tuple[int, str], PermittedAmount]:
    """What the permits in force on the day allow, by (outlet, pollutant)."""
    permits = DischargePermit.objects.filter(permits_in_force(on)).values("pk")
    rows = PermittedAmount.objects.filter(permit__in=permits).order_by("pk")
    return {(row.outlet_id, row.pollutant): row for row in rows}


def lines_of_year(outlets: Iterable[Outlet], year: int) -> list[Line]:
    """Every pollutant with a total or a permitted amount, outlets in their order."""
    today = min(clock.today(), date(year, 12, 31))
    wanted = list(outlets)
    amounts = amounts_by_outlet(today)
    months: dict[tuple[int, str], list[EmissionTotal]] = {}
    rows = EmissionTotal.objects.filter(
        outlet__in=wanted, month__gte=date(year, 1, 1), month__lte=date(year, 12, 1)
    )
    for row in rows.order_by("month"):
        months.setdefault((row.outlet_id, row.pollutant), []).append(row)
    found = []
    for outlet in wanted:
        own = {p for o, p in (*months, *amounts) if o == outlet.pk}
        for pollutant in sorted(own):
            held = months.get((outlet.pk, pollutant), [])
            amount = amounts.get((outlet.pk, pollutant))
            seen = outlook(
                [(m.month, m.amount_kg) for m in held], today, amount.annual_t if amount else None
            )
            found.append(Line(outlet, pollutant, amount, held, seen))
    return found


def outlets_of(source: PollutionSource) -> list[Outlet]:
    return list(source.outlets.order_by("key"))
