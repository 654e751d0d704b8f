"""IEEE 1849-2016 (XES): event logs of any system, read and written as XES or as CSV.

Both readers stream: they yield a :class:`LogRow` for each event and a :class:`LogError` for each one
that cannot be used, so that no good row is lost to a bad one. CSV columns are named after the XES
extensions (case:concept:name, concept:name, time:timestamp, org:resource, …) or in Chinese.

A file may come from anybody: document types and entities are refused, sizes are bounded. A time
without a zone is taken as the district's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from guanggu.base import limits
from guanggu.base.bilingual import T
from guanggu.base.clock import DISTRICT_ZONE
from guanggu.base.errors import Invalid

CASE, ACTIVITY, AT = "case:concept:name", "concept:name", "time:timestamp"
RESOURCE, GROUP, LIFECYCLE = "org:resource", "org:group", "lifecycle:transition"
DEADLINE = "case:deadline"
REQUIRED = (CASE, ACTIVITY, AT)
COLUMNS = (CASE, ACTIVITY, AT, RESOURCE, GROUP, LIFECYCLE, DEADLINE)
_CASE_PREFIX = "case:"

CHINESE_COLUMNS: dict[str, str] = {
    "案件编号": CASE,
    "办件编号": CASE,
    "环节": ACTIVITY,
    "办理环节": ACTIVITY,
    "时间": AT,
    "办理时间": AT,
    "办理人": RESOURCE,
    "办理人员": RESOURCE,
    "岗位": GROUP,
    "办理岗位": GROUP,
    "期限": DEADLINE,
    "截止时间": DEADLINE,
    "部门": "case:department",
    "渠道": "case:channel",
}

_NAMESPACE = "http://www.xes-standard.org/"
_DEPTH_MAX = 32
_CHUNK_BYTES = 1 << 16
_EVENTS_A_TRACE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class LogRow:
    """One event; instants are UTC. ``number``: row of the sheet, or place among the events of XES.

    ``case_attributes`` (without "case:") and ``attributes`` hold all else, as text.
    """

    number: int
    case: str
    activity: str
    at: datetime
    resource: str = ""
    group: str = ""
    lifecycle: str = ""
    deadline_at: datetime | None = None
    case_attributes: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogError:
    """Why the event at ``number`` (counted as in :class:`LogRow`) cannot be used."""

    number: int
    column: str
    message: T


def parse_instant(text: str) -> datetime:
    """ISO 8601, with or without a zone, to UTC; raises ValueError."""
    instant = datetime.fromisoformat(text.strip().replace("/", "-"))
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=DISTRICT_ZONE)
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"beyond the calendar: {text!r}") from error


def row_of(number: int, cells: Mapping[str, str]) -> LogRow | LogError:
    """An event from its cells by XES name; missing and empty cells are the same."""
    for column in REQUIRED:
        if not cells.get(column, "").strip():
            message = T("缺少{column}。", "{column} is missing.").format(column=column)
            return LogError(number, column, message)
    instants: dict[str, datetime | None] = {AT: None, DEADLINE: None}
    for column in instants:
        text = cells.get(column, "").strip()
        try:
            instants[column] = parse_instant(text) if text else None
        except ValueError:
            message = T(
                "{column} 应写成 2017-03-05 09:30，现为“{text}”。",
                "{column} must be written 2017-03-05 09:30; it is “{text}”.",
            ).format(column=column, text=text[:40])
            return LogError(number, column, message)
    at = instants[AT]
    assert at is not None
    rest = {key: value for key, value in cells.items() if key not in COLUMNS and value}
    return LogRow(
        number=number,
        case=cells[CASE].strip(),
        activity=cells[ACTIVITY].strip(),
        at=at,
        resource=cells.get(RESOURCE, ""),
        group=cells.get(GROUP, ""),
        lifecycle=cells.get(LIFECYCLE, ""),
        deadline_at=instants[DEADLINE],
        case_attributes={
            key.removeprefix(_CASE_PREFIX): value
            for key, value in rest.items()
            if key.startswith(_CASE_PREFIX)
        },
        attributes={k: v for k, v in rest.items() if not k.startswith(_CASE_PREFIX)},
    )


def read_csv(
    lines: Iterable[str], *, rows_max: int = limits.IMPORT_ROWS_MAX
) -> Iterator[LogRow | LogError]:
    """From the lines of a CSV file (opened with newline="").

    Raises Invalid where a required column is missing or there are too many rows.
    """
    reader = csv.reader(lines)
    try:
        heading = [name.strip().removeprefix("\ufeff") for name in next(reader, [])]
    except csv.Error as error:
        raise Invalid(T("文件不是 CSV 格式。", "The file is not CSV.")) from error
    columns = [CHINESE_COLUMNS.get(name, name) for name in heading]
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise Invalid(
            T("缺少列：{columns}。", "Columns are missing: {columns}.").format(
                columns="、".join(missing)
            )
        )
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            message = T("本行不是有效的 CSV。", "This row is not valid CSV.")
            yield LogError(number, "", message)
            continue
        if cells is None:
            return
        if number > rows_max + 1:
            raise _too_many(rows_max)
        if any(cell.strip() for cell in cells):
            yield row_of(number, dict(zip(columns, cells, strict=False)))


def _too_many(rows_max: int) -> Invalid:
    return Invalid(
        T("一次最多导入 {n} 行，请分批导入。", "Import at most {n} rows at once.").format(
            n=rows_max
        )
    )


class _XesHandler:
    """Collects the attributes of each trace and its events; attributes of attributes are left."""

    def __init__(self, parser: expat.XMLParserType, rows_max: int):
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse
        parser.EntityDeclHandler = self.refuse
        self.path: list[str] = []
        self.trace: dict[str, str] = {}
        self.events: list[dict[str, str]] = []
        self.ready: list[LogRow | LogError] = []
        self.count = 0
        self.rows_max = rows_max

    def refuse(self, *_: object) -> None:
        raise Invalid(
            T(
                "XES 文件不得包含文档类型或实体声明。",
                "An XES file may declare no document type or entity.",
            )
        )

    def start(self, name: str, given: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self.path.append(name)
        if len(self.path) > _DEPTH_MAX:
            raise Invalid(T("XES 文件嵌套过深。", "The XES file is nested too deeply."))
        if len(self.path) == 1 and name != "log":
            raise Invalid(T("不是 XES 文件：根元素应为 log。", "Not XES: the root must be log."))
        if self.path == ["log", "trace"]:
            self.trace, self.events = {}, []
        elif self.path == ["log", "trace", "event"]:
            self.count += 1
            if self.count > self.rows_max or len(self.events) >= _EVENTS_A_TRACE_MAX:
                raise _too_many(self.rows_max)
            self.events.append({})
        elif self.path[:-1] == ["log", "trace"] and "key" in given:
            self.trace[_CASE_PREFIX + given["key"]] = given.get("value", "")
        elif self.path[:-1] == ["log", "trace", "event"] and "key" in given:
            self.events[-1][given["key"]] = given.get("value", "")

    def end(self, name: str) -> None:
        if self.path == ["log", "trace"]:
            first = self.count - len(self.events)
            for place, event in enumerate(self.events, start=first + 1):
                self.ready.append(row_of(place, self.trace | event))
            self.events = []
        self.path.pop()


def read_xes(
    file: IO[bytes], *, rows_max: int = limits.IMPORT_ROWS_MAX
) -> Iterator[LogRow | LogError]:
    """From an XES document; raises Invalid where it is not one, after the rows that came before."""
    parser = expat.ParserCreate(namespace_separator=" ")
    handler = _XesHandler(parser, rows_max)
    more = True
    while more:
        chunk = file.read(_CHUNK_BYTES)
        more = bool(chunk)
        try:
            parser.Parse(chunk, not more)
        except expat.ExpatError as error:
            raise Invalid(
                T(
                    "XES 文件第 {line} 行不是有效的 XML。",
                    "Line {line} of the XES file is not XML.",
                ).format(line=error.lineno)
            ) from error
        yield from handler.ready
        handler.ready.clear()


def by_case(rows: Iterable[LogRow]) -> dict[str, list[LogRow]]:
    """Cases in order of appearance, events by time; equal times keep their order."""
    cases: dict[str, list[LogRow]] = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    return {case: sorted(events, key=lambda row: row.at) for case, events in cases.items()}


def _cells(row: LogRow) -> dict[str, str]:
    cells = {
        CASE: row.case,
        ACTIVITY: row.activity,
        AT: row.at.isoformat(),
        RESOURCE: row.resource,
        GROUP: row.group,
        LIFECYCLE: row.lifecycle,
        DEADLINE: row.deadline_at.isoformat() if row.deadline_at else "",
    }
    more = {_CASE_PREFIX + key: value for key, value in row.case_attributes.items()}
    return {**row.attributes, **more, **{k: v for k, v in cells.items() if v}}


def write_csv(rows: Sequence[LogRow], file: IO[str]) -> None:
    """One line an event, a column for every attribute that any of them has."""
    more = dict.fromkeys(key for row in rows for key in _cells(row) if key not in COLUMNS)
    writer = csv.DictWriter(file, [*COLUMNS, *more], restval="")
    writer.writeheader()
    writer.writerows(_cells(row) for row in rows)


def write_xes(rows: Iterable[LogRow], file: IO[str]) -> None:
    """The whole log as XES 1.0, a trace a case."""
    file.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<log xes.version="1849.2016" xes.features="" xmlns="{_NAMESPACE}">\n'
        '<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>\n'
        '<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>\n'
        '<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>\n'
        '<extension name="Lifecycle" prefix="lifecycle" '
        'uri="http://www.xes-standard.org/lifecycle.xesext"/>\n'
    )
    for events in by_case(rows).values():
        file.write("<trace>\n")
        for key, value in _cells(events[0]).items():
            if key.startswith(_CASE_PREFIX):
                _write_attribute(file, key.removeprefix(_CASE_PREFIX), value, key == DEADLINE)
        for row in events:
            file.write("<event>\n")
            for key, value in _cells(row).items():
                if not key.startswith(_CASE_PREFIX):
                    _write_attribute(file, key, value, key == AT)
            file.write("</event>\n")
        file.write("</trace>\n")
    file.write("</log>\n")


def _write_attribute(file: IO[str], key: str, value: str, is_date: bool) -> None:
    kind = "date" if is_date else "string"
    file.write(f"<{kind} key={quoteattr(_legal(key))} value={quoteattr(_legal(value))}/>\n")


def _legal(text: str) -> str:
    """XML knows no control characters and no halves of characters: they become U+FFFD."""
    return "".join(
        c
        if c in "\t\n\r" or ("\x20" <= c < "\ud800") or ("\ue000" <= c <= "\ufffd") or c > "\uffff"
        else "\ufffd"
        for c in text
    )
