"""One TCP connection of a station: read, checked, taken in, and answered when it is durable."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING

from guanggu.standards import hj_212 as codec

from ..directory import Station
from .uploads import INTERVALS, MARK_NUMBERS, layout_of

if TYPE_CHECKING:
    from .server import Hj212Server

FRAMES_A_TURN = 300  # of one connection before the others have their turn
UNANSWERED_MAX = 3_000  # frames of one connection on their way into the store
REFUSALS_MAX = 50  # frames refused in a row before the connection is closed
CLOCK_MINUTES_MAX = 5  # a station further off is set right (CN 1012)
CLOCK_SET_EVERY_S = 3_600.0
_MINUTE_US = 60_000_000

Item = "bytes | codec.BadFrame"


class Connection(asyncio.Protocol):
    """See the module. Everything here runs in the event loop and never waits."""

    def __init__(self, server: Hj212Server) -> None:
        self._server = server
        self._decoder = codec.Decoder()
        self.transport: asyncio.Transport | None = None
        self.peer = ""
        self.device = 0  # of the last frame that was let in
        self.station: Station | None = None
        self.header: codec.Header | None = None
        self.heard_s = 0.0
        self._in_hand: list[bytes | codec.BadFrame] = []
        self._unanswered = 0
        self._refused = 0
        self._held_for: set[str] = set()  # why reading is paused
        self._clock_set_s = -CLOCK_SET_EVERY_S
        self._is_open = True

    # ---- asyncio
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        name = transport.get_extra_info("peername")
        self.peer = f"{name[0]}:{name[1]}" if name else "?"
        self.heard_s = self._server.seconds()
        self._server.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_open = False
        self._in_hand.clear()
        self._server.closed(self)

    def close(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.close()

    def send(self, frame: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(frame)

    def data_received(self, data: bytes) -> None:
        self.heard_s = self._server.seconds()
        frames = self._decoder.feed(data)
        if self._held_for or self._in_hand or len(frames) > FRAMES_A_TURN:
            self._in_hand += frames  # within bounds: reading is paused as long as it is so
            self._turn()
        elif frames:
            self._take(frames)

    # ---- turns and pauses
    def _turn(self) -> None:
        """Take some of the frames in hand; the rest after the others' turn."""
        if self._held_for or not self._is_open:
            return
        taken, self._in_hand = self._in_hand[:FRAMES_A_TURN], self._in_hand[FRAMES_A_TURN:]
        self._take(taken)
        if self._in_hand:
            self._hold("turn")
            asyncio.get_running_loop().call_soon(self._go_on, "turn")

    def _hold(self, why: str) -> None:
        if not self._held_for and self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()
        self._held_for.add(why)

    def _go_on(self, why: str) -> None:
        self._held_for.discard(why)
        if self._held_for or not self._is_open:
            return
        if self._in_hand:
            self._turn()
        if not self._held_for and self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    # ---- frames
    def _take(self, frames: list[bytes | codec.BadFrame]) -> None:
        """Frames of one turn; their answers go out together once they are durable."""
        server, arrival = self._server, self._server.intake.now()
        live: list[bytes] = []
        late: list[bytes] = []
        taken = stored = 0
        for raw in frames:
            if isinstance(raw, codec.BadFrame):
                self._refuse(None, raw.reason.value, raw.raw, arrival, f"{raw.size} B")
                continue
            try:
                frame = codec.parse(raw, server.cipher_key_of)
                header = frame.header
                station = self._let_in(header, raw, arrival)
                if station is None:
                    continue
                taken += 1
                if header.cn in INTERVALS and not (header.pnum and header.pno > header.pnum):
                    is_late = self._upload(station, frame, raw, arrival)
                    stored += 1
                    if header.is_answer_asked or header.flag is None:
                        (late if is_late else live).append(codec.data_answer(frame))
                else:
                    self._talk(station, frame, arrival)
            except codec.Unreadable as error:
                self._refuse(self.station, error.reason.value, raw, arrival, error.detail)
        server.frames += taken
        if taken and self.station is not None:
            self._refused = 0
            self._spend(taken)
        self._answer_later(server.intake.live, live)
        self._answer_later(server.intake.late, late)
        if server.intake.is_full and self._is_open:
            self._hold("full")
            server.intake.when_drained(lambda: self._go_on("full"))

    def _let_in(self, header: codec.Header, raw: bytes, arrival: int) -> Station | None:
        """The station of the frame, where its password fits and nothing speaks against it."""
        server = self._server
        station = server.directory.stations.get(("hj212", header.mn))
        if station is None:
            self._refuse(None, "unknown_station", raw, arrival, header.mn[:40])
            return None
        if station is not self.station:
            self.station, self.device = station, station.device
            server.connected(self, station)
        password = (station.password or b"").decode("latin-1")
        if header.pw != password and not hmac.compare_digest(header.pw.encode(), password.encode()):
            self._refuse(station, "wrong_password", raw, arrival)
            return None
        if station.is_suspended:
            self._refuse(station, "suspended", raw, arrival)
            return None
        self.header = header
        device = station.device
        server.last_seen[device] = arrival
        server.messages[device] = server.messages.get(device, 0) + 1
        if not server.budget(station).is_within_day(arrival):
            self._refuse(station, "over_quota", raw, arrival)
            return None
        return station

    def _upload(self, station: Station, frame: codec.Frame, raw: bytes, arrival: int) -> bool:
        """Hand the rows to the intake; True where they look backwards. Raises Unreadable."""
        told = codec.readings(frame)
        layout = layout_of(station, frame.header.cn, told.layout, frame.header.st)
        time = told.data_time
        is_late = time <= layout.last or frame.header.is_resent
        if not is_late:
            layout.last = time
        values, marks = told.values, told.marks.translate(MARK_NUMBERS)
        streams = layout.streams
        if layout.unknown:
            self._server.unknown_factors(station, layout, self.peer, raw, arrival)
        if told.wrong:
            shown = ", ".join(f"{told.layout.keys[at].code}={text}" for at, text in told.wrong[:5])
            self._refuse(station, codec.Problem.VALUE.value, raw, arrival, shown)
            fine = [at for at in layout.places if values[at] == values[at]]
            streams = streams[[values[at] == values[at] for at in layout.places]]
            values, marks = [values[at] for at in fine], bytes(marks[at] for at in fine)
        elif layout.pick is not None:
            values, marks = list(layout.pick(values)), bytes(layout.pick(marks))
        lane = self._server.intake.late if is_late else self._server.intake.live
        if values:
            lane.add(streams, time, values, marks, arrival)
        if frame.qn and abs(arrival - _qn_time(frame.qn, arrival)) > CLOCK_MINUTES_MAX * _MINUTE_US:
            self._set_clock(station)
        return is_late

    def _talk(self, station: Station, frame: codec.Frame, arrival: int) -> None:
        """What is no data: answers to commands, notices, heartbeats, information."""
        header, qn = frame.header, frame.qn.decode("ascii", "replace")
        cn = header.cn
        self._server.desk.answered(
            station.device, cn, qn, frame.fields(), frame.body.decode("utf-8", "replace")
        )
        if cn in ("9011", "9012", "9013", "9014"):
            return
        if cn == "3020":
            self._server.instruments.note(station.device, frame.fields(), arrival)
        if cn == "1013":  # asks to have its clock set: a notice, answered, then set (C.5)
            self.send(codec.notice_answer(frame))
            self._clock_set_s = -CLOCK_SET_EVERY_S
            self._set_clock(station)
        elif cn in ("9015", "2012", "2022"):
            self.send(codec.notice_answer(frame))
        elif header.is_answer_asked:
            # Not an observation: nothing of it is kept but what a command asked for, and what
            # it says of instruments.
            self.send(codec.data_answer(frame))

    def _set_clock(self, station: Station) -> None:
        """CN 1012, at most once an hour."""
        now = self._server.seconds()
        if now - self._clock_set_s < CLOCK_SET_EVERY_S:
            return
        self._clock_set_s = now
        self._server.clocks_set += 1
        if self.header is not None:
            self.send(self._server.clock_command(self.header, station))

    # ---- answers and limits
    def _answer_later(self, lane: object, answers: list[bytes]) -> None:
        if not answers:
            return
        self._unanswered += len(answers)
        if self._unanswered > UNANSWERED_MAX:
            self._hold("unanswered")
        lane.when_durable(lambda error: self._durable(error, answers))  # type: ignore[attr-defined]

    def _durable(self, error: BaseException | None, answers: list[bytes]) -> None:
        """Without an answer the station sends again: that is the whole of its safety."""
        if error is None and self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"".join(answers) if len(answers) > 1 else answers[0])
            self._server.answered += len(answers)
        self._unanswered -= len(answers)
        if "unanswered" in self._held_for and self._unanswered < UNANSWERED_MAX // 2:
            self._go_on("unanswered")

    def _spend(self, frames: int) -> None:
        """A station over its rate is read more slowly; nothing of it is lost."""
        assert self.station is not None
        wait_s = self._server.budget(self.station).spend(frames)
        if wait_s > 0 and self._is_open:
            self._server.slowed += 1
            self._hold("rate")
            asyncio.get_running_loop().call_later(wait_s, self._go_on, "rate")

    def _refuse(
        self, station: Station | None, reason: str, raw: bytes, arrival: int, detail: str = ""
    ) -> None:
        self._server.quarantine.add(station, "hj212", self.peer, reason, raw, arrival, detail)
        self._refused += 1
        if self._refused > REFUSALS_MAX:
            self._in_hand.clear()
            self.close()


def _qn_time(qn: bytes, otherwise: int) -> int:
    try:
        return codec.instant_us(qn)
    except ValueError:
        return otherwise
