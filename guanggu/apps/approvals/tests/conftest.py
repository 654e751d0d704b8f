"""The department and its item that every test of approvals stands on."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pytest

from guanggu.apps.approvals.queries import items
from guanggu.base import clock
from guanggu.kernel.journal.public import run_until_quiet

from .people import START, House, a_house, an_item


@pytest.fixture
def now() -> Iterator[None]:
    with clock.fixed_at(START):
        yield


@pytest.fixture
def house(db: Any, now: None) -> House:
    return a_house()


@pytest.fixture
def item(house: House, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The one item there is; a test may change it."""
    values = an_item(house.organisation)
    real = items.snapshot

    def snapshot(ref: Any) -> Any:
        if ref.collection != "service_items":
            return real(ref)
        return MappingProxyType(values) if ref.key == values["key"] else None

    monkeypatch.setattr(items, "snapshot", snapshot)
    return values


@pytest.fixture
def quiet() -> Any:
    return run_until_quiet
