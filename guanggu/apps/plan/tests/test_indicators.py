"""What the platform measures of the plan by itself, over a small lake."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from guanggu.apps.plan.rules.monitors import IN_TIME, LAKES, MONITORS, ONLINE
from guanggu.base import clock
from guanggu.kernel.indicator.public import reading_from, recompute, series, take_in_declared
from guanggu.kernel.indicator.testing import SmallLake

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 10, 3, tzinfo=UTC).replace(tzinfo=None)  # the lake keeps UTC without zone


def task(step, outcome):
    return {"step": step, "outcome": outcome, "done_at": AT}


def plan_task(key, state, due, finished):
    return {"key": key, "name": key, "state": state, "due_on": due, "finished_on": finished}


TABLES = {
    "case_tasks": [
        task("delivery", "online"), task("delivery", "online"), task("delivery", "window"),
        task("decide", "online"),
    ],
    "lakes_lakes": [
        {"id": 1, "key": "L-01", "name": "甲湖"}, {"id": 2, "key": "L-02", "name": "乙湖"},
    ],
    "lakes_lake_stations": [
        {"lake_id": 1, "state": "operating"}, {"lake_id": 1, "state": "operating"},
        {"lake_id": 2, "state": "closed"},
    ],
    "plan_plan_tasks": [
        plan_task("A", "done", date(2019, 12, 31), date(2019, 12, 31)),
        plan_task("B", "done", date(2019, 6, 30), date(2019, 7, 1)),
        plan_task("C", "open", date(2019, 6, 30), None),
        plan_task("D", "done", date(2020, 6, 30), date(2020, 1, 1)),
    ],
}  # fmt: skip


@pytest.fixture
def measured():
    with clock.fixed_at(datetime(2026, 6, 11, tzinfo=clock.DISTRICT_ZONE)):
        take_in_declared()
        with reading_from(SmallLake(TABLES)):
            for key in MONITORS.values():
                recompute(key)
        yield {key: series(key) for key in MONITORS.values()}


def test_shares_are_made_of_the_rows_that_count(measured):
    assert round(measured[ONLINE]["2026-06"], 1) == Decimal("66.7")
    assert measured[LAKES] == {"2026": 50}
    assert measured[IN_TIME] == {"2019": 50, "2020": 100}
