"""How simulated devices speak: one line a device, which keeps what was not acknowledged."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from guanggu.base import clock
from guanggu.kernel.observation.gateways.mqtt import packets
from guanggu.standards import hj_212

from . import fleet
from .fleet import Player, Said

WAITING_MAX = 20_000  # a device remembers so many messages through an outage
IN_FLIGHT = 200
BACK_OFF_S = 2.0


class Line(Protocol):
    player: Player
    waiting: deque[Said]

    async def run(self) -> None: ...


class _Kept:
    """Messages that wait for their acknowledgement, oldest first."""

    def __init__(self, player: Player, host: str, port: int, faults: random.Random | None) -> None:
        self.player, self.host, self.port, self.faults = player, host, port, faults
        self.waiting: deque[Said] = deque(maxlen=WAITING_MAX)
        self.wake = asyncio.Event()
        self.cut_until_s = 0.0
        self.number = 0

    def say(self, what: Said) -> None:
        self.waiting.append(what)
        self.wake.set()

    def cut(self, seconds: float) -> None:
        """Lose the line for a while; what is said meanwhile is sent again afterwards."""
        self.cut_until_s = time.monotonic() + seconds

    @property
    def is_cut(self) -> bool:
        return time.monotonic() < self.cut_until_s

    async def run(self) -> None:
        """Connect and send, for ever."""
        while True:
            while self.is_cut:
                await asyncio.sleep(0.2)
            try:
                await self.speak()
            except (OSError, EOFError, asyncio.IncompleteReadError):
                await asyncio.sleep(BACK_OFF_S)

    async def speak(self) -> None:
        """Over one connection, until it is lost. Raises OSError."""
        raise OSError("a line without a protocol")


class HjLine(_Kept):
    """HJ 212: each frame stays until 9014 names its QN; commands are answered and obeyed."""

    async def speak(self) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        open_: dict[bytes, Said] = {}
        hearing = asyncio.create_task(self._hear(reader, writer, open_))
        try:
            while not hearing.done() and not self.is_cut:
                while self.waiting and len(open_) < IN_FLIGHT:
                    self._send(writer, self.waiting.popleft(), open_)
                await writer.drain()
                self.wake.clear()
                try:
                    async with asyncio.timeout(0.5):
                        await self.wake.wait()
                except TimeoutError:
                    continue
            if hearing.done():
                hearing.result()
        finally:
            hearing.cancel()
            writer.close()
            self.waiting.extendleft(reversed(list(open_.values())))

    def _send(self, writer: asyncio.StreamWriter, what: Said, open_: dict[bytes, Said]) -> None:
        now = max(clock.to_microseconds(clock.now()), self.number + 1_000)
        self.number = now + 10_000  # packets of one upload count on by milliseconds
        resent = now - what.time_us > 3_600_000_000
        for frame in fleet.hj_frames(self.player, what, now, resent=resent):
            if self.faults is not None and self.faults.random() < 0.01:
                writer.write(fleet.spoilt(frame, self.faults))
                self.player.refused += 1
            writer.write(frame)
            self.player.sent += 1
            open_[frame[9:26]] = what

    async def _hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, open_: dict[bytes, Said]
    ) -> None:
        decoder = hj_212.Decoder()
        while data := await reader.read(65_536):
            for raw in decoder.feed(data):
                if isinstance(raw, hj_212.BadFrame):
                    continue
                frame = hj_212.parse(raw, lambda header: self.player.cipher_key)
                qn = frame.fields().get("QN", "").encode() or frame.qn
                if frame.header.cn in ("9014", "9013"):
                    if open_.pop(qn, None) is not None:
                        self.player.acknowledged += 1
                    self.wake.set()
                else:
                    self._obey(writer, frame)
        raise EOFError("the gateway closed the connection")

    def _obey(self, writer: asyncio.StreamWriter, frame: hj_212.Frame) -> None:
        """Ready, data where history is asked for, done."""
        writer.write(hj_212.request_answer(frame, 1))
        asked = frame.fields()
        interval = {"2051": "minute", "2061": "hour", "2031": "day"}.get(frame.header.cn)
        code = 1
        if interval is not None and "BeginTime" in asked:
            begin, end = (
                hj_212.instant_us(asked[name].encode()) for name in ("BeginTime", "EndTime")
            )
            told = [s for s in fleet.said(self.player, begin, end) if s.interval == interval]
            for what in told:
                self.say(what)
            code = 1 if told else 100  # no data (table 7)
        elif frame.header.cn == "1011":
            now = clock.to_microseconds(clock.now())
            body = b"SystemTime=" + hj_212.data_time(now)
            writer.write(
                hj_212.build(body, cn="1011", mn=self.player.address, pw=self.player.password,
                             st=self.player.st, qn=frame.qn, flag=self.player.flag & ~1)
            )  # fmt: skip
        writer.write(hj_212.execution_result(frame, code))


class MqttLine(_Kept):
    """MQTT 3.1.1 at QoS 1, JSON and SenML in turns."""

    async def speak(self) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        name = self.player.address
        writer.write(packets.connect(name, name, self.player.secret, keep_alive_s=60, clean=True))
        open_: dict[int, Said] = {}
        hearing = asyncio.create_task(self._hear(reader, open_))
        number = 0
        try:
            while not hearing.done() and not self.is_cut:
                while self.waiting and len(open_) < IN_FLIGHT:
                    number = number % 65_535 + 1
                    what = open_[number] = self.waiting.popleft()
                    senml = number % 5 == 0 and all(letter == "N" for *_, letter in what.values)
                    topic = f"devices/{name}/{'senml' if senml else 'telemetry'}"
                    writer.write(packets.publish(topic, fleet.telemetry(what, senml=senml), number))
                    self.player.sent += 1
                await writer.drain()
                self.wake.clear()
                try:
                    async with asyncio.timeout(10):
                        await self.wake.wait()
                except TimeoutError:
                    writer.write(bytes([packets.PINGREQ, 0]))
            if hearing.done():
                hearing.result()
        finally:
            hearing.cancel()
            writer.close()
            self.waiting.extendleft(reversed(list(open_.values())))

    async def _hear(self, reader: asyncio.StreamReader, open_: dict[int, Said]) -> None:
        split = packets.Reader()
        while data := await reader.read(65_536):
            _, others = split.feed(data)
            for head, body in others:
                if head & 0xF0 == packets.CONNACK and body[1]:
                    raise ConnectionRefusedError(packets.REFUSALS.get(body[1], "refused"))
                if head & 0xF0 == packets.PUBACK:
                    open_.pop(body[0] << 8 | body[1], None)
                    self.player.acknowledged += 1
                    self.wake.set()
        raise EOFError("the broker closed the connection")


class HttpLine(_Kept):
    """HTTP/1.1 over one kept connection: telemetry, or data arrays of SensorThings."""

    async def speak(self) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            while not self.is_cut:
                if not self.waiting:
                    self.wake.clear()
                    await self.wake.wait()
                taken = [self.waiting.popleft() for _ in range(min(len(self.waiting), 50))]
                try:
                    await self._post(reader, writer, taken)
                except BaseException:
                    self.waiting.extendleft(reversed(taken))
                    raise
        finally:
            writer.close()

    async def _post(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, taken: list[Said]
    ) -> None:
        if self.player.protocol == "sensorthings":
            path, bodies = "/sensorthings/v1.1/CreateObservations", [
                fleet.create_observations(taken)
            ]  # fmt: skip
        else:
            path, bodies = "/telemetry", [fleet.telemetry(what) for what in taken]
        for body in bodies:
            writer.write(
                f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
                f"Authorization: Bearer {self.player.secret}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            self.player.sent += 1
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            await reader.readexactly(length)
            if head[9:10] == b"2":
                self.player.acknowledged += 1
            else:
                self.player.refused += 1


LINES: dict[str, Callable[..., _Kept]] = {
    "hj212": HjLine, "mqtt": MqttLine, "http": HttpLine, "sensorthings": HttpLine,
}  # fmt: skip
