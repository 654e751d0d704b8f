"""Handing an application in: from the draft, or as a whole by the platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import Ref, readable_code
from guanggu.kernel.case.public import ensure_shipped, open_case
from guanggu.kernel.journal.public import action, append
from guanggu.web.schema_form import check, prune

from .. import rules
from ..queries import applicable_materials, draft_of, find_matter, holder_facts, open_item
from .drafting import is_applicant, remove, stored_files
from .papers import give_receipt

INCOMPLETE = T(
    "申请内容不完整，请按提示补充后再提交。", "The application is incomplete; see below."
)
MISSING_MATERIAL = T("请上传“{}”。", "Upload “{}”.")
NO_DECLARATION = T(
    "请阅读并勾选申请人声明后再提交。", "Read and tick the declaration before submitting."
)


def _may_apply(actor: Actor, **_: Any) -> bool:
    return is_applicant(actor) or actor.kind == "platform"


@action("approvals.submit_draft", allows=is_applicant, title=T("提交申请", "Submit an application"))
def submit_draft(actor: Actor, *, draft: str, declared: bool) -> dict[str, Any]:
    """Hand the draft in. Answers {number, check_code, …}. Raises Invalid for what is missing."""
    row = draft_of(actor, draft)
    if not declared:
        raise Invalid(NO_DECLARATION, fields={"declared": NO_DECLARATION})
    answer = _open(
        actor, item_key=row.item, form=row.form, applicant=row.applicant, delivery=row.delivery,
        files=row.materials, holder=actor.account, firm=actor.firm, ref=_ref_of(actor),
    )  # fmt: skip
    remove(actor, row, submitted=answer["number"])
    return answer


def _ref_of(actor: Actor) -> str:
    return str(Ref("legal_entities", actor.firm)) if actor.firm else actor.ref


@action("approvals.apply", allows=_may_apply, title=T("提出申请", "Apply"))
def apply(
    actor: Actor,
    *,
    item: str,
    form: dict[str, Any],
    applicant: dict[str, Any] | None = None,
    delivery: dict[str, Any] | None = None,
    materials: dict[str, list[str]] | None = None,
    holder: int | None = None,
    firm: str = "",
    ref: str = "",
    without_papers: bool = False,
) -> dict[str, Any]:
    """Apply as a whole: interfaces, and the platform for somebody (holder, firm, ref given).

    materials: key of the material -> keys of stored files. The platform's applications are not
    held to required materials (they may be on paper), and may go without generated papers.
    """
    own = actor.kind != "platform"
    return _open(
        actor, item_key=item, form=form,
        applicant={**(holder_facts(actor) if own else {}), **(applicant or {})},
        delivery=delivery or {"way": "online"}, files=materials or {},
        holder=actor.account if own else holder, firm=actor.firm if own else firm,
        ref=_ref_of(actor) if own else ref, without_papers=without_papers and not own,
    )  # fmt: skip


def _open(
    actor: Actor, *, item_key: str, form: dict[str, Any], applicant: Mapping[str, Any],
    delivery: Mapping[str, Any], files: Mapping[str, list[str]], holder: int | None, firm: str,
    ref: str, without_papers: bool = False,
) -> dict[str, Any]:  # fmt: skip
    item = open_item(item_key)
    form = prune(item.get("form_schema") or {}, form)
    needed = applicable_materials(item, form)
    if actor.kind != "platform":
        rules.check_subject(item, bool(firm))
        rules.check_firm(form, firm)
        _demand_answers(item, form)
        _demand_materials(needed, files)
    data = {
        "item": {**rules.frozen_item(item), "materials": [dict(m) for m in needed]},
        "form": form,
        "applicant": {**applicant, **rules.applicant_in(form, bool(firm))},
        "delivery": dict(delivery),
        "materials": {
            m["key"]: [{**f, "round": 1} for f in stored_files(files.get(m["key"], []))]
            for m in needed
            if files.get(m["key"])
        },
        "statutory_days": int(item["statutory_days"]),
        "promised_days": int(item["promised_days"]),
        "joint_organisations": list(item.get("joint_organisations") or ()),
        "check_code": readable_code(8),
        "fees": [],
    }
    if without_papers:
        data["without_papers"] = True
    ensure_shipped(rules.procedure_code(item))
    name = str(applicant.get("name") or actor.name)
    answer = open_case(
        actor, procedure=rules.procedure_code(item), organisation=str(item["organisation"]),
        title=str(item["name"]), data=data, subject=str(Ref("service_items", item_key)),
        item=str(Ref("service_items", item_key)), applicant=ref, applicant_name=name,
        holder=holder, firm=firm,
    )  # fmt: skip
    case = find_matter(answer["number"])
    append(
        case.ref, "approvals.submitted", actor,
        {
            "item": case.item, "item_name": case.title, "item_kind": item.get("item_kind") or "",
            "organisation": case.organisation_code, "organisation_name": case.organisation_name,
            "applicant": case.applicant, "applicant_name": case.applicant_name,
            "statutory_days": data["statutory_days"], "promised_days": data["promised_days"],
            "procedure": rules.procedure_code(item), "received_on": clock.today().isoformat(),
            "materials": {k: len(v) for k, v in data["materials"].items()},
        },
    )  # fmt: skip
    give_receipt(actor, case)
    return {**answer, "check_code": data["check_code"]}


def _demand_answers(item: Mapping[str, Any], form: dict[str, Any]) -> None:
    errors = check(item.get("form_schema") or {}, form)
    if errors:
        raise Invalid(INCOMPLETE, fields={f"form.{path}": text for path, text in errors.items()})


def _demand_materials(needed: list[Mapping[str, Any]], files: Mapping[str, list[str]]) -> None:
    titles = {m["name"]: m for m in needed}
    missing = rules.missing_materials(needed, files)
    if missing:
        raise Invalid(
            INCOMPLETE,
            fields={
                f"materials.{titles[name]['key']}": MISSING_MATERIAL.format(
                    T(name, titles[name].get("name_en") or name)
                )
                for name in missing
            },
        )
