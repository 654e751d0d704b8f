"""Fixtures of the environment."""

from __future__ import annotations

import pytest

from .people import Bureau, a_bureau


@pytest.fixture
def bureau(db: None) -> Bureau:
    return a_bureau()
