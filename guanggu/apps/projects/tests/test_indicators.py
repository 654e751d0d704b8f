"""Totals of investment as the lake counts them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from guanggu.kernel.indicator.public import Indicator, compute, reading_from, take_in_declared
from guanggu.kernel.indicator.testing import SmallLake

pytestmark = pytest.mark.django_db
PLANS = [
    {"key": f"T{m}", "month": date(2026, m, 1), "amount": Decimal("100.00")} for m in range(1, 13)
]
REPORTS = [
    {"key": "R1", "month": date(2026, 1, 1), "invested": Decimal("80.50"), "state": "approved"},
    {"key": "R2", "month": date(2026, 2, 1), "invested": Decimal("99.50"), "state": "submitted"},
    {"key": "R3", "month": date(2026, 2, 1), "invested": Decimal("20.00"), "state": "approved"},
    {"key": "R4", "month": date(2026, 3, 1), "invested": Decimal("500.00"), "state": "returned"},
]


@pytest.fixture
def lake():
    tables = {"projects_project_investment_plans": PLANS, "projects_project_reports": REPORTS}
    take_in_declared()
    with reading_from(SmallLake(tables)) as door:
        yield door


def figures(key):
    return {p: value for p, _, value, _ in compute(Indicator.objects.get(key=key)).values}


def test_the_lake_counts_what_reports_tell_and_plans_ask(lake):
    assert figures("projects-invested") == {"2026-01": Decimal("80.5"), "2026-02": Decimal("119.5")}
    assert figures("projects-planned")["2026-12"] == 100
    assert len(figures("projects-planned")) == 12


def test_the_completion_of_a_year_is_what_was_done_of_its_plan(lake):
    assert figures("projects-completion") == {"2026": Decimal("16.7")}
