"""Days of stations judged from the store, and the figures of months and years made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from guanggu.apps.environment.actions.assessing import assess, assess_recent
from guanggu.apps.environment.models import Assessment, Station
from guanggu.apps.environment.queries.reporting import report_data
from guanggu.apps.environment.queries.statistics import district_days, exceedances, ranking
from guanggu.base import clock
from guanggu.kernel.journal.public import Event
from guanggu.kernel.observation.public import Mark

from .people import Bureau, report

AIR = {"a21026": 8.0, "a21004": 25.0, "a34002": 40.0, "a34004": 20.0, "a05024": 60.0, "a21005": 0.6}


@pytest.fixture(autouse=True)
def _in_june():
    with clock.fixed_at(datetime(2026, 6, 2, 2, tzinfo=UTC)):
        yield


def air(station: str, day: str, hours: int = 24, **changes: float) -> None:
    for code, value in {**AIR, **changes}.items():
        report(station, code, f"{day} 00:00", [value] * hours)


def judged(key: str, on: str, period: str = "day") -> Assessment:
    return Assessment.objects.get(
        subject=f"monitoring_stations/{key}", on=date.fromisoformat(on), period=period
    )


def test_a_day_is_judged_and_judged_anew(bureau: Bureau):
    air("AQ-01", "2026-05-30", a34004=75.0)
    assess(bureau.monitor, first="2026-05-30", last="2026-05-31")
    row = judged("AQ-01", "2026-05-30")
    assert (row.value, row.grade, row.decided_by, row.meets) == (114, "3", ["a34004"], False)
    assert row.figures["a34004"] == {"mean": 75.0, "iaqi": 114}
    assert "HJ 633-2026" in row.standard
    assess(bureau.monitor, first="2026-05-30", last="2026-05-30")
    assert Assessment.objects.filter(kind="air", on="2026-05-30").count() == 1
    assert Event.objects.filter(kind="environment.assessed").count() == 2


def test_data_marked_invalid_do_not_count(bureau: Bureau):
    air("AQ-01", "2026-05-30", hours=19)
    report("AQ-01", "a34004", "2026-05-30 19:00", [20.0] * 5, Mark.FAULT)
    assess_recent(days=3)
    assert judged("AQ-01", "2026-05-30").value is None
    assert judged("AQ-01", "2026-05-30").meets is None


def test_the_month_of_a_water_section_is_that_of_its_days(bureau: Bureau):
    for day, total_phosphorus in (("2026-05-10", 0.1), ("2026-05-11", 0.5)):
        for code, value in {"w01009": 8.0, "w01019": 3.0, "w21003": 0.3}.items():
            report("SW-01", code, f"{day} 00:00", [value] * 24)
        report("SW-01", "w21011", f"{day} 00:00", [total_phosphorus] * 24)
    assess(bureau.monitor, first="2026-05-01", last="2026-05-31")
    assert judged("SW-01", "2026-05-10").grade == "2"
    assert judged("SW-01", "2026-05-11").grade == "6"
    month = judged("SW-01", "2026-05-01", "month")
    assert (month.grade, month.decided_by, month.meets) == ("4", ["w21011"], False)


def test_a_year_counts_its_good_days_and_ranks_its_stations(bureau: Bureau):
    for day in ("2026-05-29", "2026-05-30"):
        air("AQ-01", day)
        air("AQ-02", day, a34004=90.0 if day.endswith("30") else 20.0)
    assess(bureau.monitor, first="2026-05-29", last="2026-05-30")
    stations = list(Station.objects.filter(kind="air"))
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    ranks = ranking(stations, first, last)
    assert [r.station.key for r in ranks] == ["AQ-01", "AQ-02"]
    assert [r.share for r in ranks] == [1.0, 0.5]
    days = district_days(stations, first, last)
    assert days[date(2026, 5, 30)]["stations"] == 2
    assert [row.subject for row in exceedances(stations, first, last)] == [
        "monitoring_stations/AQ-02"
    ]


def test_the_report_of_a_month_says_what_was_measured(bureau: Bureau):
    for day in ("2026-05-29", "2026-05-30"):
        air("AQ-01", day)
    air("AQ-01", "2026-04-10", a34004=90.0)
    assess(bureau.monitor, first="2026-04-01", last="2026-05-31")
    data = report_data(date(2026, 5, 1))
    words = "".join(data["sections"][0]["paragraphs"])
    assert "本月共评价2天，其中优良2天，优良天数比例为100.0%，环比上升100.0个百分点" in words
    assert "环比下降77.8%" in words
    comparison = data["sections"][0]["tables"][1]["rows"]
    assert comparison[3][:4] == ["PM2.5", "20", "90", "下降77.8%"]
    assert sum(day["level"] > 0 for day in data["days"]) == 2
