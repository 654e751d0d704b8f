"""Observations out of a sheet: laboratory results and data that no gateway could carry.

Two shapes are read. Long: datastream (or thing, observed property and interval), time, value and
mark in columns. Wide: thing and time, and a column for each observed property. Good rows are
stored; a bad row is told with its reason and stops no other. Values without a mark are marked as
put in by hand (S of HJ 212-2017 table 8).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import Sheet, read_sheets

from .marks import LETTERS, TITLES, Mark
from .models import Datastream
from .permissions import keeps_devices
from .store import observations

if TYPE_CHECKING:
    from .batch import Batch

ROWS_A_BATCH = 10_000
COLUMNS = {
    "stream": T("数据流", "Datastream"),
    "thing": T("监测设施", "Thing"),
    "property": T("监测项目", "Observed property"),
    "interval": T("数据类型", "Interval"),
    "time": T("时间", "Time"),
    "value": T("数值", "Value"),
    "mark": T("数据标记", "Mark"),
}
_INTERVALS = {
    "实时": "instant", "分钟": "minute", "小时": "hour", "日": "day", "real-time": "instant",
    "instant": "instant", "minute": "minute", "hour": "hour", "day": "day",
}  # fmt: skip
_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d",
    "%Y/%m/%d", "%Y年%m月%d日 %H:%M", "%Y%m%d%H%M%S",
)  # fmt: skip
NO_TIME_COLUMN = T(
    "表头中没有“时间”列。请按模板填写：监测设施、时间与各监测项目，或数据流、时间、数值。",
    "There is no column “Time”. Use the template: thing, time and observed properties, or "
    "datastream, time and value.",
)
NO_STREAM_COLUMN = T(
    "表头中没有“数据流”或“监测设施”列。", "There is no column “Datastream” or “Thing”."
)
NO_STREAM = T("没有数据流“{}”。", "There is no datastream “{}”.")
NO_STREAM_OF = T("“{}”没有监测项目“{}”的数据流。", "“{}” has no datastream of “{}”.")
BAD_TIME = T(
    "时间“{}”无法识别，应如 2026-05-01 08:00。", "“{}” is no time such as 2026-05-01 08:00."
)
IN_FUTURE = T("时间“{}”在未来。", "“{}” lies in the future.")
BAD_VALUE = T("数值“{}”不是数字。", "“{}” is not a number.")
MAY_NOT = T(
    "您的岗位不能上传监测数据。请切换到设备接入管理或监测数据审核岗位。",
    "Your post may not upload observations. Switch to one that keeps devices or reviews data.",
)
BAD_MARK = T("数据标记“{}”无法识别，应为 N、M、S 等。", "“{}” is no mark such as N, M or S.")


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A cell that was not taken, with what stands in its row."""

    number: int
    column: str
    why: T
    cells: tuple[Any, ...]


@dataclass(slots=True)
class Uploaded:
    """headings: of the sheet; batches: the good rows; wrong: the others."""

    headings: tuple[str, ...] = ()
    streams: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    wrong: list[WrongRow] = field(default_factory=list)

    def batches(self) -> Iterable[Batch]:
        from .batch import Batch

        at = clock.to_microseconds(clock.now())
        for start in range(0, len(self.streams), ROWS_A_BATCH):
            part = slice(start, start + ROWS_A_BATCH)
            count = len(self.streams[part])
            yield Batch.of(
                self.streams[part], self.times[part], self.values[part], self.marks[part],
                [at] * count,
            )  # fmt: skip


class _Streams:
    """Datastreams by key, and by thing, property and interval."""

    def __init__(self) -> None:
        self.by_key: dict[str, int] = {}
        self.by_thing: dict[tuple[str, str, str], int] = {}
        self.intervals: dict[tuple[str, str], list[str]] = {}
        rows = Datastream.objects.values_list(
            "pk", "key", "thing__key", "thing__name", "observed_property__key",
            "observed_property__name", "interval",
        )  # fmt: skip
        for pk, key, thing, thing_name, code, code_name, interval in rows:
            self.by_key[key] = pk
            for where in {thing, thing_name}:
                for what in {code, code_name}:
                    self.by_thing.setdefault((where, what, interval), pk)
                    self.intervals.setdefault((where, what), []).append(interval)

    def of(self, thing: str, what: str, interval: str) -> int | None:
        """Without an interval the hour is meant where there is one, else the only one."""
        if interval:
            return self.by_thing.get((thing, what, interval))
        known = self.intervals.get((thing, what), [])
        chosen = "hour" if "hour" in known else known[0] if len(set(known)) == 1 else ""
        return self.by_thing.get((thing, what, chosen))


def _column(heading: str) -> str:
    for name, title in COLUMNS.items():
        if heading.strip().lower() in (title.zh, title.en.lower(), name):
            return name
    return ""


def time_of(cell: Any) -> int | None:
    """Microseconds UTC of a cell on the district's clock; None for what is no time."""
    text = str(cell).strip()
    at: datetime | None = None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        for shape in _FORMATS:
            try:
                at = datetime.strptime(text, shape).replace(tzinfo=clock.DISTRICT_ZONE)
                break
            except ValueError:
                continue
    if at is None or not 1970 < at.year < 2200:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=clock.DISTRICT_ZONE)
    return clock.to_microseconds(at.astimezone(UTC))


def _mark_of(cell: Any) -> int | None:
    text = str(cell or "").strip()
    if not text:
        return int(Mark.MANUAL)
    if text.upper() in LETTERS:
        return int(LETTERS[text.upper()])
    return next((int(m) for m, title in TITLES.items() if text in (title.zh, title.en)), None)


def read_observations(content: bytes, file_name: str) -> Uploaded:
    """Raises Invalid for a file that is no sheet or has none of the known headings."""
    sheets = [sheet for sheet in read_sheets(content, file_name) if sheet.rows]
    if not sheets:
        raise Invalid(NO_TIME_COLUMN)
    sheet = sheets[0]
    columns = [_column(heading) for heading in sheet.headings]
    if "time" not in columns:
        raise Invalid(NO_TIME_COLUMN)
    if "stream" not in columns and "thing" not in columns:
        raise Invalid(NO_STREAM_COLUMN)
    into, streams = Uploaded(sheet.headings), _Streams()
    now = clock.to_microseconds(clock.now())
    for number, cells in sheet.rows:
        _take_row(into, sheet, columns, streams, number, cells, now)
    return into


def _take_row(
    into: Uploaded, sheet: Sheet, columns: Sequence[str], streams: _Streams, number: int,
    cells: tuple[Any, ...], now: int,
) -> None:  # fmt: skip
    named = {c: cell for c, cell in zip(columns, cells, strict=False) if c}

    def refuse(column: str, why: T) -> None:
        into.wrong.append(WrongRow(number, column, why, cells))

    time = time_of(named.get("time", ""))
    if time is None or time > now + 86_400_000_000:
        why = BAD_TIME if time is None else IN_FUTURE
        refuse(str(COLUMNS["time"]), why.format(str(named.get("time", ""))[:40]))
        return
    mark = _mark_of(named.get("mark"))
    if mark is None:
        refuse(str(COLUMNS["mark"]), BAD_MARK.format(str(named["mark"])[:20]))
        return
    thing = str(named.get("thing", "")).strip()
    interval = _INTERVALS.get(str(named.get("interval", "")).strip().lower(), "")
    wanted: list[tuple[str, int | None, T, Any]] = []
    if "value" in columns:
        key, what = str(named.get("stream", "")).strip(), str(named.get("property", "")).strip()
        stream = streams.by_key.get(key) if key else streams.of(thing, what, interval)
        why = NO_STREAM.format(key[:60]) if key else NO_STREAM_OF.format(thing[:60], what[:60])
        wanted.append((str(COLUMNS["value"]), stream, why, named.get("value")))
    else:
        for heading, column, cell in zip(sheet.headings, columns, cells, strict=False):
            if heading and not column and cell not in ("", None):
                stream = streams.of(thing, heading.strip(), interval)
                why = NO_STREAM_OF.format(thing[:60], heading[:60])
                wanted.append((heading, stream, why, cell))
    for column, stream, why, cell in wanted:
        value = _number(cell)
        if stream is None:
            refuse(column, why)
        elif value is None:
            refuse(column, BAD_VALUE.format(str(cell if cell is not None else "")[:40]))
        else:
            into.streams.append(stream)
            into.times.append(time)
            into.values.append(value)
            into.marks.append(mark)


def _number(cell: Any) -> float | None:
    try:
        value = float(str(cell).strip().replace("，", "").replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _may_upload(actor: Actor, /, **_: Any) -> bool:
    return keeps_devices(actor)


def upload_observations(
    actor: Actor, *, uploaded: Uploaded, file_name: str, digest: str
) -> dict[str, int]:
    """Store the good rows, through the same checks as what comes by the gateways.

    Raises Forbidden, and Unavailable where the store cannot be reached; the same file again
    changes nothing. The store is another process that may itself have to write to the database
    before it answers, so no transaction is open meanwhile; the event follows with what was stored.
    """
    if not keeps_devices(actor):
        raise Forbidden(MAY_NOT)
    counts = {"new": 0, "repeated": 0, "replaced": 0, "held": 0}
    for batch in uploaded.batches():
        done = observations().append(batch)
        for name in counts:
            counts[name] += getattr(done, name)
    told = {**counts, "wrong": len({row.number for row in uploaded.wrong})}
    return note_upload(actor, told=told, file_name=file_name, digest=digest)


@action(
    "observation.note_upload", allows=lambda actor, **_: keeps_devices(actor),
    title=T("上传监测数据", "Upload observations"),
)  # fmt: skip
def note_upload(
    actor: Actor, *, told: dict[str, int], file_name: str, digest: str
) -> dict[str, int]:
    """Who put in which file and what became of its rows."""
    data = {**told, "file": file_name[:200], "sha256": digest}
    append("gateways/upload", "observation.observations_uploaded", actor, data)
    return told


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
