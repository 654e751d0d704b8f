"""Ten typical questions of a district, each written once as an Ibis expression.

They read ``case_cases``, ``case_tasks``, ``journal_events`` and ``observations`` as the lake names
them, and run unchanged on DuckDB and on Spark. What engines answer differently is avoided: sums
of fractions are compared within a tolerance, ties are broken by name, times are UTC without a
zone, spans are whole seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import VALID

if TYPE_CHECKING:
    from ibis.expr.types import Table

Tables = Callable[[str], "Table"]
HOUR_S = 3_600
TOP = 20


def _closed(tables: Tables) -> Table:
    cases = tables("case_cases")
    return cases.filter(cases.closed_at.notnull())


def opened_by_month(tables: Tables) -> Table:
    cases = tables("case_cases")
    return cases.group_by(
        year=cases.opened_at.year(), month=cases.opened_at.month(), kind=cases.kind
    ).aggregate(opened=cases.count())


def closed_in_time(tables: Tables) -> Table:
    closed = _closed(tables)
    in_time = (closed.due_on.isnull() | (closed.closed_at.date() <= closed.due_on)).cast("int64")
    return closed.group_by("organisation_id").aggregate(
        closed=closed.count(), in_time=in_time.sum(), share=in_time.mean()
    )


def hours_to_close(tables: Tables) -> Table:
    closed = _closed(tables)
    seconds = closed.closed_at.epoch_seconds() - closed.opened_at.epoch_seconds()
    return closed.group_by("kind").aggregate(
        cases=closed.count(), mean_hours=seconds.mean() / HOUR_S, longest_s=seconds.max()
    )


def open_by_stage(tables: Tables) -> Table:
    cases = tables("case_cases")
    waiting = cases.filter(cases.state == "open")
    return waiting.group_by(["kind", "stage"]).aggregate(
        cases=waiting.count(), oldest=waiting.opened_at.min(), first_due=waiting.due_on.min()
    )


def work_of_posts(tables: Tables) -> Table:
    tasks = tables("case_tasks")
    done = tasks.filter(tasks.done_at.notnull())
    seconds = done.done_at.epoch_seconds() - done.opened_at.epoch_seconds()
    return done.group_by(["organisation_id", "role"]).aggregate(
        done=done.count(), cases=done.case_id.nunique(), mean_hours=seconds.mean() / HOUR_S
    )


def steps_that_wait(tables: Tables) -> Table:
    """The steps in which open cases lie, with the tasks done before in the same cases."""
    cases, tasks = tables("case_cases"), tables("case_tasks")
    both = tasks.join(cases, tasks.case_id == cases.id, rname="of_{name}")
    before = both.filter((both.of_state == "open") & (both.state == "done"))
    return (
        before.group_by(["kind", "step"])
        .aggregate(done=before.count())
        .order_by([_falling("done"), "kind", "step"])
        .limit(TOP)
    )


def events_by_hour(tables: Tables) -> Table:
    events = tables("journal_events")
    return events.group_by(hour=events.happened_at.hour(), collection=events.collection).aggregate(
        events=events.count(), subjects=events.subject.nunique()
    )


def daily_means(tables: Tables) -> Table:
    seen = _valid(tables)
    return seen.group_by(stream=seen.stream, day=seen.time.date()).aggregate(
        readings=seen.count(), mean=seen.result.mean(), low=seen.result.min(),
        high=seen.result.max(),
    )  # fmt: skip


def sharpest_rises(tables: Tables) -> Table:
    """By how much the mean of a day exceeded that of the day before, the most first."""
    import ibis

    days = daily_means(tables)
    window = ibis.window(group_by="stream", order_by="day")
    risen = days.mutate(rise=days["mean"] - days["mean"].lag().over(window))
    found = risen.filter(risen.rise.notnull()).select("stream", "day", "rise")
    return found.order_by([_falling("rise"), "stream", "day"]).limit(TOP)


def arrival(tables: Tables) -> Table:
    """How many streams told something on each day, and the share of valid data."""
    seen = tables("observations")
    valid = seen.mark.isin([int(mark) for mark in VALID]).cast("int64")
    return seen.group_by(day=seen.time.date()).aggregate(
        streams=seen.stream.nunique(), readings=seen.count(), valid=valid.sum(), share=valid.mean()
    )


def _valid(tables: Tables) -> Table:
    seen = tables("observations")
    return seen.filter(seen.mark.isin([int(mark) for mark in VALID]) & seen.result.notnull())


def _falling(name: str) -> Any:
    import ibis

    return ibis.desc(name)


QUERIES: Mapping[str, tuple[T, Callable[[Tables], Table]]] = {
    "opened_by_month": (T("各月收件量", "Cases opened by month"), opened_by_month),
    "closed_in_time": (T("各单位按期办结率", "Closed in time by department"), closed_in_time),
    "hours_to_close": (T("各类办件平均用时", "Hours to close by kind"), hours_to_close),
    "open_by_stage": (T("在办件环节分布", "Open cases by stage"), open_by_stage),
    "work_of_posts": (T("各岗位办理量", "Work of posts"), work_of_posts),
    "steps_that_wait": (T("在办件已办步骤", "Steps done in open cases"), steps_that_wait),
    "events_by_hour": (T("各时段业务量", "Events by hour"), events_by_hour),
    "daily_means": (T("各监测项日均值", "Daily means of streams"), daily_means),
    "sharpest_rises": (T("日均值上升最快", "Sharpest rises of a day"), sharpest_rises),
    "arrival": (T("数据到达与有效率", "Data arrived and valid"), arrival),
}
