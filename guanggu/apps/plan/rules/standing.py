"""How a goal stands: deliverables by their tasks, trends by their direction, figures by their path.

Figures are judged by the kernel of indicators; what is added here is how the plan says it: more
than 30,000 is not reached by 30,000, about 100 is reached by 95.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guanggu.base.bilingual import T

from .words import (
    ABOUT_SHARE,
    AHEAD,
    BEHIND,
    DONE,
    DROPPED,
    FINAL,
    MET,
    MISSED,
    NO_DATA,
    NOT_MET,
    ON_PATH,
    PARTLY,
    REACHED,
    STATES,
    STRICT,
    UNKNOWN,
)

SLACK_POINTS = 10  # percent of progress beside the path that still counts as on it
PARTLY_SHARE = Decimal("0.6")  # of the way, from which a goal that was missed is partly met


@dataclass(frozen=True)
class Stand:
    """How a goal stands. share: how much of the way was made, 1 for all of it, where known."""

    state: str
    words: T
    share: Decimal | None = None


@dataclass(frozen=True)
class TaskPart:
    """One task as its goal is judged by it. percent: as reported; weight: against its sisters."""

    begins_on: date
    due_on: date
    percent: int
    state: str
    finished_on: date | None = None
    weight: int = 1

    @property
    def done_share(self) -> int:
        return 100 if self.state == DONE else min(self.percent, 99)


def end_of(year: int) -> date:
    return date(year, 12, 31)


def expected_percent(begins_on: date, due_on: date, on: date) -> int:
    """Progress that the calendar asks for: the same each day from the begin to the due date."""
    if on >= due_on:
        return 100
    if on <= begins_on or due_on <= begins_on:
        return 0
    return round(100 * (on - begins_on).days / (due_on - begins_on).days)


def is_overdue(task: TaskPart, on: date) -> bool:
    return task.state not in (DONE, DROPPED) and task.due_on < on


def progress_of(tasks: Sequence[TaskPart]) -> int:
    """Progress of a goal in percent: that of its tasks by their weights. 100 only if all is done."""
    weight = sum(task.weight for task in tasks)
    if not weight:
        return 0
    mean = sum(task.done_share * task.weight for task in tasks) / weight
    return 100 if all(task.state == DONE for task in tasks) else min(99, round(mean))


def deliverable_stand(tasks: Sequence[TaskPart], by: int, on: date) -> Stand:
    """How a deliverable stands on a day. After the year it was due in, what was done by then
    decides; what was made up later is said but does not change it."""
    live = [task for task in tasks if task.state != DROPPED]
    if not live:
        return Stand(NO_DATA, T("尚未分解为任务。", "No task stands under it yet."))
    done = [task for task in live if task.state == DONE]
    counted = T("任务{}项，已完成{}项", "{} tasks, {} done").format(len(live), len(done))
    progress = progress_of(live)
    end = end_of(by)
    in_time = [t for t in live if t.state == DONE and (t.finished_on or t.due_on) <= end]
    # What began before the end counts, however far its due date was put off since.
    own = [t for t in live if t.begins_on <= end] or live
    if all(task in in_time for task in own) and (len(done) == len(live) or on >= end):
        return Stand(REACHED, counted + T("，按期完成。", ", in time."), Decimal(1))
    if on >= end:  # the last day itself is when the final evaluation is made
        return _after_the_end(own, progress, counted, by)
    expected = round(
        sum(expected_percent(t.begins_on, t.due_on, on) * t.weight for t in live)
        / sum(t.weight for t in live)
    )
    late = sum(1 for task in live if is_overdue(task, on))
    state = _against(progress, expected, late)
    words = counted + T(
        "；进度{}%，按时间应为{}%", "; progress {}%, the calendar asks for {}%"
    ).format(progress, expected)
    if late:
        words = words + T("；逾期{}项", "; {} overdue").format(late)
    share = Decimal(progress) / Decimal(max(expected, 1))
    return Stand(state, words + T("。", "."), min(share, Decimal(1)))


def _against(progress: int, expected: int, late: int) -> str:
    if late or progress < expected - SLACK_POINTS:
        return BEHIND
    return AHEAD if progress > expected + SLACK_POINTS else ON_PATH


def _after_the_end(tasks: Sequence[TaskPart], progress: int, counted: T, by: int) -> Stand:
    share = Decimal(progress_of(tasks)) / 100
    if all(task.state == DONE for task in tasks):
        last = max(task.finished_on or task.due_on for task in tasks)
        said = T("，{}年底未完成，于{}补完成。", ", not done by the end of {}, made up on {}.")
        return Stand(MISSED, counted + said.format(by, last.isoformat()), Decimal("0.99"))
    said = T("；{}年底未完成，目前进度{}%。", "; not done by the end of {}, now at {}%.")
    return Stand(MISSED, counted + said.format(by, progress), share)


def figure_stand(
    state: str, words: T, comparator: str, value: Decimal | None, target: Decimal | None,
    direction: str = "higher",
) -> Stand:  # fmt: skip
    """What the kernel says of the figure, held against how the plan asks for it."""
    if value is None or target is None:
        return Stand(state, words)
    share = _share(value, target, direction)
    if state == REACHED and comparator in STRICT and value == target:
        more = T("规划要求超过该数，相等不算达标。", " The plan asks for more than that.")
        return Stand(MISSED, words + more, share)
    if state == MISSED and comparator == "about" and direction == "higher":
        least = target * Decimal(ABOUT_SHARE)
        if value >= least:
            more = T(
                "“基本实现”以不低于{}计，已达标。", " “About” is read as at least {}: reached."
            )
            return Stand(REACHED, words + more.format(f"{least.normalize():f}"), Decimal(1))
    return Stand(state, words, share)


def _share(value: Decimal, target: Decimal, direction: str) -> Decimal | None:
    above, below = (value, target) if direction == "higher" else (target, value)
    return max(Decimal(0), min(Decimal(1), above / below)) if below > 0 else None


def trend_stand(
    values: Sequence[tuple[int, Decimal]], direction: str, by: int, on: date, unit: str = ""
) -> Stand:
    """A goal without a figure: the last value until its year against the first, by direction."""
    known = [(year, value) for year, value in sorted(values) if year <= by]
    if len(known) < 2:
        return Stand(NO_DATA, T("规划未给出数字，尚无可比的数值。", "No figures to compare yet."))
    (first_year, first), (last_year, last) = known[0], known[-1]
    better = last > first if direction == "higher" else last < first
    measured = T(unit, f" {unit}" if unit else "")
    words = T(
        "规划未给出数字；{}年{}{}，{}年{}{}，{}。",
        "The plan gives no figure; {}: {}{}, {}: {}{}, {}.",
    ).format(
        first_year, f"{first:f}", measured, last_year, f"{last:f}", measured,
        T("已改善", "better") if better else T("未改善", "no better"),
    )  # fmt: skip
    if on >= end_of(by) or last_year >= by:
        return Stand(REACHED if better else MISSED, words, Decimal(1 if better else 0))
    return Stand(ON_PATH if better else BEHIND, words, Decimal(1 if better else 0))


def verdict_of(stand: Stand, kind: str) -> str:
    """What an evaluation proposes to say of a goal that stands so on its day."""
    if stand.state == NO_DATA:
        return UNKNOWN
    if stand.state in (REACHED, AHEAD, ON_PATH):
        return MET if stand.state == REACHED or kind != FINAL else PARTLY
    share = stand.share if stand.share is not None else Decimal(0)
    return PARTLY if share >= PARTLY_SHARE else NOT_MET


def tally(states: Iterable[str]) -> dict[str, int]:
    """How many goals stand how, in the order in which the pages show it."""
    counted = Counter(states)
    return {state: counted[state] for state in STATES}
