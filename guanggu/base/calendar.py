"""Working days and working hours of the district.

A limit in working days leaves out legal holidays (行政许可法 第八十二条). The day of the act is not
counted, counting begins on the next day (民法典 第二百零一条), and the limit ends at 24:00 of its last
day, or at the close of business where there are business hours (民法典 第二百零三条).

Which days are worked follows from the week and from the yearly notices of the State Council, kept
as a table. A year nobody has announced yet is refused, never guessed.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from .bilingual import T
from .clock import DISTRICT_ZONE
from .errors import Invalid
from .working_days import OVERRIDE_VARIABLE, SHIPPED_TABLE, DayException, read_exceptions

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The sessions of one working day, in order and apart; local time of ``zone``."""

    sessions: tuple[tuple[time, time], ...] = (
        (time(9), time(12)),
        (time(13, 30), time(17, 30)),
    )
    zone: ZoneInfo = DISTRICT_ZONE

    def __post_init__(self) -> None:
        edges = [edge for session in self.sessions for edge in session]
        if not edges or edges != sorted(set(edges)):
            raise ValueError(f"sessions must be in order and apart: {self.sessions}")

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo = DISTRICT_ZONE) -> WorkingHours:
        """From "09:00-12:00,13:30-17:30"; raises ValueError on anything else."""
        sessions = []
        for part in text.split(","):
            opens, dash, closes = part.strip().partition("-")
            if not dash:
                raise ValueError(f"not a session of working hours: {part!r}")
            sessions.append((time.fromisoformat(opens), time.fromisoformat(closes)))
        return cls(tuple(sessions), zone)

    @property
    def day(self) -> timedelta:
        """Working time of one day."""
        return sum((_since_midnight(b) - _since_midnight(a) for a, b in self.sessions), timedelta())

    @property
    def closes(self) -> time:
        return self.sessions[-1][1]

    def worked_by(self, moment: time) -> timedelta:
        """Working time of the day that lies before the moment."""
        at, worked = _since_midnight(moment), timedelta()
        for opens, closes in self.sessions:
            start = _since_midnight(opens)
            worked += max(timedelta(), min(at, _since_midnight(closes)) - start)
        return worked

    def moment_after(self, worked: timedelta) -> timedelta:
        """Time since midnight at which so much of the day (0 < worked <= day) is worked."""
        left = worked
        for opens, closes in self.sessions:
            length = _since_midnight(closes) - _since_midnight(opens)
            if left <= length:
                return _since_midnight(opens) + left
            left -= length
        raise ValueError(f"a day has only {self.day} of working time, not {worked}")


class WorkingCalendar:
    """All working days from the first to the last announced year, sorted; lookups by bisection."""

    __slots__ = ("_days", "exceptions", "first_on", "last_on")

    def __init__(self, exceptions: dict[date, DayException], first_on: date, last_on: date):
        self.exceptions = exceptions
        self.first_on = first_on
        self.last_on = last_on
        start = first_on.toordinal()
        self._days = [
            ordinal
            for ordinal in range(start, last_on.toordinal() + 1)
            if self._is_worked(date.fromordinal(ordinal))
        ]

    @classmethod
    def load(cls, rows: Iterable[DayException]) -> WorkingCalendar:
        """From the rows of the notices; of two rows for one day the later holds.

        A year counts as announced once its National Day holiday is among the rows (a notice of the
        year before may name single days of the next). Years must follow each other without a gap:
        the calendar ends before the first gap. Raises Invalid where no year is announced.
        """
        exceptions = {row.on: row for row in rows}
        years = sorted(
            {on.year for on, row in exceptions.items() if on.month == 10 and row.holiday}
        )
        if not years:
            raise Invalid(
                T(
                    "工作日历中没有任何完整年份，请导入国务院办公厅节假日安排通知。",
                    "The working calendar holds no complete year; import a State Council notice.",
                )
            )
        last = years[0]
        while last + 1 in years:
            last += 1
        return cls(exceptions, date(years[0], 1, 1), date(last, 12, 31))

    def _is_worked(self, on: date) -> bool:
        exception = self.exceptions.get(on)
        return on.weekday() < _SATURDAY if exception is None else not exception.holiday

    def _ordinal(self, on: date) -> int:
        """Raises Invalid outside the loaded years."""
        if on > self.last_on:
            raise self._beyond()
        if on < self.first_on:
            raise Invalid(
                T(
                    "日期 {on} 早于工作日历的起始日 {first}，无法计算工作日。",
                    "{on} lies before {first}, where the working calendar begins.",
                ).format(on=on.isoformat(), first=self.first_on.isoformat()),
                code="before_calendar",
            )
        return on.toordinal()

    def _beyond(self) -> Invalid:
        return Invalid(
            T(
                "工作日历只载入到 {year} 年底，期限超出该范围，暂不能办理，已填内容不会丢失。请联系系统"
                "管理员导入国务院办公厅关于 {next} 年部分节假日安排的通知（guanggu import "
                "working-days 文件.csv），导入后即可继续，无需重启。",
                "The working calendar ends with {year}, before this limit does, so this cannot be "
                "done yet. Ask the administrator to import the State Council's notice for {next} "
                "(guanggu import working-days file.csv); then go on, nothing needs restarting.",
            ).format(year=self.last_on.year, next=self.last_on.year + 1),
            code="beyond_calendar",
        )

    def is_working_day(self, on: date) -> bool:
        """Raises Invalid outside the loaded years, as every method here."""
        ordinal = self._ordinal(on)
        place = bisect_left(self._days, ordinal)
        return place < len(self._days) and self._days[place] == ordinal

    def next_working_day(self, on: date) -> date:
        """The first working day after ``on``."""
        return self.add_working_days(on, 1)

    def on_or_next_working_day(self, on: date) -> date:
        """``on`` itself where it is worked, else the first working day after it."""
        return on if self.is_working_day(on) else self.next_working_day(on)

    def add_working_days(self, start_on: date, days: int) -> date:
        """The last day of a limit of ``days`` >= 0 working days whose act was on ``start_on``.

        ``start_on`` is not counted; 0 days end on ``start_on`` itself.
        """
        if days < 0:
            raise ValueError(f"a limit cannot have {days} working days")
        place = bisect_right(self._days, self._ordinal(start_on)) + days - 1
        if days == 0:
            return start_on
        if place >= len(self._days):
            raise self._beyond()
        return date.fromordinal(self._days[place])

    def working_days_between(self, start_on: date, until_on: date) -> int:
        """Working days after ``start_on`` up to and with ``until_on``; negative backwards.

        The inverse of :meth:`add_working_days`.
        """
        until = bisect_right(self._days, self._ordinal(until_on))
        return until - bisect_right(self._days, self._ordinal(start_on))

    def deadline_at(self, start_on: date, days: int, hours: WorkingHours | None = None) -> datetime:
        """The instant (UTC) at which the limit is over: 24:00, with ``hours`` close of business."""
        last_on = self.add_working_days(start_on, days)
        if hours is None:
            midnight = datetime.combine(last_on, time(), DISTRICT_ZONE)
            return (midnight + timedelta(days=1)).astimezone(UTC)
        return datetime.combine(last_on, hours.closes, hours.zone).astimezone(UTC)

    def add_working_time(
        self, start_at: datetime, duration: timedelta, hours: WorkingHours
    ) -> datetime:
        """The instant (UTC) at which so much working time has passed since ``start_at`` (aware).

        A limit that is used up exactly at the close of business ends then, not next morning.
        """
        if duration < timedelta():
            raise ValueError(f"a limit cannot last {duration}")
        if not duration:
            return start_at.astimezone(UTC)
        day = hours.day
        target = self._worked_by(start_at, hours) + duration
        place = -(-target // day) - 1
        if place >= len(self._days):
            raise self._beyond()
        midnight = datetime.combine(date.fromordinal(self._days[place]), time(), hours.zone)
        return (midnight + hours.moment_after(target - place * day)).astimezone(UTC)

    def working_time_between(
        self, start_at: datetime, until_at: datetime, hours: WorkingHours
    ) -> timedelta:
        """Working time between two aware instants; negative backwards."""
        return self._worked_by(until_at, hours) - self._worked_by(start_at, hours)

    def _worked_by(self, instant: datetime, hours: WorkingHours) -> timedelta:
        """Working time from the calendar's first day to the instant."""
        there = instant.astimezone(hours.zone)
        ordinal = self._ordinal(there.date())
        place = bisect_left(self._days, ordinal)
        worked = place * hours.day
        if place < len(self._days) and self._days[place] == ordinal:
            worked += hours.worked_by(there.time())
        return worked


def _since_midnight(moment: time) -> timedelta:
    return timedelta(
        hours=moment.hour,
        minutes=moment.minute,
        seconds=moment.second,
        microseconds=moment.microsecond,
    )


def _read(path: Path) -> list[DayException]:
    try:
        good, errors = read_exceptions(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    if errors:
        raise Invalid(
            T("工作日历文件 {path} 第 {row} 行：", "Calendar file {path}, row {row}: ").format(
                path=path, row=errors[0].row
            )
            + errors[0].message
        )
    return good


def _unreadable(path: Path, error: OSError) -> Invalid:
    return Invalid(
        T(
            "无法读取工作日历文件 {path}：{why}", "Cannot read the calendar file {path}: {why}"
        ).format(path=path, why=error.strerror or "")
    )


@lru_cache(maxsize=4)
def _calendar_of(override: Path | None, changed_ns: int) -> WorkingCalendar:
    """``changed_ns`` is part of the key only: a file that was imported anew is read anew."""
    return WorkingCalendar.load(_read(SHIPPED_TABLE) + (_read(override) if override else []))


def working_calendar() -> WorkingCalendar:
    """The district's calendar: the shipped table, and over it the operator's file where named.

    Read once, and again when the operator's file changes. Raises Invalid where a file cannot be
    read or holds a wrong row: a calendar with a hole would give wrong limits.
    """
    path = operator_table()
    if path is None:
        return _calendar_of(None, 0)
    try:
        return _calendar_of(path, path.stat().st_mtime_ns)
    except OSError as error:
        if not os.environ.get(OVERRIDE_VARIABLE):  # nothing was imported here yet
            return _calendar_of(None, 0)
        raise _unreadable(path, error) from error


def operator_table() -> Path | None:
    """The file that GUANGGU_WORKING_DAYS names, else the one under GUANGGU_VAR, where imports go.

    Every process of one server finds the same file without being told.
    """
    if named := os.environ.get(OVERRIDE_VARIABLE, ""):
        return Path(named)
    var = os.environ.get("GUANGGU_VAR", "")
    return Path(var) / "working_days.csv" if var else None
