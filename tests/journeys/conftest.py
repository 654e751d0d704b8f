"""One browser for all journeys; for each of them a district, a server and a June morning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guanggu.base import clock
from guanggu.web.testing import DESK, open_browser

from .town import Town, a_town
from .walking import Walker

MONDAY = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # 10:00 in Wuhan


class Clock:
    """The clock of every thread, the server's too: it runs on from the instant it is put to."""

    def __init__(self) -> None:
        self.put_to(MONDAY)

    def put_to(self, instant: datetime) -> None:
        self._ahead = instant - datetime.now(UTC)

    def days_later(self, days: int) -> None:
        self._ahead += timedelta(days=days)

    def get(self) -> datetime:
        return datetime.now(UTC) + self._ahead


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def time_of_day(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "_fixed", made)
    return made


@pytest.fixture
def town(transactional_db: None, time_of_day: Clock, settings: Any) -> Town:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return a_town()


@pytest.fixture
def walker(browser: Any, live_server: Any, settings: Any) -> Iterator[Callable[..., Walker]]:
    """Makes people at browsers: ``walker(actor, size=PHONE, script=False)``."""
    settings.GUANGGU_ADDRESS = live_server.url
    made: list[Walker] = []

    def make(actor: Any = None, *, size: Any = DESK, script: bool = True) -> Walker:
        walking = Walker(browser, live_server.url, size=size, script=script)
        made.append(walking)
        return walking.be(actor) if actor is not None else walking

    yield make
    findings = [line for each in made for line in each.findings]
    for each in made:
        each.context.close()
    assert not findings, "\n".join(findings)
