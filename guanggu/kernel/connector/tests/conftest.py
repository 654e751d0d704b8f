"""An engine outside that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from guanggu.base.bilingual import T
from guanggu.kernel.connector import calling
from guanggu.kernel.connector.declaring import (
    ENGINES,
    Access,
    Proof,
    declare_connector,
    operation,
)


class Outside:
    """``fails``: how many of the next calls fail; what was asked of it."""

    def __init__(self) -> None:
        self.key = "trial.engine"
        self.fails = 0
        self.error: Exception = ConnectionError("refused")
        self.asked: list[Any] = []
        self.waited: list[float] = []

    def __call__(self, access: Access) -> str:
        self.asked.append(access)
        if self.fails:
            self.fails -= 1
            raise self.error
        return "done"

    def check(self, access: Access) -> Proof:
        self(access)
        return Proof("1.2", T("好", "well"))


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    declare_connector(
        made.key, T("试验引擎", "Trial engine"), "service", check=made.check, takes_address=True,
        default_address=lambda: "tcp://127.0.0.1:1", credentials={"token": T("令牌", "Token")},
        in_flight_max=2, breaker_after=3, breaker_rest_s=30, tries=3, deliveries_max=3,
    )  # fmt: skip

    @operation(made.key, "tell", T("告知", "Tell"))
    def tell(access: Access, payload: dict[str, Any]) -> str:
        made.asked.append(payload)
        return made(access)

    calling._gates.clear()
    yield made
    ENGINES.pop(made.key)
