"""A limit in working days that runs, is paused, extended once, and stops: an immutable value.

Counting follows :mod:`guanggu.base.calendar`: the day of an act is not counted. So neither the day
the clock starts nor the day a pause ends uses up the limit, and the day a pause begins still does:
a pause from Monday to Wednesday leaves out Tuesday and Wednesday and moves the due day by two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from .bilingual import T
from .calendar import WorkingCalendar
from .errors import Conflict, Invalid

State = Literal["running", "near", "overdue", "paused", "stopped"]
STATES: dict[State, T] = {
    "running": T("正常", "Running"),
    "near": T("临期", "Near its limit"),
    "overdue": T("超期", "Overdue"),
    "paused": T("暂停计时", "Paused"),
    "stopped": T("已停止", "Stopped"),
}


@dataclass(frozen=True, slots=True)
class Pause:
    """Excluded are the working days after ``from_on`` up to and with ``until_on``."""

    from_on: date
    until_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Clock:
    """limit_days: working days at first; extension_days_max: what the rule lets be added, once.

    Methods that change return a new clock. They raise Invalid for a wrong argument and Conflict
    where the clock's state does not allow the step; every method that counts raises Invalid where
    the calendar ends too early.
    """

    limit_days: int
    started_on: date
    extension_days_max: int = 0
    extended_days: int = 0
    extension_reason: str = ""
    pauses: tuple[Pause, ...] = ()
    stopped_on: date | None = None

    def __post_init__(self) -> None:
        if self.limit_days < 0 or not 0 <= self.extended_days <= self.extension_days_max:
            raise ValueError(f"not a limit: {self.limit_days} + {self.extended_days} days")

    @property
    def total_days(self) -> int:
        return self.limit_days + self.extended_days

    @property
    def open_pause(self) -> Pause | None:
        last = self.pauses[-1] if self.pauses else None
        return last if last and last.until_on is None else None

    def due_on(self, calendar: WorkingCalendar) -> date | None:
        """The last day of the limit; None while paused, for nobody knows it then."""
        return None if self.open_pause else self._due_on(calendar)

    def due_on_if_resumed(self, calendar: WorkingCalendar, on: date) -> date:
        """The last day of the limit, were an open pause to end on ``on``."""
        return (self.with_resume(on) if self.open_pause else self)._due_on(calendar)

    def _due_on(self, calendar: WorkingCalendar) -> date:
        excluded = self._excluded_days(calendar, None)
        return calendar.add_working_days(self.started_on, self.total_days + excluded)

    def _excluded_days(self, calendar: WorkingCalendar, on: date | None) -> int:
        """Working days of the pauses that end, or of their part up to ``on``."""
        days = 0
        for pause in self.pauses:
            until_on = pause.until_on or on
            if on is not None and until_on is not None:
                until_on = min(until_on, on)
            if until_on is not None and until_on > pause.from_on:
                days += calendar.working_days_between(pause.from_on, until_on)
        return days

    def used_days(self, calendar: WorkingCalendar, on: date) -> int:
        """Working days of the limit used up by the end of ``on``; more than the limit if late."""
        until_on = min(on, self.stopped_on) if self.stopped_on else on
        if until_on <= self.started_on:
            return 0
        passed = calendar.working_days_between(self.started_on, until_on)
        return passed - self._excluded_days(calendar, until_on)

    def remaining_days(self, calendar: WorkingCalendar, on: date) -> int:
        """Working days left after ``on``; 0 on the due day, negative when late."""
        return self.total_days - self.used_days(calendar, on)

    def overdue_days(self, calendar: WorkingCalendar, on: date) -> int:
        """Working days past the limit, as of ``on`` or of the day the clock stopped."""
        return max(0, -self.remaining_days(calendar, on))

    @property
    def near_days(self) -> int:
        """How many days left count as near: a fifth of the limit, at least one."""
        return max(1, -(-self.total_days // 5))

    def state(self, calendar: WorkingCalendar, on: date, *, near_days: int | None = None) -> State:
        """What the clock shows on ``on``; ``near_days`` sets another threshold.

        Needs the calendar only as far as the due day: an old limit is seen to be overdue even where
        the year of ``on`` is not announced yet.
        """
        if self.stopped_on and on >= self.stopped_on:
            return "stopped"
        if any(p.from_on <= on and (p.until_on is None or on < p.until_on) for p in self.pauses):
            return "paused"
        if on > self._due_on(calendar):
            return "overdue"
        near = self.near_days if near_days is None else near_days
        return "near" if self.remaining_days(calendar, on) <= near else "running"

    def with_pause(self, from_on: date, reason: str, calendar: WorkingCalendar) -> Clock:
        """Begin to leave time out; not once the limit is over, for a pause heals no delay."""
        self._require_running()
        if not reason.strip():
            raise Invalid(
                T("请填写暂停计时的原因。", "Give the reason of the pause."),
                fields={"reason": T("请填写原因。", "Give the reason.")},
            )
        if self.open_pause:
            raise Conflict(
                T("计时已经暂停，请先恢复。", "The clock is paused already; resume it first.")
            )
        earliest_on = self.pauses[-1].until_on if self.pauses else self.started_on
        if earliest_on and from_on < earliest_on:
            raise Invalid(
                T("暂停不能早于 {on}。", "A pause cannot begin before {on}.").format(
                    on=earliest_on.isoformat()
                )
            )
        self._require_in_time(from_on, calendar)
        return replace(self, pauses=(*self.pauses, Pause(from_on, None, reason.strip())))

    def with_resume(self, until_on: date) -> Clock:
        """End the pause; the limit runs on from the next day."""
        self._require_running()
        pause = self.open_pause
        if pause is None:
            raise Conflict(T("计时没有暂停，无需恢复。", "The clock is not paused."))
        if until_on < pause.from_on:
            raise Invalid(
                T(
                    "恢复日期不能早于暂停日期 {on}。", "Resuming cannot precede the pause of {on}."
                ).format(on=pause.from_on.isoformat())
            )
        return replace(self, pauses=(*self.pauses[:-1], replace(pause, until_on=until_on)))

    def with_extension(self, days: int, reason: str, on: date, calendar: WorkingCalendar) -> Clock:
        """Lengthen the limit once, by at most ``extension_days_max``, before it is over."""
        self._require_running()
        if self.extended_days:
            raise Conflict(
                T(
                    "期限只能延长一次，本事项已经延长过。",
                    "A limit is extended once only; this one has been.",
                )
            )
        if not 1 <= days <= self.extension_days_max:
            message = (
                T("延长天数应在 1 至 {most} 个工作日之间。", "Extend by 1 to {most} working days.")
                if self.extension_days_max
                else T("本期限依法不得延长。", "This limit cannot be extended by law.")
            ).format(most=self.extension_days_max)
            raise Invalid(message, fields={"days": message})
        if not reason.strip():
            message = T(
                "请填写延长期限的理由，理由须告知申请人。",
                "Give the reason of the extension; the applicant must be told it.",
            )
            raise Invalid(message, fields={"reason": message})
        self._require_in_time(on, calendar)
        return replace(self, extended_days=days, extension_reason=reason.strip())

    def with_stop(self, on: date) -> Clock:
        """The step is done, or the case is over; an open pause ends with it."""
        self._require_running()
        if on < self.started_on:
            raise Invalid(
                T("停止日期不能早于起算日期。", "The clock cannot stop before it started.")
            )
        clock = self
        if self.open_pause:
            clock = self.with_resume(max(on, self.open_pause.from_on))
        return replace(clock, stopped_on=on)

    def _require_running(self) -> None:
        if self.stopped_on:
            raise Conflict(
                T("计时已于 {on} 停止。", "The clock stopped on {on}.").format(
                    on=self.stopped_on.isoformat()
                )
            )

    def _require_in_time(self, on: date, calendar: WorkingCalendar) -> None:
        due_on = self.due_on(calendar)
        if due_on is not None and on > due_on:
            raise Conflict(
                T(
                    "期限已于 {due} 届满，不能再暂停或延长。",
                    "The limit ended on {due}; it can no longer be paused or extended.",
                ).format(due=due_on.isoformat()),
                code="limit_over",
            )

    def to_json(self) -> dict[str, Any]:
        """Strings, integers, lists and None only; dates as 2017-03-01."""
        return {
            "limit_days": self.limit_days,
            "started_on": self.started_on.isoformat(),
            "extension_days_max": self.extension_days_max,
            "extended_days": self.extended_days,
            "extension_reason": self.extension_reason,
            "pauses": [
                [p.from_on.isoformat(), p.until_on.isoformat() if p.until_on else None, p.reason]
                for p in self.pauses
            ],
            "stopped_on": self.stopped_on.isoformat() if self.stopped_on else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Clock:
        """The inverse of :meth:`to_json`; raises KeyError or ValueError on anything else."""
        stopped = data["stopped_on"]
        return cls(
            limit_days=data["limit_days"],
            started_on=date.fromisoformat(data["started_on"]),
            extension_days_max=data["extension_days_max"],
            extended_days=data["extended_days"],
            extension_reason=data["extension_reason"],
            pauses=tuple(
                Pause(date.fromisoformat(a), date.fromisoformat(b) if b else None, reason)
                for a, b, reason in data["pauses"]
            ),
            stopped_on=date.fromisoformat(stopped) if stopped else None,
        )
