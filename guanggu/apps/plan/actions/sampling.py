"""A sample of how the plan could have gone: invented tasks, progress and values, marked as such."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.indicator.public import (
    Indicator,
    Target,
    define_indicators,
    record_values,
)
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import save_new_records

from ..models import Goal, PlanTask, Progress
from ..rules.words import DELIVERABLE, DONE

_YEARS = (2016, 2017, 2018, 2019, 2020)
_DONE_SHARE, _LATE_EACH = 0.86, 13  # of the five-year tasks; of those that go on, one is late
_STEPS = ("制订实施方案", "组织实施", "验收并投入使用")
_SAID = ("方案已印发，责任到人。", "按计划推进，主要工作已开展。", "主体工作完成，正在收尾。",
         "已完成并通过验收。")  # fmt: skip
# Invented starts of figures and trends; whether the last year reaches the target is drawn by lot.
_TREND_STARTS = {
    "%": "62", "万户": "8.6", "家": "820", "吨标准煤/万元": "0.32", "万平方米": "310",
    "吨/日": "1150", "万元": "9.8", "亿元": "31.5", "": "0.46", "元": "2730", "张": "4200",
    "次": "3.1", "分钟": "14.5", "工作日": "4.2",
}  # fmt: skip


@action("plan.lay_sample", allows=lambda actor, **_: actor.kind == "platform",
        title=T("录入规划示例", "Lay down a sample of the plan"))  # fmt: skip
def lay_sample(actor: Actor) -> dict[str, Any]:
    """Tasks with progress under every deliverable, values of every figure; answers how many."""
    rng = random.Random(20170414)  # the day on which the plan was issued
    goals = list(Goal.objects.select_related("organisation").order_by("key"))
    tasks, reports = _tasks(rng, [goal for goal in goals if goal.kind == DELIVERABLE])
    save_new_records(actor, tasks, "plan.created")
    save_new_records(actor, reports, "plan.progress_reported")
    figures = [goal for goal in goals if goal.indicator]
    values = sum(_values(actor, rng, goal) for goal in figures)
    append("plans/2017", "plan.sample_laid", actor,
           {"tasks": len(tasks), "reports": len(reports), "values": values})  # fmt: skip
    return {"tasks": len(tasks), "reports": len(reports), "values": values}


def _tasks(rng: random.Random, goals: list[Goal]) -> tuple[list[PlanTask], list[Progress]]:
    tasks: list[PlanTask] = []
    reports: list[Progress] = []
    going_on = 0
    for goal in goals:
        if goal.year > _YEARS[-1]:
            tasks += _running(goal, reports)
            continue
        done = rng.random() < _DONE_SHARE
        for number, step in enumerate(_STEPS, 1):
            begins, due = date(2015 + number, 7, 1), date(2016 + number, 12, 31)
            task = _task(goal, number, f"{goal.name}：{step}", begins, due)
            finished = done or number < len(_STEPS)
            if finished:
                task.state, task.percent = DONE, 100
                task.finished_on = due - timedelta(days=rng.randrange(10, 150))
                _report(reports, task, rng, task.finished_on)
            else:
                # Not done by the end of the plan: it goes on, and a few are late again today.
                task.percent = rng.randrange(20, 90)
                _report(reports, task, rng, due)
                going_on += 1
                is_late = going_on % _LATE_EACH == 5
                ahead = -rng.randrange(3, 40) if is_late else rng.randrange(20, 420)
                task.name = f"{goal.name}：{step}（续办）"
                task.due_on = clock.today() + timedelta(days=ahead)
            tasks.append(task)
    return tasks, reports


def _task(goal: Goal, number: int, name: str, begins: date, due: date) -> PlanTask:
    return PlanTask(
        key=f"RW-{goal.key}-{number}", goal=goal, name=name[:160], organisation=goal.organisation,
        post=goal.post, begins_on=begins, due_on=due, weight=number, source="sample",
        is_sample=True, content=f"依据规划{goal.section}：“{goal.quote}”。"[:1000],
    )  # fmt: skip


def _report(reports: list[Progress], task: PlanTask, rng: random.Random, last: date) -> None:
    span = (last - task.begins_on).days
    for number, share in enumerate((0.3, 0.65, 1.0), 1):
        day = task.begins_on + timedelta(
            days=round(span * share) - (0 if share == 1 else rng.randrange(20))
        )
        percent = round(task.percent * share)
        reports.append(
            Progress(
                key=f"{task.key}-J{number}", task=task, reported_on=day, percent=percent,
                text=_SAID[3 if percent == 100 else min(2, percent // 34)], person="示例报告人",
                source="sample", is_sample=True,
                trouble="" if task.state == DONE or share < 1 else "受外部条件影响，进度低于计划。",
            )
        )  # fmt: skip


def _running(goal: Goal, reports: list[Progress]) -> list[PlanTask]:
    """Tasks of the goals of 2030 and 2049, on their way by the calendar."""
    made = []
    for number, (name, begins, due) in enumerate(
        (("阶段评估与路线图", date(2021, 1, 1), date(2023, 12, 31)),
         ("年度行动计划（滚动实施）", date(2022, 1, 1), date(2030, 12, 31)),
         *((("中长期建设任务", date(2026, 1, 1), date(goal.year, 12, 31)),)
           if goal.year > 2030 else ())), 1,
    ):  # fmt: skip
        task = _task(goal, number, f"{goal.name}：{name}", begins, due)
        passed = (clock.today() - begins).days / max((due - begins).days, 1)
        task.percent = max(0, min(95, round(passed * 100)))
        if due < clock.today():
            task.state, task.percent, task.finished_on = DONE, 100, due - timedelta(days=40)
        if task.percent:
            day = task.finished_on or clock.today() - timedelta(days=30)
            reports.append(
                Progress(
                    key=f"{task.key}-J1", task=task, reported_on=day, percent=task.percent,
                    text=_SAID[3 if task.state == DONE else 1], person="示例报告人",
                    source="sample", is_sample=True,
                )
            )  # fmt: skip
        made.append(task)
    return made


def _values(actor: Actor, rng: random.Random, goal: Goal) -> int:
    """Invented values of 2016 to 2020; a baseline of the plan's own is kept, others are invented."""
    indicator = Indicator.objects.get(key=goal.indicator)
    targets = list(Target.objects.filter(indicator=indicator))
    target = next((t.value for t in targets if t.kind == "target"), None)
    baseline = next((t.value for t in targets if t.kind == "baseline"), None)
    first = baseline if baseline is not None else _start(rng, indicator, target)
    if baseline is None:
        define_indicators(
            actor, indicators=[],
            targets=[{"indicator": indicator.key, "kind": "baseline", "period": "2015",
                      "value": format(first, "f"), "clause": "示例基期值，规划未给出",
                      "is_sample": True}],
        )  # fmt: skip
    last = _end(rng, indicator, first, target)
    told = [("2015", first, 2016)] + [
        (str(year), _between(first, last, (year - 2015) / 5, indicator), year + 1)
        for year in _YEARS
    ]
    values = [
        {"period": period, "number": format(number, "f"), "status": "final",
         "known_at": f"{known}-03-01T09:00:00+08:00", "provenance": {"kind": "sample"}}
        for period, number, known in told
    ]  # fmt: skip
    return int(
        record_values(actor, indicator=indicator.key, values=values, is_sample=True)["added"]
    )


def _start(rng: random.Random, indicator: Indicator, target: Decimal | None) -> Decimal:
    if target is None:
        return Decimal(_TREND_STARTS[indicator.unit])
    share = rng.uniform(0.35, 0.7) if indicator.measure != "share" else rng.uniform(0.5, 0.8)
    if target < 20 and indicator.measure == "stock":
        return Decimal(int(float(target) * 0.2))
    return _rounded(float(target) * share, indicator)


def _end(
    rng: random.Random, indicator: Indicator, first: Decimal, target: Decimal | None
) -> Decimal:
    if target is None:
        better = 1.28 if indicator.direction == "higher" else 0.78
        return _rounded(float(first) * (better if rng.random() < 0.85 else 2 - better), indicator)
    if indicator.measure == "share" and target == 100:
        return Decimal(100) if rng.random() < 0.6 else _rounded(rng.uniform(88, 99), indicator)
    reached = rng.random() < 0.65
    ending = float(target) * (rng.uniform(1.01, 1.12) if reached else rng.uniform(0.82, 0.98))
    if indicator.measure == "stock" and target <= 30:
        return target if reached else Decimal(int(ending))
    return _rounded(ending, indicator)


def _between(first: Decimal, last: Decimal, share: float, indicator: Indicator) -> Decimal:
    value = float(first) + (float(last) - float(first)) * share
    if indicator.measure == "stock" and indicator.unit in ("个", "所", "家", "张"):
        return last if share == 1 else Decimal(int(value))
    return last if share == 1 else _rounded(value, indicator)


def _rounded(value: float, indicator: Indicator) -> Decimal:
    if indicator.unit in ("个", "所", "家", "件", "张"):
        return Decimal(round(value))
    return Decimal(str(round(value, 2 if value < 100 else 1)))
