"""Steering a matter: extension, pause, a move against the procedure, a corrected certificate."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.case.public import (
    VIEW_CASES,
    Case,
    CaseFile,
    extend_clock,
    file_of,
    jump_case,
    pause_clock,
    reopen_case,
    resume_clock,
)
from guanggu.kernel.document.public import Document, documents_of, withdraw_document
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action, append
from guanggu.standards.administrative_licensing_law import check_excluded_time

from ..rules import KIND
from .answering import facts
from .deciding import is_worker
from .papers import day, notice

NO_CLOCK = T("本件目前没有正在计时的时限。", "No limit of this matter is running now.")
_ORDER = ["acceptance", "review", "decision", "delivery"]


def _matter(actor: Actor, number: str) -> CaseFile:
    return file_of(get(actor, Case, VIEW_CASES, number=number, kind=KIND))


def _live(file: CaseFile, *states: str) -> list[str]:
    return [
        c.name
        for c in file.clocks
        if c.name in ("promised", "statutory") and c.round == file.case.round and c.state in states
    ]


@action("approvals.extend", allows=is_worker, title=T("延长期限", "Extend the limit"))
def extend_limit(actor: Actor, *, number: str, days: int, reason: str) -> dict[str, Any]:
    """Extend once, by the head, with the reason told to the applicant (第四十二条).

    Both limits are extended; a promise that is over already stays over. Raises Conflict, Invalid,
    Forbidden.
    """
    file = _matter(actor, number)
    case = file.case
    names = _live(file, "running", "paused")
    if "statutory" not in names:
        raise Conflict(NO_CLOCK, code="no_clock")
    answer = extend_clock(actor, case=case.pk, clock="statutory", days=days, reason=reason)
    if "promised" in names:
        try:
            extend_clock(actor, case=case.pk, clock="promised", days=days, reason=reason)
        except Conflict as error:
            if error.code != "limit_over":
                raise
    case = Case.objects.get(pk=case.pk)
    due = max((c.due_on for c in file_of(case).clocks if c.due_on), default=None)
    notice(
        actor, case, "extension",
        [
            f"你（单位）申请的“{case.title}”（办件编号：{case.number}），"
            f"经本机关负责人批准，审批期限延长{days}个工作日"
            + (f"，至{day(due)}前作出决定。" if due else "。"),
            f"延长理由：{reason.strip()}",
            "依据：《中华人民共和国行政许可法》第四十二条。",
        ],
    )  # fmt: skip
    append(
        case.ref, "approvals.extended", actor,
        {**facts(case), "days": days, "reason": reason.strip(),
         "due_on": due.isoformat() if due else ""},
    )  # fmt: skip
    return answer


@action("approvals.pause", allows=is_worker, title=T("暂停计时", "Pause the limits"))
def pause_matter(
    actor: Actor, *, number: str, reason: str, planned_days: int, note: str
) -> dict[str, Any]:
    """Leave out the time of an excluded procedure (第四十五条), told to the applicant in writing."""
    file = _matter(actor, number)
    case = file.case
    title = check_excluded_time(reason)
    names = _live(file, "running")
    if not names:
        raise Conflict(NO_CLOCK, code="no_clock")
    if planned_days < 1:
        message = T("请填写预计所需的工作日数。", "Say how many working days it takes.")
        raise Invalid(message, fields={"planned_days": message})
    answer: dict[str, Any] = {}
    for name in names:
        answer = pause_clock(actor, case=case.pk, clock=name, reason=reason)
    tell_excluded(actor, case, title.zh, planned_days, note)
    append(
        case.ref, "approvals.clock_paused", actor,
        {**facts(case), "reason": reason, "planned_days": planned_days},
    )  # fmt: skip
    return answer


def tell_excluded(
    actor: Actor, case: Case, title: str, planned_days: int, note: str, when: str = ""
) -> None:
    """特别程序告知书: what, why, for how long, and that this time is not counted."""
    notice(
        actor, case, "excluded_time",
        [
            f"你（单位）申请的“{case.title}”（办件编号：{case.number}），依法需要进行{title}，"
            f"预计所需时间为{planned_days}个工作日。",
            f"事由：{note.strip()}" if note.strip() else "",
            when,
            "依据《中华人民共和国行政许可法》第四十五条，上述时间不计算在审批期限内。",
        ],
    )  # fmt: skip


@action("approvals.resume", allows=is_worker, title=T("恢复计时", "Resume the limits"))
def resume_matter(actor: Actor, *, number: str) -> dict[str, Any]:
    """End a pause; the limits run on from the next working day."""
    file = _matter(actor, number)
    names = _live(file, "paused")
    if not names:
        raise Conflict(T("本件计时没有暂停。", "The limits are not paused."), code="not_paused")
    answer: dict[str, Any] = {}
    for name in names:
        answer = resume_clock(actor, case=file.case.pk, clock=name)
    append(file.case.ref, "approvals.clock_resumed", actor, facts(file.case))
    return answer


@action("approvals.move", allows=is_worker, title=T("调整步骤", "Move a matter"))
def move_matter(actor: Actor, *, number: str, step: str, reason: str) -> dict[str, Any]:
    """Bring a matter to another step against its procedure; a skipped stage is told as such."""
    file = _matter(actor, number)
    case = file.case
    left = case.stage
    answer = jump_case(actor, case=case.pk, step=step, reason=reason)
    target = file.definition.steps[step].stage
    if left in _ORDER and target in _ORDER:
        skipped = _ORDER[_ORDER.index(left) + 1 : _ORDER.index(target)]
        if skipped:
            append(
                case.ref, "approvals.stage_skipped", actor,
                {**facts(case), "skipped": skipped, "left": left, "step": step,
                 "reason": reason.strip()},
            )  # fmt: skip
    return answer


@action("approvals.correct_certificate", allows=is_worker, title=T("更正证件", "Correct a permit"))
def correct_certificate(actor: Actor, *, number: str, reason: str) -> dict[str, Any]:
    """Withdraw the certificates of a granted matter and take it back to the decision."""
    case = get(actor, Case, VIEW_CASES, number=number, kind=KIND)
    if not (actor.has("decide", "head") and actor.organisation == case.organisation_id):
        raise Forbidden(T("只有作出决定的岗位可以更正。", "Only who decides may correct."))
    answer = reopen_case(actor, case=case.pk, step="decision", reason=reason)
    withdraw_papers(actor, case, f"更正：{reason.strip()}")
    append(case.ref, "approvals.reopened", actor, {**facts(case), "reason": reason.strip()})
    return answer


def withdraw_papers(actor: Actor, case: Case, reason: str) -> None:
    """Take back what a former round decided; the papers stay findable and say so."""
    decided = ("approvals.grant", "approvals.refusal", "approvals.certificate")
    for paper in documents_of(case.ref).filter(template__in=decided, state=Document.State.ISSUED):
        withdraw_document(actor, paper, reason=reason[:500])


__all__ = [
    "correct_certificate", "extend_limit", "move_matter", "pause_matter",
    "resume_matter", "tell_excluded", "withdraw_papers",
]  # fmt: skip
