"""The HTTP door: device telemetry and other hot paths straight into the intake, the rest to Django.

A bare ASGI application, served by uvicorn within the ingest process. Requests of all connections
meet in the intake, so a thousand single posts share a few commits. Whatever path nobody has
claimed goes to ``rest_of_the_site`` (the Django application), so that one base address serves a
whole SensorThings client.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Problem, TooMany, Unavailable

from ..batch import Batch
from ..sealed_secrets import key_digest
from .directory import Budget, Directory, Station, budget_of
from .intake import Intake
from .quarantine import Quarantine
from .telemetry import decode

BODY_BYTES_MAX = 16 * 1024 * 1024
WRONG_SHOWN = 100
JSON = b"application/json; charset=utf-8"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

NO_KEY = T(
    "缺少设备密钥或密钥无效。请在请求头写明 Authorization: Bearer <密钥>。",
    "The device key is missing or not valid. Send the header Authorization: Bearer <key>.",
)
SUSPENDED = T("该设备已停用，请联系设备管理员。", "This device is suspended; ask its keeper.")
TOO_LARGE = T("请求内容过大，请分批发送。", "The body is too large; send it in parts.")
TOO_FAST = T("发送过于频繁，请稍后再发。", "Too many messages; send again in a moment.")
OVER_QUOTA = T(
    "设备或所在群组今日报文配额已用完，请于次日再发，或联系设备管理员。",
    "The messages of today of the device or its fleet are used up; send again tomorrow, or ask "
    "its keeper.",
)
NOTHING_FITS = T("没有可以入库的数据，请按提示修改。", "Nothing could be stored; see each row.")
FULL = T("采集服务繁忙，请稍后重发。", "The ingest service is busy; send again in a moment.")
CANNOT_STORE = T(
    "数据暂时无法写入，请稍后重发。", "The data cannot be stored now; send again in a moment."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a hot path answers once ``batch`` is durable."""

    status: int
    body: bytes = b""
    batch: Batch | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()
    count: int = 1  # messages against the device's limits


# (path, body, station of the key or None, arrival) → an answer, or None: not his, Django's.
DevicePath = Callable[["Station", bytes], Awaitable[bytes]]
HotPath = Callable[[str, bytes, "Station | None", int], "Answer | None"]


@dataclass(slots=True)
class HttpCounts:
    requests: int = 0
    refused: int = 0
    last_seen: dict[int, int] = field(default_factory=dict)
    messages: dict[int, int] = field(default_factory=dict)


class HttpDoor:
    def __init__(
        self, directory: Directory, intake: Intake, quarantine: Quarantine,
        rest_of_the_site: Application | None = None,
    ) -> None:  # fmt: skip
        self._directory, self._intake, self._quarantine = directory, intake, quarantine
        self._rest = rest_of_the_site
        self._hot: list[tuple[str, HotPath]] = []
        self.budgets: dict[int, Budget] = {}
        self._keys: dict[bytes, Station] = {}
        self._pages: dict[str, Callable[[], Answer]] = {}
        self._device_paths: dict[tuple[str, str], DevicePath] = {}
        self.counts = HttpCounts()
        directory.on_change(self._keys.clear)

    def claim(self, prefix: str, hot: HotPath) -> None:
        """Have POSTs below the prefix go to the function first."""
        self._hot.append((prefix, hot))

    def device_path(self, method: str, name: str, answer: DevicePath) -> None:
        """Answer ``/devices/<address>/<name>`` of a device that shows its key."""
        self._device_paths[method, name] = answer

    def page(self, path: str, made: Callable[[], Answer]) -> None:
        """Answer GETs of the path from within the process; all but health only to this machine."""
        self._pages[path] = made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        of_device = self._device_paths.get((scope["method"], path.rpartition("/")[2]))
        if of_device is not None and path.startswith("/devices/"):
            await self._answer(send, self._for_device(of_device), scope, receive)
            return
        if scope["method"] == "POST":
            if path == "/telemetry" or (
                path.startswith("/devices/") and path.endswith("/telemetry")
            ):
                await self._answer(send, self._telemetry, scope, receive)
                return
            for prefix, hot in self._hot:
                if path.startswith(prefix):
                    await self._hot_or_rest(hot, scope, receive, send)
                    return
        elif path in self._pages and (path == "/healthz" or _is_of_this_machine(scope)):
            await _send(send, self._pages[path]())
            return
        if self._rest is None:
            missing = T("没有这个地址。", "There is no such address.")
            await _send(send, _problem(Problem(missing), 404))
            return
        await self._rest(scope, receive, send)

    async def _hot_or_rest(self, hot: HotPath, scope: Scope, receive: Receive, send: Send) -> None:
        """A hot path may leave a request to Django: then it gets the body again."""
        try:
            body = await _body(receive)
            station = self._station(scope, demanded=False)
            answer = hot(scope["path"], body, station, self._intake.now())
            if answer is not None:
                if station is not None:
                    self._charge(station, self._intake.now(), answer.count)
                await self._make_durable(answer.batch)
                await _send(send, answer)
                return
        except Problem as problem:
            self.counts.refused += 1
            await _send(send, _problem(problem))
            return
        if self._rest is not None:
            await self._rest(scope, _again(body, receive), send)

    async def _answer(
        self, send: Send, make: Callable[[Scope, Receive], Awaitable[Answer]], scope: Scope,
        receive: Receive,
    ) -> None:  # fmt: skip
        self.counts.requests += 1
        try:
            answer = await make(scope, receive)
        except Problem as problem:
            self.counts.refused += 1
            answer = _problem(problem)
        await _send(send, answer)

    def _station(self, scope: Scope, *, demanded: bool) -> Station | None:
        """The device of the key. Raises Forbidden."""
        given = b""
        for name, value in scope["headers"]:
            if name == b"authorization" and value[:7].lower() == b"bearer ":
                given = value[7:].strip()
            elif name == b"x-device-key":
                given = value.strip()
        station = self._keys.get(given)
        if station is None and given:
            digest = key_digest(given.decode("latin-1"))
            station = self._directory.by_key_digest.get(digest)
            if station is not None and len(self._keys) < 100_000:
                self._keys[given] = station
        if station is None and demanded:
            raise Forbidden(NO_KEY)
        if station is not None and station.is_suspended:
            raise Forbidden(SUSPENDED)
        return station

    def _charge(self, station: Station, arrival: int, count: int) -> None:
        """Raises TooMany."""
        budget = budget_of(self.budgets, station)
        if not budget.allows(count):
            raise TooMany(TOO_FAST)
        if not budget.is_within_day(arrival, count):
            raise TooMany(OVER_QUOTA)
        self.counts.last_seen[station.device] = arrival
        self.counts.messages[station.device] = self.counts.messages.get(station.device, 0) + count

    def _for_device(self, path: DevicePath) -> Callable[[Scope, Receive], Awaitable[Answer]]:
        async def make(scope: Scope, receive: Receive) -> Answer:
            body = await _body(receive) if scope["method"] == "POST" else b""
            station = self._station(scope, demanded=True)
            assert station is not None
            self._charge(station, self._intake.now(), 1)
            return Answer(200, await path(station, body))

        return make

    async def _telemetry(self, scope: Scope, receive: Receive) -> Answer:
        body = await _body(receive)
        station = self._station(scope, demanded=True)
        assert station is not None
        arrival = self._intake.now()
        self._charge(station, arrival, 1)
        decoded = decode(station, body, arrival)
        lane, stored = self._intake.live, 0
        if self._intake.is_full:
            raise Unavailable(FULL)
        for streams, time, values, marks in decoded.rows:
            lane.add(streams, time, values, marks, arrival)
            stored += len(values)
        if decoded.batch is not None:
            lane.add_batch(decoded.batch)
            stored += len(decoded.batch)
        for wrong in decoded.wrong[:WRONG_SHOWN]:
            self._quarantine.add(
                station, "http", station.address, wrong.reason, body, arrival, wrong.detail
            )
        if stored:
            await self._wait()
        wrong_rows = [{"reason": w.reason, "detail": w.detail} for w in decoded.wrong[:WRONG_SHOWN]]
        answered = {"stored": stored, "wrong": len(decoded.wrong), "rows": wrong_rows}
        if not stored and decoded.wrong:
            answered["message"] = {"zh": NOTHING_FITS.zh, "en": NOTHING_FITS.en}  # type: ignore[assignment]
            return Answer(Invalid.status, orjson.dumps(answered))
        return Answer(200, orjson.dumps(answered))

    async def _make_durable(self, batch: Batch | None) -> None:
        if batch is None or not len(batch):
            return
        if self._intake.is_full:
            raise Unavailable(FULL)
        self._intake.live.add_batch(batch)
        await self._wait()

    async def _wait(self) -> None:
        try:
            await self._intake.stored(self._intake.live)
        except Problem:
            raise
        except Exception as error:
            raise Unavailable(CANNOT_STORE) from error


def _is_of_this_machine(scope: Scope) -> bool:
    """A proxy on this machine speaks from the loopback address for others: it says so."""
    forwarded = any(name in (b"x-forwarded-for", b"forwarded") for name, _ in scope["headers"])
    return not forwarded and (scope.get("client") or ("",))[0] in ("127.0.0.1", "::1")


async def _body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Invalid(T("连接已断开。", "The connection was closed."))
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_BYTES_MAX:
            raise Problem(TOO_LARGE, code="too_large")
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def call() -> dict[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return call


def _problem(problem: Problem, status: int | None = None) -> Answer:
    told = {
        "code": problem.code,
        "message": {"zh": problem.message.zh, "en": problem.message.en},
        "fields": {k: {"zh": v.zh, "en": v.en} for k, v in problem.fields.items()},
    }
    number = status or (413 if problem.code == "too_large" else problem.status)
    return Answer(401 if problem.message is NO_KEY else number, orjson.dumps(told))


async def _send(send: Send, answer: Answer) -> None:
    headers = [(b"content-length", str(len(answer.body)).encode())]
    if answer.body and not any(name == b"content-type" for name, _ in answer.headers):
        headers.append((b"content-type", JSON))
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [*headers, *answer.headers],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
