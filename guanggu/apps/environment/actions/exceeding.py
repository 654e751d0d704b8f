"""Looking through the hours of outlets for what exceeds a permit, and opening its case."""

from __future__ import annotations

from datetime import date, timedelta

from guanggu.base import clock
from guanggu.base.actor import platform

from ..models import Outlet, Violation
from ..queries.sensing import hourly
from ..queries.totals import amounts_by_outlet, lines_of_year
from ..rules.days import midnight
from ..rules.exceeding import BASIS, breaches
from ..rules.words import POLLUTANTS
from .enforcing import open_violation

_PART = platform("environment")
_CODES = sorted({code for codes in POLLUTANTS.values() for code in codes})


def open_cases_of_exceedances(first: date, last: date) -> int:
    """Open or join a case for each outlet over its limit on these days; answers how many.

    What a case knows already is not told again. Raises Unavailable.
    """
    outlets = {o.key: o for o in Outlet.objects.select_related("source_unit")}
    end_at = min(midnight(last + timedelta(days=1)), clock.now())
    hours = hourly(outlets, _CODES, midnight(first), end_at)
    amounts = amounts_by_outlet(last)
    opened = 0
    for (key, code), held in hours.items():
        outlet = outlets[key]
        amount = amounts.get((outlet.pk, code))
        if amount is None or amount.limit is None or outlet.source_unit.organisation_id is None:
            continue
        for at, value in breaches(outlet.medium, held, amount.limit):
            if _is_known(str(outlet.ref), "exceedance", at):
                continue
            open_violation(
                _PART, subject=str(outlet.ref), kind="exceedance", factor=code,
                at=at.isoformat(), value=f"{value:.6g}", limit=f"{amount.limit:.6g}",
                clause=BASIS[outlet.medium].zh,
            )  # fmt: skip
            opened += 1
    return opened


def _is_known(subject: str, kind: str, at: object) -> bool:
    """Whether a case, open or closed, covers the instant already."""
    rows = Violation.objects.filter(subject=subject, kind=kind)
    return rows.filter(begun_at__lte=at, last_at__gte=at).exists()


def open_cases_of_totals() -> int:
    """Open a case for each outlet that has used up the permitted amount of this year."""
    year, opened = clock.today().year, 0
    outlets = list(Outlet.objects.select_related("source_unit").order_by("key"))
    for line in lines_of_year(outlets, year):
        subject = str(line.outlet.ref)
        if line.outlook.tone != "bad" or line.outlet.source_unit.organisation_id is None:
            continue
        if Violation.objects.filter(
            subject=subject, kind="total", factor=line.pollutant, begun_at__year=year
        ).exists():
            continue
        open_violation(
            _PART, subject=subject, kind="total", factor=line.pollutant,
            value=f"{line.outlook.to_date_t:.6g}", limit=f"{line.outlook.permitted_t:.6g}",
            clause="排污许可年排放量",
        )  # fmt: skip
        opened += 1
    return opened


def sweep() -> None:
    """Yesterday and today, and the year's amounts: what the worker does every hour."""
    today = clock.today()
    if not Outlet.objects.exists():
        return
    open_cases_of_exceedances(today - timedelta(days=1), today)
    open_cases_of_totals()
