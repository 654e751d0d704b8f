"""Drafting a document and sending it round."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.case.public import (
    Task,
    amend_case,
    complete_task,
    ensure_shipped,
    open_case,
)
from guanggu.kernel.document.public import keep_draft, take_number
from guanggu.kernel.identity.public import Organisation, get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import assign, declared, save_record

from ..models import OfficialDocument
from ..queries import EDIT_OFFICIAL, names_of
from ..rules import (
    DRAFT,
    INCOMING,
    INTERNAL,
    OUTGOING,
    UNDER_WAY,
    missing_for_review,
    names_text,
    paragraphs_of,
)

_INCOMPLETE = T("公文尚不完整，请按提示补全后再送审。", "The document is not complete yet.")
_GOING_ROUND = T("该公文正在流转，不能修改。", "The document is going round and cannot be changed.")
_NOT_ABOVE = T(
    "发文机关只能是本单位或上级机关。", "It is issued by your organisation or one above it."
)
_WRITTEN = (
    "title", "issuer", "word", "variant", "urgency", "addressees", "copied_to", "cosigners", "body",
    "attachments", "remark", "retention",
)  # fmt: skip


def _may_draft(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "official" and bool(actor.organisation) and actor.has("draft")


def _may_edit(actor: Actor, /, document: str, **_: Any) -> bool:
    return bool(get(actor, OfficialDocument, EDIT_OFFICIAL, key=document))


def new_key() -> str:
    """GW2026-00012: how the office calls a document before and beside its number."""
    year = clock.today().year
    return f"GW{year}-{take_number('office.documents', year):05d}"


def _known(codes: list[str]) -> None:
    found = set(
        Organisation.objects.filter(code__in=codes, is_active=True).values_list("code", flat=True)
    )
    unknown = [code for code in codes if code not in found]
    if unknown:
        message = T("没有这些单位：{}。", "No such organisations: {}.").format("、".join(unknown))
        raise Invalid(message, fields={"addressees": message})


def _fill(row: OfficialDocument, values: dict[str, Any]) -> None:
    assign(declared("official_documents"), row, {n: v for n, v in values.items() if n in _WRITTEN})
    for name in ("addressees", "copied_to", "cosigners"):
        _known(getattr(row, name))
    row.issuer = row.issuer or row.organisation
    if str(row.issuer_id) not in row.organisation.path.split("/"):
        raise Invalid(_NOT_ABOVE, fields={"issuer": _NOT_ABOVE})


@action("office.create_draft", allows=_may_draft, title=T("拟稿", "Draft a document"))
def create_draft(actor: Actor, *, kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """A draft of the actor's organisation. Answers its key. Raises Invalid by field."""
    if kind not in (OUTGOING, INTERNAL):
        message = T("请选择发文或签报。", "Choose outgoing or internal.")
        raise Invalid(message, fields={"kind": message})
    row = OfficialDocument(
        key=new_key(), kind=kind, organisation_id=actor.organisation, drafter=actor.account,
        drafter_name=actor.name, source="office",
    )  # fmt: skip
    _fill(row, values)
    save_record(actor, row, "office.created")
    return {"key": row.key}


@action("office.change_draft", allows=_may_edit, title=T("修改公文", "Change a draft"))
def change_draft(
    actor: Actor, *, document: str, version: int, values: dict[str, Any]
) -> dict[str, Any]:
    """Change a draft, or one returned for revision; anybody else's version first is a Conflict."""
    row = OfficialDocument.objects.get(key=document)
    if row.state != DRAFT and not _is_returned(row):
        raise Conflict(_GOING_ROUND)
    row.version = version
    _fill(row, values)
    save_record(actor, row, "office.changed")
    return {"key": row.key, "version": row.version}


def _is_returned(row: OfficialDocument) -> bool:
    return Task.objects.filter(case__number=row.case_number, step="revise", state="open").exists()


def _check(row: OfficialDocument) -> None:
    about = {
        name: getattr(row, name)
        for name in ("kind", "title", "body", "word", "addressees", "from_name")
    }
    if fields := missing_for_review(about):
        raise Invalid(_INCOMPLETE, fields=fields)


@action("office.submit", allows=_may_edit, title=T("送审", "Send round"))
def submit_draft(actor: Actor, *, document: str) -> dict[str, Any]:
    """Send a draft, or a revised one, to review. Raises Invalid naming what is missing."""
    row = OfficialDocument.objects.select_for_update(of=("self",)).get(key=document)
    _check(row)
    _typeset(actor, row)
    if row.state == DRAFT:
        row.state = UNDER_WAY
        row.case_number = _open(actor, row)
        save_record(actor, row, "office.submitted")
    elif _is_returned(row):
        _resubmit(actor, row)
        save_record(actor, row, "office.submitted")
    else:
        raise Conflict(_GOING_ROUND)
    return {"key": row.key, "case": row.case_number}


def _about(row: OfficialDocument) -> dict[str, Any]:
    return {
        "document": row.key,
        "kind": row.kind,
        "cosigners": row.cosigners,
        "issuer": (row.issuer or row.organisation).code,
        "urgency": row.urgency,
    }


def _open(actor: Actor, row: OfficialDocument) -> str:
    answer = open_case(
        actor, procedure=ensure_shipped(f"office.{row.kind}"), organisation=row.organisation.code,
        title=row.title, data=_about(row), subject=str(row.ref),
        applicant=actor.ref, applicant_name=actor.name,
    )  # fmt: skip
    return answer["number"]


def _resubmit(actor: Actor, row: OfficialDocument) -> None:
    task = Task.objects.get(case__number=row.case_number, step="revise", state="open")
    amend_case(platform("office"), case=task.case_id, data=_about(row))
    complete_task(actor, task=task.pk, outcome="resubmit", data={})


def _typeset(actor: Actor, row: OfficialDocument) -> None:
    """Keep the typeset draft in step with the text; an incoming document has its own file."""
    if row.kind == INCOMING:
        return
    content = {
        "variant": row.variant, "urgency": row.urgency,
        "addressee": names_text(names_of(row.addressees)),
        "paragraphs": paragraphs_of(row.body), "attachments": row.attachments,
        "remark": row.remark, "copied_to": names_text(names_of(row.copied_to)),
    }  # fmt: skip
    made = keep_draft(
        actor, row.document_key, template="document.official", data=content, subject=row.ref,
        organisation=row.issuer_id or row.organisation_id, title=row.title, retention=row.retention,
    )  # fmt: skip
    row.document_key = made.key
