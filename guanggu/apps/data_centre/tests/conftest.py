"""Fixtures of the data centre."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from .people import Town, a_town


@pytest.fixture(scope="module")
def laid_town(lay_once: Any) -> Any:
    return lay_once(a_town)


@pytest.fixture
def town(laid_town: Any, db: None, settings: Any) -> Town:
    """The same for all tests of a file; those that commit call ``a_town`` themselves."""
    return replace(laid_town.show_to(settings))


@pytest.fixture
def lake_town(town: Town, the_lake: Any) -> Town:
    """The town with its tables taken into a lake."""
    the_lake.take_in()
    return town
