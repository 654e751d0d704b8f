"""Some of the sample's series with figures from 2018 until October 2026."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guanggu.apps.macro_economy.actions import laying
from guanggu.apps.macro_economy.rules import shipped
from guanggu.base import clock
from guanggu.base.actor import platform

TODAY = datetime(2026, 11, 26, 4, tzinfo=UTC)
KEYS = {"macro-gdp", "macro-investment", "macro-industry", "macro-retail", "macro-fdi",
        "macro-trade"}  # fmt: skip
MONTHS, QUARTERS = 8 * 12 + 10, 8 * 4 + 3  # of each series


@pytest.fixture
def few_series(monkeypatch):
    """Tests lay six series from 2018 on: the whole sample takes longer and shows no more."""
    few = tuple(row for row in shipped.definitions() if row["key"] in KEYS)
    monkeypatch.setattr(shipped, "FIRST_YEAR", 2018)
    monkeypatch.setattr(laying, "definitions", lambda: few)


@pytest.fixture
def economy(db, few_series):
    with clock.fixed_at(TODAY):
        laying.lay_sample(platform("sample"))
        yield
