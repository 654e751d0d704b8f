"""Factors that a station sends though nobody declared them: seen, adopted, and read again.

Their frames wait in quarantine with their bytes. An officer who adopts one declares its
datastreams; the worker then reads the frames again and stores what they say of it. A datum is one
stream at one time, so reading a frame twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Max, Min, Sum

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.journal.public import action, append
from guanggu.standards import hj_212 as codec
from guanggu.standards import hj_212_codes

from .declaring import Station, StreamSpec, declare_stations
from .device_actions import DO_NOT_FIT, device_of
from .models import Adoption, Datastream, Device, QuarantinedFrame
from .permissions import keeps_devices
from .store import observations

if TYPE_CHECKING:
    from .gateways.directory import Station as Speaker
    from .gateways.hj_212.uploads import Layout

REASON = "no_datastream"
FRAMES_A_TURN = 1_000
LATEST_FRAMES = 500  # looked at for the intervals in which a factor is sent
# The gateways know a new stream within seconds; frames from before that are read again too.
SETTLE = timedelta(seconds=30)
EVERY_S = {"hour": 3_600, "day": 86_400}
ACTOR = platform("gateways")
_FACTOR = re.compile(r"[A-Za-z0-9_-]{1,40}")
_NO_FRAMES = T(
    "异常报文中没有含该因子的可读报文。", "No frame in quarantine that can be read has this factor."
)
_ONLY_HJ212 = T("只有 HJ 212 站点的因子可以采用。", "Only factors of HJ 212 stations are adopted.")


@dataclass(frozen=True, slots=True)
class WaitingFactor:
    """A factor nobody declared. frame: pk of the newest that has it; frames: how many came."""

    device: Device
    factor: str
    title: T
    unit: str
    frame: int
    frames: int
    since: datetime


def _frames(**narrowed: Any) -> Any:
    return QuarantinedFrame.objects.filter(
        reason=REASON, protocol="hj212", device__isnull=False, resolved_at=None, **narrowed
    )


def waiting_factors(thing: str = "") -> list[WaitingFactor]:
    """Of every station, or of one thing (key), the ones with most frames first."""
    narrowed = {"device__thing__key": thing} if thing else {}
    rows = (
        _frames(**narrowed)
        .values("device", "detail")
        .annotate(n=Count("pk") + Sum("alike"), newest=Max("pk"), since=Min("at"))
        .order_by("-n")
    )
    devices = Device.objects.select_related("thing").in_bulk({row["device"] for row in rows})
    known = _declared({device.thing_id for device in devices.values()})
    found: dict[tuple[int, str], WaitingFactor] = {}
    for row in rows:
        device = devices[row["device"]]
        for code in filter(None, row["detail"].split(", ")):
            if (device.thing_id, code) in known or not _FACTOR.fullmatch(code):
                continue
            title, unit = words_of(code)
            one = found.get((device.pk, code))
            found[device.pk, code] = WaitingFactor(
                device, code, title, unit, max(row["newest"], one.frame if one else 0),
                row["n"] + (one.frames if one else 0),
                min(row["since"], one.since) if one else row["since"],
            )  # fmt: skip
    return list(found.values())


def _declared(things: Iterable[int]) -> set[tuple[int, str]]:
    rows = Datastream.objects.filter(thing__in=list(things))
    return set(rows.values_list("thing_id", "observed_property__key"))


def words_of(code: str) -> tuple[T, str]:
    """Name and unit (UCUM) of a factor as the standard has them; its code where it has none."""
    known = hj_212_codes.factor(code)
    return (known.name, known.unit) if known else (T(code, code), "")


def factors_waiting_in(frame: QuarantinedFrame) -> list[str]:
    """The factors of this frame that no stream of its station is declared for."""
    if frame.reason != REASON or frame.protocol != "hj212" or frame.device is None:
        return []
    read = _read(_speaker(frame.device), frame)
    return list(read[0].unknown) if read else []


def _speaker(device: Device) -> Speaker:
    from .gateways.directory import load_station

    return load_station(device)


def _read(
    speaker: Speaker, frame: QuarantinedFrame
) -> tuple[Layout, codec.Readings, str] | None:  # fmt: skip
    """What an upload says and in which interval; None for one that cannot be read (cut short)."""
    from .gateways.hj_212.uploads import INTERVALS, layout_of

    try:
        parsed = codec.parse(bytes(frame.raw), lambda header: speaker.cipher_key)
        if parsed.header.cn not in INTERVALS:
            return None
        told = codec.readings(parsed)
    except codec.Unreadable:
        return None
    layout = layout_of(speaker, parsed.header.cn, told.layout, parsed.header.st)
    return layout, told, INTERVALS[parsed.header.cn]


def _intervals_of(device: Device, factor: str) -> list[str]:
    """In which it was sent, by the newest frames that have it."""
    speaker, found = _speaker(device), set()
    for frame in _frames(device=device, detail__contains=factor).order_by("-pk")[:LATEST_FRAMES]:
        read = _read(speaker, frame)
        if read is not None and factor in read[0].unknown:
            found.add(read[2])
    return sorted(found)


@action(
    "observation.adopt_factor", allows=lambda actor, **_: keeps_devices(actor),
    title=T("采用因子", "Adopt a factor"),
)  # fmt: skip
def adopt_factor(
    actor: Actor, *, device: str, factor: str, name: str, unit: str, name_en: str = ""
) -> dict[str, Any]:
    """Declare the streams of a factor that the station sends, in every interval it sends it in.

    unit: UCUM. What waits in quarantine is stored by the worker (``replay``). Answers {streams}.
    Raises Missing, Conflict, Invalid with the fields.
    """
    row = device_of(device)
    if row.protocol != "hj212":
        raise Conflict(_ONLY_HJ212)
    if not _FACTOR.fullmatch(factor):
        raise Invalid(DO_NOT_FIT, fields={"factor": _NO_FRAMES})
    intervals = _intervals_of(row, factor)
    if not intervals:
        raise Missing(_NO_FRAMES)
    if not name.strip():
        raise Invalid(DO_NOT_FIT, fields={"name": T("请填写因子名称。", "Name the factor.")})
    thing = row.thing
    specs = tuple(
        StreamSpec(
            property=factor, interval=interval, unit=unit.strip(), name=name.strip()[:60],
            name_en=name_en.strip()[:60] or words_of(factor)[0].en[:60],
            every_s=EVERY_S.get(interval, 0), is_public=False,
        )
        for interval in intervals
    )  # fmt: skip
    try:
        declare_stations(actor, [Station(thing.key, thing.name, thing.kind, streams=specs)])
    except Invalid as problem:
        # Told by the field of the form, not by the place in the declaration.
        fields = {place.rpartition(" / ")[2]: text for place, text in problem.fields.items()}
        raise Invalid(DO_NOT_FIT, fields=fields) from problem
    Adoption.objects.create(
        device=row, factor=factor, intervals=intervals, by=actor.name, at=clock.now()
    )
    append(
        row.ref, "observation.factor_adopted", actor,
        {"factor": factor, "name": name, "unit": unit, "intervals": intervals},
    )  # fmt: skip
    return {"device": device, "factor": factor, "intervals": intervals}


def replay() -> int:
    """Read frames again for what was adopted; answers how many data were stored.

    Raises Unavailable where the store cannot be reached; the next turn goes on from there.
    """
    stored = 0
    for adoption in Adoption.objects.filter(finished_at=None).select_related("device__thing"):
        stored += _replay_some(adoption)
    return stored


def _replay_some(adoption: Adoption) -> int:
    rows = _frames(
        device=adoption.device, detail__contains=adoption.factor, pk__gt=adoption.last_frame
    )
    frames = list(rows.order_by("pk")[:FRAMES_A_TURN])
    if not frames:
        if clock.now() - adoption.at > SETTLE:
            finish_adoption(ACTOR, adoption=adoption.pk)
        return 0
    data, resolved, held = _data_of(adoption, frames)
    if data:
        observations().append(_batch(data))
    now = clock.now()
    QuarantinedFrame.objects.filter(pk__in=resolved).update(resolved_at=now)
    Adoption.objects.filter(pk=adoption.pk).update(
        last_frame=frames[-1].pk, frames=F("frames") + held, data=F("data") + len(data)
    )
    return len(data)


Datum = tuple[int, int, float, int, int]  # stream, time, value, mark, arrival


def _data_of(
    adoption: Adoption, frames: Iterable[QuarantinedFrame]
) -> tuple[list[Datum], list[int], int]:
    """Rows of the adopted streams, frames of which nothing is unknown any more, and how many
    frames held the factor."""
    speaker = _speaker(adoption.device)
    wanted = {
        pk for (code, interval), pk in speaker.streams.items()
        if code == adoption.factor and interval in adoption.intervals
    }  # fmt: skip
    data: list[Datum] = []
    resolved: list[int] = []
    held = 0
    for frame in frames:
        read = _read(speaker, frame)
        if read is None:
            continue
        layout, told, _ = read
        own = list(_own(layout, told, wanted, clock.to_microseconds(frame.at)))
        held += bool(own)
        data += own
        if not layout.unknown:
            resolved.append(frame.pk)
    return data, resolved, held


def _own(layout: Layout, told: codec.Readings, wanted: set[int], arrival: int) -> Iterator[Datum]:
    from .gateways.hj_212.uploads import MARK_NUMBERS

    for stream, place in zip(layout.streams.tolist(), layout.places, strict=True):
        value = told.values[place]
        if stream in wanted and value == value:
            yield stream, told.data_time, value, MARK_NUMBERS[told.marks[place]], arrival


def _batch(data: list[Datum]) -> Any:
    from .batch import Batch

    streams, times, values, marks, arrivals = zip(*data, strict=True)
    return Batch.of(list(streams), list(times), list(values), list(marks), list(arrivals))


@action("observation.finish_adoption", allows=lambda actor, **_: actor.kind == "platform")
def finish_adoption(actor: Actor, *, adoption: int) -> dict[str, Any]:
    """What waited of it in quarantine has been stored."""
    row = Adoption.objects.select_related("device").get(pk=adoption)
    row.finished_at = clock.now()
    row.save(update_fields=["finished_at"])
    told = {"factor": row.factor, "frames": row.frames, "data": row.data}
    append(row.device.ref, "observation.frames_replayed", actor, told)
    return told


def adoptions_of(device: str, limit: int = 20) -> list[Adoption]:
    """Of a device (key), the newest first."""
    return list(Adoption.objects.filter(device__key=device).order_by("-pk")[:limit])
