"""A desk with two officers, a department that gets orders, and shifts on the roster."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from guanggu.apps.command.actions.planning import plan_shifts
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import an_official, an_organisation

MORNING = datetime(2026, 6, 10, 8, tzinfo=clock.DISTRICT_ZONE)


@pytest.fixture(autouse=True)
def _june():
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def desk(db):
    office = an_organisation("管委会办公室", code="desk-1")
    lakes = an_organisation("环水局", code="lakes-1")
    morning = clock.local(clock.now())
    rows = [
        {"key": f"DS-{number}", "on": (morning + timedelta(hours=12 * number)).date().isoformat(),
         "turn": ("day", "night")[number % 2],
         "starts_at": (morning + timedelta(hours=12 * number)).isoformat(),
         "ends_at": (morning + timedelta(hours=12 * number + 12)).isoformat(),
         "leader_name": "带班领导", "members": "张值班、李值班", "phone": "027-00000000"}
        for number in range(4)
    ]  # fmt: skip
    plan_shifts(platform("test"), organisation="desk-1", rows=rows)
    return SimpleNamespace(
        office=office, lakes=lakes,
        first=an_official(office, ["duty"], "张值班"), second=an_official(office, ["duty"], "李值班"),
        receiver=an_official(lakes, ["receive"], "吴收文"),
        other=an_official(an_organisation("城管局", code="city-1"), ["receive"], "赵收文"),
        watcher=an_official(lakes, ["monitor"], "钱监测"),
        supervisor=an_official(an_organisation("纪检", code="sup-1"), ["supervise"], "孙监察"),
    )  # fmt: skip
