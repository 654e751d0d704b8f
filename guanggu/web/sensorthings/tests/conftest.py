"""A service with a keeper's key for each test."""

from __future__ import annotations

from typing import Any

import pytest

from guanggu.web.sensorthings.tests.worlds import Service, a_service


@pytest.fixture
def service(db: Any) -> Service:
    return a_service()
