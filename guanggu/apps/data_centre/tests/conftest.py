"""Fixtures of the data centre."""

from __future__ import annotations

from typing import Any

import pytest

from .people import Town, a_town


@pytest.fixture
def town(db: None) -> Town:
    return a_town()


@pytest.fixture
def lake_town(town: Town, the_lake: Any) -> Town:
    """The town with its tables taken into a lake."""
    the_lake.take_in()
    return town
