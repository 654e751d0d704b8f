"""Twins of devices on their way through the gateways."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.observation import twins
from guanggu.kernel.observation.gateways.twinning import Twinning
from guanggu.kernel.observation.twins import TwinKeeper, Wanted, keep_twins

from .stations import InlineRecords, station

AT = datetime(2026, 5, 1, tzinfo=UTC)


class _Directory:
    def __init__(self, *known: Any) -> None:
        self.stations = {(each.protocol, each.address): each for each in known}


class _Quarantine:
    def __init__(self) -> None:
        self.laid: list[tuple[Any, ...]] = []

    def add(self, *given: Any) -> None:
        self.laid.append(given)


@pytest.fixture
def kept():
    """A keeper over plain dictionaries."""
    wanted: list[Wanted] = []
    reported: dict[str, dict[str, Any]] = {}

    def report(device: str, values: dict[str, Any]) -> dict[str, Any]:
        reported[device] = values
        return {"interval": 60}

    keep_twins(
        TwinKeeper(
            wanted=lambda since: [w for w in wanted if since is None or w.set_at >= since],
            wanted_of=lambda device: {w.device: w.values for w in wanted}.get(device, {}),
            report=report,
        )
    )
    yield wanted, reported
    twins._keeper.clear()


def _twinning(published: list[tuple[str, bytes]], *, is_reached: bool = True) -> Twinning:
    def publish(topic: str, payload: bytes, *, retain: bool) -> bool:
        assert retain
        if is_reached:
            published.append((topic, payload))
        return is_reached

    known = _Directory(station("mqtt", "buoy-1"), station("http", "meter-1"))
    return Twinning(known, InlineRecords(), _Quarantine(), publish)  # type: ignore[arg-type]


def test_what_is_wanted_is_published_once_and_again_when_it_changes(kept):
    wanted, _ = kept
    key = station("mqtt", "buoy-1").key
    published: list[tuple[str, bytes]] = []
    twinning = _twinning(published)
    wanted.append(Wanted(key, {"interval": 60}, AT))
    for _ in range(3):
        asyncio.run(twinning._carry_new(twins.twin_keeper()))
    wanted[:] = [Wanted(key, {"interval": 30}, AT + timedelta(seconds=1))]
    asyncio.run(twinning._carry_new(twins.twin_keeper()))
    told = [(topic, orjson.loads(payload)) for topic, payload in published]
    assert told == [
        ("devices/buoy-1/desired", {"interval": 60}),
        ("devices/buoy-1/desired", {"interval": 30}),
    ]


def test_what_could_not_be_published_is_tried_again(kept):
    wanted, _ = kept
    wanted.append(Wanted(station("mqtt", "buoy-1").key, {"interval": 60}, AT))
    twinning = _twinning([], is_reached=False)
    asyncio.run(twinning._carry_new(twins.twin_keeper()))
    published: list[tuple[str, bytes]] = []
    twinning._publish = lambda topic, payload, retain: published.append((topic, payload)) or True
    asyncio.run(twinning._carry_new(twins.twin_keeper()))
    assert len(published) == 1


def test_a_report_is_kept_and_answered_by_what_is_still_wanted(kept):
    _, reported = kept
    device = station("http", "meter-1")
    answer = asyncio.run(_twinning([]).report(device, b'{"interval": 300}'))
    assert orjson.loads(answer) == {"interval": 60}
    assert reported == {device.key: {"interval": 300}}


@pytest.mark.parametrize("payload", [b"[]", b"{", b"7", b""])
def test_what_is_no_object_is_refused(kept, payload):
    with pytest.raises(Invalid):
        asyncio.run(_twinning([]).report(station("http", "meter-1"), payload))


def test_without_a_keeper_there_is_no_twin():
    with pytest.raises(Missing):
        asyncio.run(_twinning([]).desired(station("http", "meter-1")))
