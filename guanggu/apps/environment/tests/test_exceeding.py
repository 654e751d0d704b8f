"""What exceeds a permit becomes a case: waste gas by the hour, waste water by the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from guanggu.apps.environment.actions.exceeding import (
    open_cases_of_exceedances,
    open_cases_of_totals,
    sweep,
)
from guanggu.apps.environment.actions.totalling import compute_totals
from guanggu.apps.environment.models import Violation
from guanggu.apps.environment.rules.days import midnight
from guanggu.apps.environment.rules.exceeding import breaches
from guanggu.base import clock
from guanggu.kernel.observation.public import Mark

from .people import Bureau, report

DAY = date(2026, 5, 10)


@pytest.fixture(autouse=True)
def _in_may():
    with clock.fixed_at(datetime(2026, 5, 11, 2, tzinfo=UTC)):
        yield


def hours(values: list[float | None]) -> dict[datetime, float | None]:
    return {midnight(DAY) + timedelta(hours=n): v for n, v in enumerate(values)}


@pytest.mark.parametrize(
    ("medium", "values", "found"),
    [
        ("gas", [10.0, 60.0, None, 55.0], [60.0, 55.0]),
        ("gas", [50.0, 49.0], []),
        ("water", [60.0] * 24, [60.0]),
        ("water", [90.0] * 6 + [10.0] * 18, []),
        ("water", [90.0] * 17 + [None] * 7, []),
        ("water", [90.0] * 18 + [None] * 6, [90.0]),
    ],
)
def test_gas_is_judged_by_the_hour_and_water_by_the_day(medium, values, found):
    assert [value for _, value in breaches(medium, hours(values), 50.0)] == found


def test_a_day_over_the_limit_opens_one_case_however_often_it_is_seen(bureau: Bureau):
    report("PS-01-DW001", "w01018", "2026-05-10 00:00", [62.0] * 24)
    assert open_cases_of_exceedances(DAY, DAY) == 1
    assert open_cases_of_exceedances(DAY, DAY) == 0
    sweep()
    row = Violation.objects.get()
    assert (row.factor, row.peak, row.limit) == ("w01018", 62.0, 50.0)
    assert "日均值" in row.clause


def test_a_day_of_maintenance_opens_nothing(bureau: Bureau):
    report("PS-01-DW001", "w01018", "2026-05-10 00:00", [99.0] * 24, Mark.MAINTENANCE)
    assert open_cases_of_exceedances(DAY, DAY) == 0


def test_a_used_up_permit_opens_a_case_once_a_year(bureau: Bureau):
    report("PS-01-DW001", "w01018", "2026-05-01 00:00", [40.0] * 240)
    report("PS-01-DW001", "w00000", "2026-05-01 00:00", [9000.0] * 240)
    compute_totals(bureau.monitor, month="2026-05-01")
    assert open_cases_of_totals() == 1
    assert open_cases_of_totals() == 0
    assert Violation.objects.get().kind == "total"
