"""Asking for a resource shared on condition: request, answer, withdrawal, end."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.case.public import Case, Task, complete_task, ensure_shipped, open_case
from guanggu.kernel.document.public import take_number
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import DataGrant, Resource
from ..queries.resources import is_own
from ..queries.scopes import VIEW_GRANTS, VIEW_RESOURCES, keeps_data
from ..rules.masking import CHOOSABLE, CLEARING
from ..rules.sharing import CONDITIONAL, NEVER, NOT_SHARED, period_error

PROCEDURE = "data_centre.sharing_request"
KIND = "data_sharing"
_DO_NOT_FIT = T("申请内容有误，请按提示修改。", "The request needs mending; see beside each field.")
_NOT_NEEDED = T("该资源无需申请，可直接查询。", "It needs no request and can be queried at once.")
_NO_PROVIDER = T(
    "该资源尚未确定提供方，不能受理申请。", "Nobody provides it yet to answer a request."
)
_OPEN_ONE = T(
    "本单位对该资源已有待答复的申请（{}）。", "Your organisation has an open request ({})."
)
_NOT_IN_FORCE = T("该授权不在有效状态。", "This grant is not in force.")
_REASON = T("请填写理由。", "Give the reason.")


def _may_request(actor: Actor, /, resource: str, **_: Any) -> bool:
    return (
        actor.kind == "official"
        and bool(actor.organisation)
        and bool(get(actor, Resource, VIEW_RESOURCES, key=resource))
    )


@action("data_centre.request", allows=_may_request, title=T("申请共享", "Request a resource"))
def request_resource(
    actor: Actor, *, resource: str, purpose: str, reason: str, from_on: str, until_on: str,
    columns: list[str], cleared: list[str],
) -> dict[str, Any]:  # fmt: skip
    """Ask the provider for a resource, for a purpose and a period. Answers {grant, case}.

    columns: items asked for, none for all shared ones; cleared: personal items wanted unmasked.
    Raises Invalid by field, Conflict where a request is open already.
    """
    row = Resource.objects.select_related("provider").get(key=resource)
    _demand_conditional(actor, row)
    values = _checked(row, purpose, reason, from_on, until_on, columns, cleared)
    waiting = DataGrant.objects.filter(
        resource=row, organisation=actor.organisation, purpose=purpose, state="requested"
    ).first()
    if waiting is not None:
        raise Conflict(_OPEN_ONE.format(waiting.key))
    year = clock.today().year
    grant = DataGrant(
        key=f"GX{year}-{take_number('data_centre.grants', year):05d}", resource=row,
        organisation_id=actor.organisation, applicant=actor.account, applicant_name=actor.name[:80],
        source="data_centre", is_sample=row.is_sample, **values,
    )  # fmt: skip
    assert row.provider is not None
    answer = open_case(
        actor, procedure=ensure_shipped(PROCEDURE), organisation=row.provider.code,
        title=f"申请共享：{row.name}"[:200], subject=str(grant.ref),
        data={"grant": grant.key, "resource": row.key, "purpose": purpose},
        applicant=actor.ref, applicant_name=actor.name,
    )  # fmt: skip
    grant.case_number = answer["number"]
    save_record(actor, grant, "data_centre.requested", resource=row.key)
    return {"grant": grant.key, "case": grant.case_number}


def _demand_conditional(actor: Actor, row: Resource) -> None:
    if not row.is_provided or row.sharing == NOT_SHARED:
        raise Invalid(NEVER.format(row.name))
    if row.sharing != CONDITIONAL or is_own(actor, row):
        raise Invalid(_NOT_NEEDED)
    if row.provider is None:
        raise Invalid(_NO_PROVIDER)


def _checked(
    row: Resource, purpose: str, reason: str, from_on: str, until_on: str, columns: list[str],
    cleared: list[str],
) -> dict[str, Any]:  # fmt: skip
    errors: dict[str, T] = {}
    if purpose not in CHOOSABLE:
        errors["purpose"] = T("请选择使用目的。", "Choose a purpose.")
    if not reason.strip():
        errors["reason"] = T("请说明履职依据与用途。", "Say by which duty and for what use.")
    first, last = _day(from_on), _day(until_on)
    for field, value in (("from_on", first), ("until_on", last)):
        if value is None:
            errors[field] = T("请填写日期。", "Give a date.")
    if first and last and (wrong := period_error(first, last, clock.today())):
        errors["until_on"] = wrong
    shared = {item["name"]: item for item in row.items if item.get("is_shared", True)}
    if unknown := [name for name in columns if name not in shared]:
        errors["columns"] = T("没有信息项：{}", "No such item: {}").format("、".join(unknown[:5]))
    personal = [n for n in cleared if n in shared and shared[n].get("mask")]
    if personal and purpose not in CLEARING:
        errors["cleared"] = T(
            "统计分析等目的不提供个人信息原值。",
            "For this purpose no personal item is given unmasked.",
        )
    if errors:
        raise Invalid(_DO_NOT_FIT, fields=errors)
    if columns:
        personal = [name for name in personal if name in columns]
    return {
        "purpose": purpose, "reason": reason.strip()[:2000], "from_on": first, "until_on": last,
        "columns": columns, "cleared": personal,
    }  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _may_answer(actor: Actor, /, task: int, **_: Any) -> bool:
    return keeps_data(actor)


@action("data_centre.answer", allows=_may_answer, title=T("答复共享申请", "Answer a request"))
def answer_request(
    actor: Actor, *, task: int, outcome: str, data: dict[str, Any]
) -> dict[str, Any]:
    """Decide a task of a request. Raises Conflict, Forbidden, Invalid."""
    if not Task.objects.filter(pk=task, case__kind=KIND).exists():
        raise Missing(T("没有这项任务。", "There is no such task."))
    return complete_task(actor, task=task, outcome=outcome, data=data)


def _of(case: Case) -> DataGrant:
    return DataGrant.objects.select_for_update(of=("self",)).get(case_number=case.number)


def after_granting(actor: Actor, case: Case, task: Task) -> None:
    """The grant as the provider answered: a shorter end and fewer unmasked items may be set."""
    row = _of(case)
    until_on = _day(str(task.data.get("until_on") or "")) or row.until_on
    row.until_on = min(until_on, row.until_on)
    if not task.data.get("clears", False):
        row.cleared = []
    row.from_on = max(row.from_on, clock.today())
    row.state = "granted"
    if row.until_on < row.from_on:
        message = T("终止日期不能早于今天。", "The end may not lie before today.")
        raise Invalid(message, fields={"until_on": message})
    _answered(actor, row, task, "data_centre.granted")


def after_refusing(actor: Actor, case: Case, task: Task) -> None:
    row = _of(case)
    row.state = "refused"
    _answered(actor, row, task, "data_centre.refused")


def _answered(actor: Actor, row: DataGrant, task: Task, kind: str) -> None:
    row.answer = str(task.data.get("opinion") or "")[:2000]
    row.answered_by, row.answered_at = actor.name[:80], clock.now()
    save_record(actor, row, kind, resource=row.resource.key)


def _may_end(actor: Actor, /, grant: str, **_: Any) -> bool:
    """The provider withdraws; who was given it may give it back."""
    row = get(actor, DataGrant, VIEW_GRANTS, key=grant)
    return (keeps_data(actor) and is_own(actor, row.resource)) or (
        actor.kind == "official" and actor.organisation == row.organisation_id
        and (actor.account == row.applicant or actor.has("data"))
    )  # fmt: skip


@action("data_centre.revoke", allows=_may_end, title=T("收回授权", "Withdraw a grant"))
def revoke_grant(actor: Actor, *, grant: str, reason: str) -> dict[str, Any]:
    """End a grant before its time, with the reason. Raises Conflict where it is not in force."""
    if not reason.strip():
        raise Invalid(_REASON, fields={"reason": _REASON})
    row = DataGrant.objects.select_for_update(of=("self",)).get(key=grant)
    if row.state != "granted":
        raise Conflict(_NOT_IN_FORCE)
    row.state, row.until_on = "revoked", clock.today()
    save_record(actor, row, "data_centre.revoked", reason=reason.strip()[:500])
    return {"grant": row.key}


@action("data_centre.expire", allows=lambda actor, **_: actor.kind == "platform")
def expire_grant(actor: Actor, *, grant: str) -> dict[str, Any]:
    """Mark a grant whose last day has passed; it was of no use any more since then."""
    row = DataGrant.objects.select_for_update(of=("self",)).get(key=grant)
    if row.state != "granted" or row.until_on >= clock.today():
        raise Conflict(_NOT_IN_FORCE)
    row.state = "expired"
    save_record(actor, row, "data_centre.expired")
    return {"grant": row.key}
