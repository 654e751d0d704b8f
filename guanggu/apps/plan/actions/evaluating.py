"""The mid-term and the final evaluation: drafted by the rules, judged goal by goal, reviewed, published."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.document.public import Document, keep_draft, number_document
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_new_records, save_record

from ..models import Evaluation, Finding, PlanTask
from ..queries.evaluating import proposals, report_data
from ..queries.scopes import VIEW_EVALUATIONS, keeps_plan, may_review
from ..rules.words import DRAFT, EVALUATIONS, PUBLISHED, REVIEWED, VERDICTS

TEMPLATE = "plan.evaluation"
DAYS = {"midterm": date(2018, 12, 31), "final": date(2020, 12, 31)}
_KIND = T("请选择中期评估或总结评估。", "Choose the mid-term or the final evaluation.")
_EARLY = T("评估截止日期尚未到。", "The day of the evaluation has not come.")
_FIXED = T("该评估已审核或已发布，不能再改。请先退回起草。",
           "It is reviewed or published; send it back to the drafter first.")  # fmt: skip
_VERDICT = T("请选择评估结论。", "Choose a verdict.")
_REASON = T("结论与测算不同时，须写明理由（不超过400字）。",
            "Say why, where the verdict is not the one proposed (at most 400 characters).")  # fmt: skip
_OPINION = T("请填写审核意见。", "Write an opinion.")
_SAME = T("起草人不能审核自己起草的评估。", "The drafter cannot review it.")
_NOT_REVIEWED = T("该评估尚未审核，不能发布。", "It has to be reviewed before it is published.")


def _may_draft(actor: Actor, /, **_: Any) -> bool:
    return bool(actor.organisation) and keeps_plan(actor)


def _may_judge(actor: Actor, /, evaluation: str, **_: Any) -> bool:
    return keeps_plan(actor) and bool(get(actor, Evaluation, VIEW_EVALUATIONS, key=evaluation))


def _may_review(actor: Actor, /, evaluation: str, **_: Any) -> bool:
    row = get(actor, Evaluation, VIEW_EVALUATIONS, key=evaluation)
    return may_review(actor) and row.organisation_id == actor.organisation


def _locked(key: str) -> Evaluation:
    return Evaluation.objects.select_for_update(of=("self",)).get(key=key)


@action("plan.draft_evaluation", allows=_may_draft, title=T("起草评估", "Draft an evaluation"))
def draft_evaluation(actor: Actor, *, kind: str) -> dict[str, Any]:
    """Draft the evaluation, or its proposals anew; what was judged with a reason stays.

    Answers {evaluation, goals}. Raises Invalid, and Conflict once it is reviewed.
    """
    if kind not in EVALUATIONS:
        raise Invalid(_KIND, fields={"kind": _KIND})
    if DAYS[kind] > clock.today():
        raise Invalid(_EARLY, fields={"kind": _EARLY})
    row = Evaluation.objects.select_for_update(of=("self",)).filter(kind=kind).first()
    if row is not None and row.state != DRAFT:
        raise Conflict(_FIXED)
    if row is None:
        row = Evaluation(
            key=f"PG{DAYS[kind].year}", kind=kind, as_of=DAYS[kind], source="plan",
            name=f"“十三五”规划{EVALUATIONS[kind].zh}报告",
            organisation_id=actor.organisation,
            is_sample=PlanTask.objects.filter(is_sample=True).exists(),
        )  # fmt: skip
    row.drafted_by = actor.account
    save_record(actor, row, "plan.evaluation_drafted")
    count = _propose(actor, row)
    _typeset(actor, row)
    return {"evaluation": row.key, "goals": count}


def _propose(actor: Actor, row: Evaluation) -> int:
    told, _ = proposals(row)
    known = {finding.goal_id: finding for finding in row.findings.all()}
    new = []
    for goal, stand, verdict in told:
        finding = known.get(goal.pk)
        words, words_en = stand.words.zh[:400], stand.words.en[:600]
        if finding is None:
            new.append(
                Finding(
                    key=f"{row.key}-{goal.key}", evaluation=row, goal=goal, proposed=verdict,
                    verdict=verdict, words=words, words_en=words_en, source="plan",
                    is_sample=row.is_sample,
                )
            )  # fmt: skip
            continue
        if (finding.proposed, finding.words) == (verdict, words):
            continue
        if not finding.reason:
            finding.verdict = verdict
        finding.proposed, finding.words, finding.words_en = verdict, words, words_en
        save_record(actor, finding, "plan.goal_judged")
    save_new_records(actor, new, "plan.goal_judged")
    return len(told)


def _typeset(actor: Actor, row: Evaluation) -> None:
    """The report as it stands now, so that reviewers read what would be published."""
    made = keep_draft(
        actor, row.document_key, template=TEMPLATE, data=report_data(row), subject=row.ref,
        title=row.name, organisation=row.organisation_id or 0,
    )  # fmt: skip
    if made.key != row.document_key:
        row.document_key = made.key
        save_record(actor, row, "plan.evaluation_drafted")


@action("plan.judge_goal", allows=_may_judge, title=T("核定结论", "Judge a goal"))
def judge_goal(
    actor: Actor, *, evaluation: str, goal: str, verdict: str, reason: str = ""
) -> dict[str, Any]:
    """Another verdict than the one proposed, with the reason; or the proposed one again."""
    row = _locked(evaluation)
    if row.state != DRAFT:
        raise Conflict(_FIXED)
    if verdict not in VERDICTS:
        raise Invalid(_VERDICT, fields={"verdict": _VERDICT})
    finding = Finding.objects.select_for_update(of=("self",)).get(evaluation=row, goal__key=goal)
    said = reason.strip()
    if verdict != finding.proposed and not 0 < len(said) <= 400:
        raise Invalid(_REASON, fields={"reason": _REASON})
    finding.verdict, finding.reason = verdict, said[:400] if verdict != finding.proposed else ""
    save_record(actor, finding, "plan.goal_judged")
    return {"finding": finding.key}


@action("plan.review_evaluation", allows=_may_review, title=T("审核评估", "Review an evaluation"))
def review_evaluation(
    actor: Actor, *, evaluation: str, outcome: str, opinion: str = ""
) -> dict[str, Any]:
    """A leader approves it ("approve") or sends it back ("return") with an opinion."""
    row = _locked(evaluation)
    said = opinion.strip()[:400]
    if outcome == "return":
        if row.state == PUBLISHED:
            raise Conflict(_FIXED)
        if not said:
            raise Invalid(_OPINION, fields={"opinion": _OPINION})
        row.state, row.opinion, row.reviewer = DRAFT, said, actor.name[:80]
        save_record(actor, row, "plan.evaluation_returned", opinion=said)
        return {"evaluation": row.key, "state": row.state}
    if row.state != DRAFT:
        raise Conflict(_FIXED)
    if row.drafted_by is not None and row.drafted_by == actor.account:
        raise Forbidden(_SAME, code="same_person")
    _typeset(actor, row)  # with every verdict that was judged since the draft
    row.state, row.opinion, row.reviewer = REVIEWED, said, actor.name[:80]
    save_record(actor, row, "plan.evaluation_reviewed", opinion=said)
    return {"evaluation": row.key, "state": row.state}


@action("plan.publish_evaluation", allows=_may_review, title=T("发布评估", "Publish an evaluation"))
def publish_evaluation(actor: Actor, *, evaluation: str) -> dict[str, Any]:
    """Number it, have it sealed, open it to everybody. Raises Conflict before its review."""
    row = _locked(evaluation)
    if row.state != REVIEWED:
        raise Conflict(_NOT_REVIEWED if row.state == DRAFT else _FIXED)
    document = number_document(actor, Document.objects.get(key=row.document_key))
    row.state, row.published_at = PUBLISHED, clock.now()
    save_record(actor, row, "plan.evaluation_published", number=document.number)
    return {"evaluation": row.key, "number": document.number}
