"""How a case walks through its procedure: entering steps, deciding tasks, joining, ending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.identity.public import Organisation

from . import timekeeping
from .casefile import CaseFile
from .definition import Outcome, Step
from .guards import days_of, holds, value_of
from .models import Task, Timer
from .schemas import require_valid

_AUTOMATIC_STEPS_MAX = 50  # parallel steps without a branch may follow each other, not for ever

EXPRESSIONS = ("data.", "case.")  # what else stands for an organisation is its code

_ORGANISATION = f"SELECT id, name FROM {Organisation._meta.db_table} WHERE code = %s AND is_active"

_ONCE = T(
    "“{}”在同一办件中只能进行一次，本件已经办过。",
    "“{}” may happen only once in a case, and has happened.",
)
_NO_OUTCOME = T("“{}”没有办理结果“{}”。", "“{}” has no outcome “{}”.")
_GUARDED = T(
    "按本件情况，“{}”不能选择“{}”。请核对材料和填写内容。",
    "In this case “{}” cannot end with “{}”. Check the materials and the entries.",
)
_SAME_PERSON = T(
    "本步骤须由他人办理：您已办理过“{}”。请转交同岗位的其他人员。",
    "Somebody else must do this step: you did “{}”. Hand it to a colleague of the same post.",
)
_NO_ORGANISATION = T(
    "流程指定的承办单位“{}”不存在或已停用。",
    "The procedure names an organisation “{}” that does not exist or is no longer active.",
)


def enter(file: CaseFile, key: str, actor: Actor) -> None:
    """Bring the case to a step and open its tasks; ends the case where the step is an end."""
    for _ in range(_AUTOMATIC_STEPS_MAX):
        step = file.definition.steps[key]
        if step.once and file.entries(key):
            raise Conflict(_ONCE.format(step.title), code="only_once")
        file.case.step, file.case.stage = step.key, step.stage or file.case.stage
        file.case.version += 1
        file.touch(file.case)
        timekeeping.apply_effects(file, step.on_enter, None)
        if step.kind == "end":
            _end(file, step)
            return
        entry = 1 + file.entries(key)
        tasks = [_open(file, step, code, entry) for code in _organisations(file, step)]
        if tasks:
            return
        key = _joined(file, step, []).to
    raise Conflict(T("流程不断循环。", "The procedure runs in a circle."))


def _organisations(file: CaseFile, step: Step) -> list[str]:
    """Codes of the organisations that get a task each."""
    given: Any = step.organisations if step.kind == "parallel" else step.organisation
    if given == "case.organisation":
        return [file.case.organisation_code]
    if isinstance(given, str) and given.startswith(EXPRESSIONS):
        given = value_of(given, file.context())
    if step.kind == "parallel":
        return list(dict.fromkeys(str(code) for code in given or ()))
    return [str(given or "")]


def _open(file: CaseFile, step: Step, code: str, entry: int) -> Task:
    case, now = file.case, clock.now()
    branch = code if step.kind == "parallel" else ""
    organisation_id, name = case.organisation_id, case.organisation_name
    if code != case.organisation_code:
        organisation_id, name = organisation_named(code)
    task = Task(
        step=step.key, stage=step.stage, round=case.round, branch=branch, role=step.role,
        entry=entry, organisation_id=organisation_id, organisation_code=code,
        organisation_name=name, state="open", opened_at=now,
    )  # fmt: skip
    context = file.context()
    if step.days is not None:
        task.limit_on = _days_after(now, days_of(step.days, context))
    timers = []
    for rule in step.timers:
        last_on = _days_after(now, days_of(rule.days, context))
        if rule.outcome and (task.limit_on is None or last_on < task.limit_on):
            task.limit_on = last_on
        # Silence counts once the last day is over; a reminder comes on its day.
        fires_on = last_on.fromordinal(last_on.toordinal() + (1 if rule.outcome else 0))
        timers.append(Timer(task=task, fires_on=fires_on, outcome=rule.outcome))
    timekeeping.set_due(file, file.add_task(task))
    file.timers.extend(timers)
    file.touch(*timers)
    file.tell("case.task_opened", **told_of(task), task_due_on=_text(task.due_on))
    return task


def _days_after(now: datetime, days: int) -> Any:
    return working_calendar().add_working_days(clock.local(now).date(), days)


def organisation_named(code: str) -> tuple[int, str]:
    """Id and name of an active organisation. Raises Invalid."""
    with connection.cursor() as cursor:
        cursor.execute(_ORGANISATION, [code])
        found = cursor.fetchone()
    if found is None:
        raise Invalid(_NO_ORGANISATION.format(code))
    return found


def told_of(task: Task) -> dict[str, Any]:
    """What every event of a task says."""
    return {
        "step": task.step,
        "stage": task.stage,
        "round": task.round,
        "entry": task.entry,
        "branch": task.branch,
        "role": task.role,
        "task_organisation": task.organisation_code,
        "task_organisation_name": task.organisation_name,
    }


def _text(day: Any) -> str:
    return day.isoformat() if day else ""


def outcome_of(file: CaseFile, task: Task, key: str, data: dict[str, Any], actor: Actor) -> Outcome:
    """The outcome, where it may be taken now. Raises Invalid, Conflict, Forbidden."""
    step = file.definition.steps[task.step]
    outcome = step.outcomes.get(key)
    if outcome is None:
        message = _NO_OUTCOME.format(step.title, key)
        raise Invalid(message, fields={"outcome": message})
    if outcome.schema is not None:
        require_valid(outcome.schema, data)
    if not holds(outcome.when, file.context(data)):
        message = _GUARDED.format(step.title, outcome.title)
        raise Invalid(message, fields={"outcome": message}, code="outcome_not_open")
    target = file.definition.steps.get(outcome.to)
    if target is not None and target.once and file.entries(target.key):
        raise Conflict(_ONCE.format(target.title), code="only_once")
    return outcome


def same_person_steps(file: CaseFile, task: Task, actor: Actor) -> list[str]:
    """Steps of this round that the same account decided and that must be somebody else's."""
    step = file.definition.steps[task.step]
    if not step.not_same_person_as or not actor.account:
        return []
    return [
        done.step
        for done in file.tasks
        if done.step in step.not_same_person_as
        and done.state == "done"
        and done.round == task.round
        and done.done_by == actor.account
    ]


def decide(
    file: CaseFile, task: Task, outcome: Outcome, data: dict[str, Any], actor: Actor
) -> None:
    """Record the one outcome of the task and walk on."""
    step = file.definition.steps[task.step]
    same = same_person_steps(file, task, actor)
    if same and step.refuses_same_person:
        titles = [file.definition.steps[key].title for key in same]
        raise Forbidden(_SAME_PERSON.format(titles[0]), code="same_person")
    _close(task, outcome.key, data, actor)
    file.touch(task)
    _cancel_timers(file, task)
    if outcome.keep:
        kept = {name: data[name] for name in outcome.keep if name in data}
        file.case.data = {**file.case.data, **kept}
        file.touch(file.case)
    file.tell(
        "case.task_completed",
        **told_of(task),
        outcome=outcome.key,
        task_due_on=_text(task.due_on),
        opened_at=task.opened_at.isoformat(),
        seconds=int(((task.done_at or task.opened_at) - task.opened_at).total_seconds()),
        same_person_as=same,
        answer={name: _plain(data[name]) for name in outcome.tell if name in data},
    )
    timekeeping.apply_effects(file, outcome.effects, task)
    if step.kind == "parallel":
        instance = [t for t in file.tasks if t.step == task.step and t.entry == task.entry]
        if any(other.state == "open" for other in instance):
            return
        outcome = _joined(file, step, instance)
        timekeeping.apply_effects(file, outcome.effects, task)
    timekeeping.apply_effects(file, step.on_leave, task)
    enter(file, outcome.to, actor)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, float) else value


def _close(task: Task, outcome: str, data: dict[str, Any], actor: Actor) -> None:
    task.state, task.outcome, task.data = "done", outcome, data
    task.done_at, task.done_by, task.done_by_name = clock.now(), actor.account, actor.name[:80]
    task.done_post = actor.post
    task.version += 1


def _joined(file: CaseFile, step: Step, tasks: list[Task]) -> Outcome:
    """The way on when every branch is done."""
    answers = [{"branch": t.branch, "outcome": t.outcome, "data": t.data} for t in tasks]
    context = {**file.context(), "answers": answers}
    for way in step.join:
        if holds(way.when, context):
            return way
    raise Invalid(
        T("“{}”的汇总条件都不成立。", "No way on from “{}” holds for these answers.").format(
            step.title
        )
    )


def _cancel_timers(file: CaseFile, task: Task) -> None:
    for timer in file.timers:
        if timer.state == "waiting" and timer.task_id == task.pk:
            timer.state = "cancelled"
            file.touch(timer)


def cancel_open(file: CaseFile) -> None:
    """Take back every open task with its timers."""
    for task in file.open_tasks():
        task.state, task.done_at = "cancelled", clock.now()
        task.version += 1
        file.touch(task)
        _cancel_timers(file, task)


def _end(file: CaseFile, step: Step) -> None:
    close(file, "closed", step.result)


def close(file: CaseFile, state: str, outcome: str) -> None:
    case = file.case
    timekeeping.stop_all(file)
    case.state, case.outcome, case.closed_at = state, outcome, clock.now()
    timekeeping.mirror(file)
    kind = "case.closed" if state == "closed" else "case.withdrawn"
    file.tell(
        kind, outcome=outcome, round=case.round, opened_at=case.opened_at.isoformat(),
        step=case.step, stage=case.stage,
    )  # fmt: skip
