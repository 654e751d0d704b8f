"""What follows from each outcome of a matter: the paper to the applicant and the event told."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.case.public import Case, Task, file_of, on_complete, validate
from guanggu.kernel.journal.public import append

from .. import rules
from ..actions.answering import facts
from ..actions.deciding import check_outcome
from ..actions.papers import day, give_certificate, notice, write
from ..actions.steering import tell_excluded

KIND = rules.KIND
_LAW = "《中华人民共和国行政许可法》"


def _intro(case: Case) -> str:
    received = day(clock.local(case.opened_at).date())
    return f"你（单位）于{received}提出的“{case.title}”申请（办件编号：{case.number}）收悉。"


def _due(case: Case) -> str:
    return case.due_on.isoformat() if case.due_on else ""


def _told(case: Case, task: Task, **more: Any) -> dict[str, Any]:
    return {**facts(case), "step": task.step, "outcome": task.outcome, **more}


@validate(KIND)
def _demands_of_the_law(
    actor: Actor, case: Case, task: Task, outcome: str, data: dict[str, Any]
) -> None:
    check_outcome(actor, case, task.step, outcome, data)


@on_complete(KIND, "acceptance", "accept")
@on_complete(KIND, "acceptance", "deemed")
def _accepted(actor: Actor, case: Case, task: Task) -> None:
    deemed = task.outcome == "deemed"
    from_on = clock.local(task.opened_at).date() if deemed else clock.today()
    due = f"应当于{day(case.due_on)}前作出决定。" if case.due_on else ""
    how = (
        f"本机关在收到申请材料之日起五个工作日内未作告知，依法自{day(from_on)}起视为受理。"
        if deemed
        else "经审查，申请材料齐全、符合法定形式，本机关决定予以受理。"
    )
    notice(
        actor, case, "acceptance", [_intro(case) + how, due],
        closing=[f"依据：{_LAW}第三十二条、第四十二条。"],
    )  # fmt: skip
    kind = "approvals.deemed_accepted" if deemed else "approvals.accepted"
    append(
        case.ref, kind, actor,
        _told(case, task, accepted_from=from_on.isoformat(), due_on=_due(case)),
    )  # fmt: skip


@on_complete(KIND, "acceptance", "notice")
def _notified(actor: Actor, case: Case, task: Task) -> None:
    names = {m["key"]: m for m in case.data["item"]["materials"]}
    missing = [names[k] for k in task.data.get("missing") or () if k in names]
    other = str(task.data.get("other") or "").strip()
    notice(
        actor, case, "one_time_notice",
        [_intro(case) + "经审查，申请材料不齐全或者不符合法定形式，现将需要补正的全部内容"
         "一次性告知如下。请补正后通过平台或到窗口提交。",
         f"其他需要补正的内容：{other}" if other else ""],
        items=[(str(m["name"]), str(m.get("note") or "请补交或更换")) for m in missing],
        closing=["材料补正齐全后，受理期限自收到全部补正材料之日起重新计算。",
                 f"依据：{_LAW}第三十二条第一款第（四）项。"],
    )  # fmt: skip
    keys = [m["key"] for m in missing]
    append(case.ref, "approvals.notice_given", actor, _told(case, task, missing=keys))


@on_complete(KIND, "acceptance", "decline")
def _declined(actor: Actor, case: Case, task: Task) -> None:
    reason = str(task.data["reason"]).strip()
    notice(
        actor, case, "non_acceptance",
        [_intro(case) + "经审查，本机关决定不予受理。", f"理由：{reason}", rules.REMEDIES.zh],
        closing=[f"依据：{_LAW}第三十二条。"],
    )  # fmt: skip
    append(case.ref, "approvals.declined", actor, _told(case, task, ground=task.data["ground"]))


@on_complete(KIND, "correction", "supplied")
def _corrected(actor: Actor, case: Case, task: Task) -> None:
    append(case.ref, "approvals.corrected", actor, _told(case, task))


def _special_begun(actor: Actor, case: Case, task: Task) -> None:
    data, title = task.data, rules.SPECIAL_STEPS[task.outcome]
    when = ""
    if data.get("held_on"):
        when = f"时间：{rules.text_of(data['held_on'], {'format': 'date'})}。"
    if data.get("place"):
        when += f"地点：{data['place']}。"
    paused = any(c.state == "paused" for c in file_of(case).clocks)
    if paused:
        tell_excluded(actor, case, title.zh, int(data["planned_days"]), data["reason"], when)
    append(
        case.ref, "approvals.special_begun", actor,
        _told(case, task, special=task.outcome, planned_days=data["planned_days"], paused=paused),
    )  # fmt: skip


def _special_ended(actor: Actor, case: Case, task: Task) -> None:
    append(
        case.ref, "approvals.special_ended", actor,
        _told(case, task, special=task.step, conclusion=task.data.get("conclusion") or ""),
    )  # fmt: skip


for _special in rules.SPECIAL_STEPS:
    on_complete(KIND, "review", _special)(_special_begun)
    on_complete(KIND, _special, "done")(_special_ended)


def _same_person(case: Case, actor: Actor) -> bool:
    """Whether who decides also accepted the application."""
    return bool(actor.account) and any(
        t.step == "acceptance" and t.state == "done" and t.done_by == actor.account
        for t in file_of(case).tasks
    )


@on_complete(KIND, "decision", "grant")
@on_complete(KIND, "acceptance", "grant")
def _granted(actor: Actor, case: Case, task: Task) -> None:
    conditions = str(task.data.get("conditions") or "").strip()
    notice(
        actor, case, "grant",
        [_intro(case) + "经审查，符合法定条件、标准，本机关决定准予许可。",
         f"许可条件和要求：{conditions}" if conditions else ""],
        closing=[f"依据：{_LAW}第三十八条。"],
    )  # fmt: skip
    _decided(actor, case, task)
    give_certificate(actor, case)


@on_complete(KIND, "decision", "refuse")
def _refused(actor: Actor, case: Case, task: Task) -> None:
    reason = str(task.data["reason"]).strip()
    notice(
        actor, case, "refusal",
        [_intro(case) + "经审查，本机关决定不予许可。", f"理由和依据：{reason}",
         rules.REMEDIES.zh],
        closing=[f"依据：{_LAW}第三十八条。"],
    )  # fmt: skip
    _decided(actor, case, task)


def _decided(actor: Actor, case: Case, task: Task) -> None:
    same = task.step == "decision" and _same_person(case, actor)
    append(case.ref, "approvals.decided", actor, _told(case, task, same_person=same))


@on_complete(KIND, "decision", "return")
def _returned(actor: Actor, case: Case, task: Task) -> None:
    append(case.ref, "approvals.returned", actor, _told(case, task))


@on_complete(KIND, "decision", "terminate")
def _terminated(actor: Actor, case: Case, task: Task) -> None:
    reason = str(task.data["reason"]).strip()
    notice(
        actor, case, "termination",
        [_intro(case) + "本机关决定终止办理。", f"理由：{reason}", rules.REMEDIES.zh],
    )  # fmt: skip
    append(case.ref, "approvals.terminated", actor, _told(case, task, reason=reason))


@on_complete(KIND, "delivery")
@on_complete(KIND, "refusal_delivery")
def _delivered(actor: Actor, case: Case, task: Task) -> None:
    data = task.data
    if task.outcome != "online":
        rows = [["办件编号", case.number], ["送达文书", "行政许可决定书及相关证件"],
                ["受送达人", case.applicant_name or "—"],
                ["送达方式", rules.DELIVERY_WAYS[task.outcome].zh]]  # fmt: skip
        rows += [[label, str(data[name])] for name, label in
                 (("receiver", "签收人"), ("capacity", "签收人身份"), ("received_on", "签收日期"),
                  ("carrier", "承运单位"), ("tracking_number", "运单号"))
                 if data.get(name)]  # fmt: skip
        write(actor, case, "delivery_receipt", {"rows": rows})
    append(case.ref, "approvals.delivered", actor, _told(case, task, way=task.outcome))
