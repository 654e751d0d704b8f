"""The HTTP door: keys, limits, answers after durability, and what is left to the site."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.gateways.http_door import CANNOT_STORE, Answer, HttpDoor
from guanggu.kernel.observation.gateways.sensorthings_paths import PREFIX, hot_paths

from .stations import KEY, Field, station

BODY = b'{"ts": 1780000000000, "values": {"w01018": 4, "w21003": 1}}'


async def _site(scope: dict, receive: Any, send: Any) -> None:
    """Stands for Django: tells what came to it."""
    body = (await receive())["body"] if scope["method"] == "POST" else b""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode() + b"|" + body})


def ask(
    field: Field,
    path: str,
    body: bytes = b"",
    *,
    key: str = KEY,
    method: str = "POST",
    times: int = 1,
    client: str = "127.0.0.1",
) -> list[tuple[int, Any]]:
    """(status, JSON or bytes) of each answer."""

    async def one(door: HttpDoor) -> tuple[int, Any]:
        sent: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict) -> None:
            sent.append(message)

        headers = [(b"authorization", b"Bearer " + key.encode())] if key else []
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": headers,
            "client": (client, 1),
        }
        await door(scope, receive, send)
        content = sent[1]["body"]
        return sent[0]["status"], orjson.loads(content) if content[:1] in (b"{", b"[") else content

    async def go() -> list[tuple[int, Any]]:
        door = HttpDoor(field.directory, field.intake, field.quarantine, _site)
        door.page("/metrics", lambda: Answer(200, b"[]"))
        door.page("/healthz", lambda: Answer(200, b"[]"))
        door.claim(PREFIX, hot_paths("http://here/sensorthings/v1.1"))
        async with field:
            return [await one(door) for _ in range(times)]

    return asyncio.run(go())


def test_telemetry_is_stored_when_it_is_answered() -> None:
    field = Field(station("http"))
    ((status, told),) = ask(field, "/telemetry", BODY)
    assert (status, told["stored"], told["wrong"]) == (200, 2, 0)
    assert field.rows() == {(1, 1_780_000_000_000_000): 4.0, (2, 1_780_000_000_000_000): 1.0}


@pytest.mark.parametrize("key", ["", "another"])
def test_without_its_key_a_device_is_nobody(key) -> None:
    field = Field(station("http"))
    ((status, told),) = ask(field, "/telemetry", BODY, key=key)
    assert status == 401
    assert told["message"]["zh"]
    assert field.rows() == {}


def test_a_suspended_device_is_told_so() -> None:
    field = Field(station("http", is_suspended=True))
    ((status, _),) = ask(field, "/telemetry", BODY)
    assert status == 403


def test_bad_values_are_told_beside_the_good_ones() -> None:
    field = Field(station("http"))
    ((status, told),) = ask(field, "/telemetry", b'{"values": {"w01018": 4, "nobody": 1}}')
    assert (status, told["stored"], told["wrong"]) == (200, 1, 1)
    assert told["rows"] == [{"reason": "no_datastream", "detail": "nobody"}]
    assert field.reasons() == {"no_datastream": 1}


def test_nothing_good_is_an_error() -> None:
    ((status, _),) = ask(Field(station("http")), "/telemetry", b"{")
    assert status == 422


def test_over_its_limit_a_device_has_to_wait() -> None:
    field = Field(station("http", frames_a_minute_max=3))
    assert [status for status, _ in ask(field, "/telemetry", BODY, times=5)] == [200] * 3 + [
        429
    ] * 2


def test_over_its_quota_a_device_is_refused_for_the_day() -> None:
    field = Field(station("http", messages_a_day_max=2))
    assert [status for status, _ in ask(field, "/telemetry", BODY, times=3)] == [200, 200, 429]


def test_what_cannot_be_stored_is_not_acknowledged() -> None:
    def fails(batch):
        raise Unavailable(CANNOT_STORE)

    ((status, _),) = ask(Field(station("http"), receive=fails), "/telemetry", BODY)
    assert status == 503


def test_one_observation_of_sensorthings_by_the_key_of_its_thing() -> None:
    field = Field(station("sensorthings"))
    body = b'{"phenomenonTime": "2026-05-01T00:00:00Z", "result": 3.5}'
    ((status, _),) = ask(field, f"{PREFIX}Datastreams(1)/Observations", body)
    assert status == 201
    assert list(field.rows().values()) == [3.5]
    ((status, _),) = ask(field, f"{PREFIX}Datastreams(99)/Observations", body)
    assert status == 403


def test_data_arrays_of_sensorthings() -> None:
    field = Field(station("sensorthings"))
    rows = [["2026-05-01T00:00:00Z", 1], ["2026-05-01T01:00:00Z", 2]]
    group = {
        "Datastream": {"@iot.id": 1}, "components": ["phenomenonTime", "result"],
        "dataArray@iot.count": 2, "dataArray": rows,
    }  # fmt: skip
    ((status, links),) = ask(field, f"{PREFIX}CreateObservations", orjson.dumps([group]))
    assert status == 201
    assert len(links) == 2
    assert sorted(field.rows().values()) == [1.0, 2.0]


@pytest.mark.parametrize("path", [f"{PREFIX}Things", "/anything/", f"{PREFIX}Datastreams(1)"])
def test_every_other_path_is_the_sites_with_its_body(path) -> None:
    ((status, told),) = ask(Field(station("http")), path, b"body", key="")
    assert (status, told) == (299, path.encode() + b"|body")


def test_a_body_without_end_is_refused() -> None:
    field = Field(station("http"))
    ((status, _),) = ask(field, "/telemetry", b" " * (16 * 1024 * 1024 + 1))
    assert status == 413


@pytest.mark.parametrize(
    ("path", "client", "status"),
    [("/metrics", "127.0.0.1", 200), ("/metrics", "10.0.0.9", 299), ("/healthz", "10.0.0.9", 200)],
)
def test_metrics_are_told_to_this_machine_only(path, client, status) -> None:
    ((got, _),) = ask(Field(station("http")), path, method="GET", client=client)
    assert got == status
