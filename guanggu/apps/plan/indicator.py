"""What the platform measures of the plan by itself: formulas over the lake."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.indicator.public import Tables, declare_indicator, month_of

from .rules.monitors import IN_TIME, LAKES, ONLINE

_SOURCE = "平台湖仓"
_THEME = "规划目标现状"


def _delivered(tables: Tables) -> Any:
    """Steps of delivery that were done: what was decided went out online or over the counter."""
    tasks = tables.table("case_tasks")
    done = tasks.filter((tasks.step == "delivery") & tasks.outcome.isin(["online", "window"]))
    return done.mutate(period=month_of(done.done_at))


def _watched(tables: Tables) -> Any:
    """Each lake with the number of its stations in operation, as of this year."""
    import ibis

    lakes, stations = tables.table("lakes_lakes"), tables.table("lakes_lake_stations")
    working = stations.filter(stations.state == "operating")
    counted = working.group_by("lake_id").aggregate(stations=working.count())
    held = lakes.left_join(counted, lakes.id == counted.lake_id)
    year = ibis.literal(str(clock.today().year))
    return held.select(
        period=year, ref=ibis.literal("lakes/") + lakes.key, name=lakes.name,
        stations=ibis.coalesce(counted.stations, 0),
    )  # fmt: skip


def _finished(tables: Tables) -> Any:
    """Tasks of the plan that are done, by the year in which they were due."""
    import ibis

    tasks = tables.table("plan_plan_tasks")
    done = tasks.filter(tasks.state == "done")
    return done.select(
        period=done.due_on.strftime("%Y"), ref=ibis.literal("plan_tasks/") + done.key,
        name=done.name, due_on=done.due_on, finished_on=done.finished_on,
    )  # fmt: skip


def _percent(condition: Any) -> Any:
    return condition.cast("int64").mean() * 100


declare_indicator(
    key=ONLINE, title=T("网上出件率（平台实测）", "Delivered online (measured)"), unit="%",
    period="month", measure="share", decimals=1, source=_SOURCE, section="四(四)1", theme=_THEME,
    note=T("送达环节中网上送达的占比，按月统计。", "Share of deliveries that went out online, by month."),
    is_public=True, rows=_delivered, value=lambda rows: _percent(rows.outcome == "online"),
)  # fmt: skip
declare_indicator(
    key=LAKES, title=T("湖泊自动监测覆盖率（平台实测）", "Lakes watched automatically (measured)"), unit="%",
    period="year", measure="share", decimals=1, source=_SOURCE, section="四(四)2", theme=_THEME,
    note=T("有运行中自动监测站的湖泊占全部湖泊的比重。", "Share of lakes with a station in operation."),
    is_public=True, rows=_watched, value=lambda rows: _percent(rows.stations > 0),
)  # fmt: skip
declare_indicator(
    key=IN_TIME, title=T("规划任务按期完成率", "Tasks of the plan done in time"), unit="%",
    period="year", measure="share", decimals=1, source=_SOURCE, section="五(四)", theme=_THEME,
    note=T("已完成任务中按期完成的占比，按到期年份统计。",
           "Share of the tasks done that were done in time, by the year they were due in."),
    is_public=True, rows=_finished, value=lambda rows: _percent(rows.finished_on <= rows.due_on),
)  # fmt: skip
