"""Emission totals of a month, from the hours in the store, against the permit."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from guanggu.apps.environment.actions.totalling import compute_recent_totals, compute_totals
from guanggu.apps.environment.models import EmissionTotal
from guanggu.apps.environment.queries.totals import lines_of_year
from guanggu.base import clock
from guanggu.kernel.observation.public import Mark

from .people import Bureau, an_outlet, report


@pytest.fixture(autouse=True)
def _late_in_may():
    with clock.fixed_at(datetime(2026, 5, 20, 16, tzinfo=UTC)):
        yield


def test_a_month_is_the_sum_of_its_hours(bureau: Bureau):
    report("PS-01-DW001", "w01018", "2026-05-01 00:00", [40.0] * 10 + [60.0] * 2)
    report("PS-01-DW001", "w00000", "2026-05-01 00:00", [100.0] * 11)
    report("PS-01-DW001", "w01018", "2026-05-02 00:00", [900.0], Mark.CALIBRATION)
    compute_totals(bureau.monitor, month="2026-05-01")
    row = EmissionTotal.objects.get(pollutant="w01018")
    assert row.amount_kg == pytest.approx((40 * 10 + 60) * 100 * 0.0036)
    assert (row.valid_hours, row.over_hours, row.expected_hours) == (11, 2, 480)
    compute_totals(bureau.monitor, month="2026-05-01")
    assert EmissionTotal.objects.filter(pollutant="w01018").count() == 1


def test_the_year_is_held_against_the_permit(bureau: Bureau):
    report("PS-01-DW001", "w01018", "2026-05-01 00:00", [40.0] * 480)
    report("PS-01-DW001", "w00000", "2026-05-01 00:00", [2000.0] * 480)
    compute_recent_totals()
    line = next(x for x in lines_of_year([an_outlet()], 2026) if x.pollutant == "w01018")
    assert line.outlook.to_date_t == pytest.approx(138.24)
    assert line.outlook.permitted_t == 100
    assert line.outlook.tone == "bad"
    assert line.covered == pytest.approx(1.0)
    other = next(x for x in lines_of_year([an_outlet()], 2026) if x.pollutant == "w21003")
    assert other.outlook.to_date_t == 0


def test_a_year_without_data_shows_the_permit_alone(bureau: Bureau):
    lines = lines_of_year([an_outlet()], 2025)
    assert {line.pollutant for line in lines} == {"w01018", "w21003"}
    assert all(line.covered is None for line in lines)
    assert date(2025, 1, 1) not in {m.month for line in lines for m in line.months}


def test_what_the_station_added_up_is_compared_and_fills_the_hours_that_lack_a_mean(bureau: Bureau):
    report("PS-01-DW001", "w01018", "2026-05-01 00:00", [40.0] * 4)
    report("PS-01-DW001", "w00000", "2026-05-01 00:00", [100.0] * 2)
    report("PS-01-DW001", "w00000-Cou", "2026-05-01 00:00", [360.0] * 3)
    report("PS-01-DW001", "w01018-Cou", "2026-05-01 00:00", [15.84] * 5)
    compute_totals(bureau.monitor, month="2026-05-01")
    row = EmissionTotal.objects.get(pollutant="w01018")
    # Three hours are computed (one by the flow the station added up), two taken from its sums.
    assert row.amount_kg == pytest.approx(3 * 14.4 + 2 * 15.84)
    assert (row.valid_hours, row.taken_hours, row.reported_hours) == (5, 2, 5)
    assert row.reported_kg == pytest.approx(5 * 15.84)
    assert row.difference == pytest.approx(0.1)
    line = next(x for x in lines_of_year([an_outlet()], 2026) if x.pollutant == "w01018")
    assert line.difference == pytest.approx(0.1)
    assert line.reported_t == pytest.approx(0.0792)


def test_sums_marked_as_not_valid_are_left_out(bureau: Bureau):
    report("PS-01-DW001", "w01018", "2026-05-01 00:00", [40.0])
    report("PS-01-DW001", "w01018-Cou", "2026-05-01 00:00", [15.0], Mark.MAINTENANCE)
    compute_totals(bureau.monitor, month="2026-05-01")
    row = EmissionTotal.objects.get(pollutant="w01018")
    assert (row.amount_kg, row.valid_hours, row.difference) == (0, 0, None)
