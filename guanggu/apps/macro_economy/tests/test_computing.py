"""The sample's series computed: adjusted, expected, with the error of past years from vintages."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from guanggu.apps.macro_economy.actions import computing
from guanggu.apps.macro_economy.models import Adjustment, EconomicSeries, Nowcast
from guanggu.apps.macro_economy.queries.series import figures, first_known
from guanggu.apps.macro_economy.rules.outlook import error_words, past_of
from guanggu.kernel.indicator.public import (
    Indicator,
    define_indicators,
    record_values,
    revisions,
    standing,
)
from guanggu.kernel.indicator.testing import TESTS, give_values
from guanggu.kernel.journal.public import run_until_quiet, verify
from guanggu.kernel.register.public import create_record

from .conftest import KEYS, MONTHS


@pytest.fixture
def short_test(monkeypatch):
    monkeypatch.setattr(computing, "YEARS_BACK", 2)


def test_a_series_is_adjusted_and_expected_once_for_the_same_figures(economy, short_test):
    assert set(computing.refresh("macro-investment")) == {"adjustment", "nowcast"}
    assert computing.refresh("macro-investment") == {}
    kept = Adjustment.objects.get(series__key="macro-investment")
    assert len(kept.adjusted) == len(kept.periods) == MONTHS
    assert kept.parameters["spring_festival"]["used"]
    said = Nowcast.objects.get(series__key="macro-investment")
    assert (said.year, said.known) == (2026, 10)
    assert said.figures["low"] < said.figures["value"] < said.figures["high"]
    past = past_of(said.past)
    assert {p.known for p in past} == {6, 9, 10}
    assert {p.year for p in past} == {2024, 2025}
    assert "%" in error_words(past, 10).en
    assert verify().is_sound


def test_a_quarterly_series_is_computed_too(economy, short_test):
    computing.refresh("macro-gdp")
    said = Nowcast.objects.get()
    assert (said.year, said.known, said.problem) == (2026, 3, {})
    assert Adjustment.objects.get().parameters["period"] == 4


def test_the_past_is_tested_on_what_was_published_then(economy):
    one = EconomicSeries.objects.get(key="macro-industry")
    at = first_known(one)[2024, 9]
    then, now = figures(one, as_of=at), figures(one)
    assert max(then.values) == (2024, 9)
    assert then.values[2024, 9] != now.values[2024, 9]  # the account of the year revised it
    assert then.values[2022, 9] == now.values[2022, 9]
    assert at.astimezone(UTC).date().isoformat() == "2024-10-18"


def test_a_new_figure_has_the_worker_compute_anew(economy, short_test, monkeypatch):
    asked = []

    def one_only(key):
        asked.append(key)
        return computing.refresh(key) if key == "macro-fdi" else {}

    monkeypatch.setattr("guanggu.apps.macro_economy.tasks.refresh", one_only)
    record_values(
        TESTS, indicator="macro-fdi",
        values=[{"period": "2026-10", "number": "9.9", "status": "preliminary"}],
    )  # fmt: skip
    run_until_quiet()
    assert set(asked) == set(EconomicSeries.objects.values_list("key", flat=True))
    assert Nowcast.objects.filter(series__key="macro-fdi").count() == 1
    assert revisions("macro-fdi", "2026-10")[-1].number == Decimal("9.9")


def test_a_series_published_as_sums_is_taken_apart(economy):
    one = EconomicSeries.objects.get(key="macro-fdi")
    one.reporting = "cumulated"
    found = figures(one)
    whole = figures(EconomicSeries.objects.get(key="macro-fdi"))
    assert found.values[2026, 1] == whole.values[2026, 1]
    assert found.values[2026, 2] == whole.values[2026, 2] - whole.values[2026, 1]


def test_too_short_a_series_says_why_it_has_no_nowcast(economy):
    define_indicators(
        TESTS, indicators=[{"key": "young", "name": "新序列", "period": "month", "unit": "件"}]
    )
    indicator = Indicator.objects.get(key="young")
    create_record(TESTS, collection="economic_series",
                  values={"indicator": indicator.key, "code": "YNG"})  # fmt: skip
    give_values("young", {"2026-01": 5, "2026-02": 6})
    computing.refresh("young")
    assert "3" in Nowcast.objects.get().problem["zh"]
    assert Adjustment.objects.get().problem["en"].startswith("Fewer than")


def test_the_sample_is_marked_and_owned_and_a_month_is_not_held_against_the_year(economy):
    laid = Indicator.objects.filter(key__in=KEYS)
    assert set(laid.values_list("is_sample", flat=True)) == {True}
    found = standing("macro-retail", as_of=datetime(2026, 11, 26, tzinfo=UTC))
    assert found.state == "no_data"
    assert found.target == Decimal(960)
