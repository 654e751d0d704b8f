"""The devices that a simulator plays, and what each of them has to say at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson

from guanggu.base.clock import from_microseconds
from guanggu.kernel.observation.public import Datastream, Device
from guanggu.standards import hj_212, hj_212_codes

from .devices import has_sample_key, sample_cipher_key, sample_key, sample_password
from .series import Stream, grid, marked, place_of

LETTERS = {0: "N", 4: "D", 5: "C"}
_CN = {"instant": "2011", "minute": "2051", "hour": "2061", "day": "2031"}
_MAIN = {"instant": "Rtd", "minute": "Avg", "hour": "Avg", "day": "Avg"}
_KINDS = {"surface_water_station": "21", "air_station": "22", "noise_station": "23"}


@dataclass(slots=True)
class Player:
    """One device: its identity, and its streams by interval."""

    key: str
    address: str
    protocol: str
    profile: str
    kind: str
    streams: dict[str, list[Stream]] = field(default_factory=dict)
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0

    @property
    def st(self) -> str:
        if self.kind != "pollution_source_outlet":
            return _KINDS.get(self.kind, "22")
        codes = [s.code for streams in self.streams.values() for s in streams]
        return "31" if any(code.startswith("a") for code in codes) else "32"

    @property
    def flag(self) -> int:
        return {"2005": 1, "2017": 5, "2025": 9, "surface_water": 9}.get(self.profile, 5)

    @property
    def password(self) -> str:
        return sample_password(self.key)

    @property
    def cipher_key(self) -> bytes | None:
        return sample_cipher_key(self.key) if self.profile == "2025" else None

    @property
    def secret(self) -> str:
        return sample_key(self.key)


@dataclass(frozen=True, slots=True)
class Said:
    """What a device says at one time: (code, stream, value, letter of the mark) of an interval."""

    interval: str
    time_us: int
    values: tuple[tuple[str, int, float, str], ...]


def fleet(protocols: Sequence[str], count: int | None) -> list[Player]:
    """Sample devices of these protocols, at most ``count`` of each, with their streams."""
    players: dict[int, list[Player]] = {}
    taken: dict[str, int] = {}
    rows = Device.objects.filter(is_sample=True, is_suspended=False, protocol__in=protocols)
    for row in rows.select_related("thing", "secret").order_by("address"):
        if not has_sample_key(row):
            continue
        taken[row.protocol] = taken.get(row.protocol, 0) + 1
        if count is None or taken[row.protocol] <= count:
            player = Player(row.key, row.address, row.protocol, row.profile, row.thing.kind)
            players.setdefault(row.thing_id, []).append(player)
    streams = Datastream.objects.filter(thing_id__in=players, every_s__gt=0).values_list(
        "pk", "thing_id", "thing__key", "observed_property__key", "interval", "every_s", "low",
        "high",
    )  # fmt: skip
    for pk, thing, name, code, interval, every_s, low, high in streams.order_by("pk"):
        for player in players[thing]:
            made = Stream(pk, code, place_of(name), every_s, low, high)
            player.streams.setdefault(interval, []).append(made)
    return [p for group in players.values() for p in group if p.streams]


def said(player: Player, start_us: int, end_us: int) -> Iterator[Said]:
    """Everything the device has to say of a span, in the order of its times."""
    found: list[Said] = []
    for interval, streams in player.streams.items():
        by_time: dict[int, list[tuple[str, int, float, str]]] = {}
        for stream in streams:
            times = grid(start_us, end_us, stream.every_s)
            there, values, marks = marked(stream, times)
            for at in np.flatnonzero(there):
                letter = LETTERS.get(int(marks[at]), "N")
                row = (stream.code, stream.stream, float(values[at]), letter)
                by_time.setdefault(int(times[at]), []).append(row)
        found += [Said(interval, time, tuple(rows)) for time, rows in by_time.items()]
    yield from sorted(found, key=lambda each: (each.time_us, each.interval))


def hj_frames(player: Player, what: Said, now_us: int, *, resent: bool = False) -> list[bytes]:
    """The upload, in several packets where it is long."""
    factors: dict[str, dict[str, object]] = {}
    for code, _, value, letter in what.values:
        plain, _, suffix = code.partition("-")
        shown = _old(plain, player.st) if player.profile == "2005" else plain
        items = factors.setdefault(shown, {})
        items[suffix or _MAIN[what.interval]] = f"{value:g}"
        items["Flag"] = letter
    at = hj_212.data_time(what.time_us)
    pieces = [hj_212.body_of(b"", {code: items}) for code, items in factors.items()]
    made = []
    for parts, body in hj_212.divided(at, pieces):
        made.append(
            hj_212.build(
                body,
                cn=_CN[what.interval],
                mn=player.address,
                pw=player.password,
                st=player.st,
                qn=hj_212.request_number(now_us + parts[1] * 1000),
                flag=player.flag,
                parts=parts if parts[0] > 1 else None,
                is_resent=resent and player.profile == "2025",
                key=player.cipher_key,
            )
        )
    return made


def _old(code: str, st: str) -> str:
    known = hj_212_codes.factor(code, st)
    return known.code_2005 if known is not None and known.code_2005 else code


def telemetry(what: Said, *, senml: bool = False) -> bytes:
    """Own JSON, or the same as a SenML pack."""
    if senml:
        base = {"bn": "", "bt": what.time_us / 1e6}
        pack = [{"n": f"{code}@{what.interval}", "v": value} for code, _, value, _ in what.values]
        return orjson.dumps([{**base, **pack[0]}, *pack[1:]])
    values = {f"{code}@{what.interval}": value for code, _, value, _ in what.values}
    message = {"ts": what.time_us // 1000, "values": values}
    marks = {f"{c}@{what.interval}": letter for c, _, _, letter in what.values if letter != "N"}
    return orjson.dumps({**message, "marks": marks} if marks else message)


def create_observations(many: Sequence[Said]) -> bytes:
    """Of SensorThings: a data array for each stream (18-088 13.2)."""
    rows: dict[int, list[list[object]]] = {}
    for what in many:
        at = from_microseconds(what.time_us).isoformat().replace("+00:00", "Z")
        for _, stream, value, _ in what.values:
            rows.setdefault(stream, []).append([at, value])
    return orjson.dumps(
        [
            {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"],
             "dataArray@iot.count": len(own), "dataArray": own}
            for stream, own in rows.items()
        ]
    )  # fmt: skip


def spoilt(frame: bytes, rng: random.Random) -> bytes:
    """What a bad line makes of a frame: a wrong digit, a cut, or noise before it."""
    way = rng.randrange(3)
    if way == 0:
        at = rng.randrange(6, len(frame) - 8)
        return frame[:at] + bytes([frame[at] ^ 1]) + frame[at + 1 :]
    if way == 1:
        return frame[: rng.randrange(8, len(frame) - 2)]
    return bytes(rng.randrange(256) for _ in range(12)) + frame
