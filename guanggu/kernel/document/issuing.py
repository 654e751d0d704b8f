"""From a draft to an issued document, in pieces that bear a kill between any two of them.

The row, its number and its event come with the caller's transaction. The job that typesets, seals
and stores comes after it, at least once: what it makes lies under its digest and the row moves from
numbered to issued once only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.ids import Ref, new_id, readable_code
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action, enqueue, job
from guanggu.kernel.register.public import save_record
from guanggu.standards.gb_t_9704_2012 import date_text

from .declaration import RETENTION, DocumentTemplate, template_of
from .models import Document, DocumentHolder
from .numbering import compose, take_number
from .on_demand import seal_pdf
from .storing import Received, keep_file, receive
from .typesetting import render_template

WRONG_STATE = T(
    "该文书当前为“{}”，不能进行此项操作。请刷新页面核对。",
    "The document is “{}” now; this cannot be done. Reload the page.",
)
NEEDS_NUMBER = T("该文书没有编号规则。", "The document has no numbering pattern.")
NEEDS_REASON = T("请填写撤销原因。", "Give the reason for withdrawing it.")


def draft_document(
    actor: Actor, *, template: str, data: Mapping[str, Any], subject: Ref | str,
    organisation: int, title: str = "", holders: Iterable[Ref | str] = (), holder_name: str = "",
    valid_from: date | None = None, valid_until: date | None = None, retention: str = "",
) -> Document:  # fmt: skip
    """A draft without a number, inside the caller's action.

    organisation: id of the issuer. Raises Invalid for data that the template does not take or that
    no typeface draws, Missing for an unknown template or organisation.
    """
    declared = template_of(template)
    declared.check(data)
    issuer = _organisation(organisation)
    document = Document(
        key=new_id().hex, title=title or declared.title.zh, template=template,
        template_version=declared.version, data=dict(data), subject=str(subject),
        organisation=issuer, issuer=issuer.name, holder_name=holder_name,
        verification_code=readable_code(12), valid_from=valid_from, valid_until=valid_until,
        retention=retention or declared.retention,
    )  # fmt: skip
    preview(document)  # what cannot be typeset must not take a number
    save_record(actor, document, "document.drafted", subject=str(subject))
    DocumentHolder.objects.bulk_create(
        DocumentHolder(document=document, ref=ref) for ref in dict.fromkeys(map(str, holders))
    )
    return document


def redraft_document(
    actor: Actor, document: Document, *, data: Mapping[str, Any], title: str = ""
) -> Document:
    """Other content of a draft. Raises Conflict where it bears a number already."""
    _demand_state(document, Document.State.DRAFTED)
    declared = template_of(document.template)
    declared.check(data)
    document.data, document.template_version = dict(data), declared.version
    document.title = title or document.title
    preview(document)
    save_record(actor, document, "document.redrafted")
    return document


def keep_draft(
    actor: Actor, known: str, *, template: str, data: Mapping[str, Any], subject: Ref | str,
    organisation: int, title: str, retention: str = "",
) -> Document:  # fmt: skip
    """The draft of a matter that is written again and again until it is issued.

    known: the draft's key, empty before there is one. Raises as the two that it stands for do.
    """
    draft = Document.objects.filter(key=known).first() if known else None
    if draft is not None:
        return redraft_document(actor, draft, data=data, title=title)
    return draft_document(
        actor, template=template, data=data, subject=subject, organisation=organisation,
        title=title, retention=retention,
    )  # fmt: skip


def number_document(
    actor: Actor, document: Document, *, series: str = "", pattern: str = ""
) -> Document:
    """Take the number and have the file made, inside the caller's action.

    series: what is counted through, by itself for each year (the template and issuer, where left
    out); pattern: with {year} and {number} (the template's, where left out).
    """
    _demand_state(document, Document.State.DRAFTED)
    pattern = pattern or template_of(document.template).numbering
    if not pattern:
        raise Invalid(NEEDS_NUMBER, code="numbering")
    now = clock.now()
    year = clock.local(now).year
    series = series or f"{document.template}/{document.organisation_id}"
    document.number = compose(pattern, year, take_number(series, year))
    document.numbered_at, document.state = now, Document.State.NUMBERED
    save_record(actor, document, "document.numbered", number=document.number)
    enqueue("document.produce", document=document.key)
    return document


def prepare_document(
    actor: Actor, *, template: str, data: Mapping[str, Any], subject: Ref | str,
    organisation: int, series: str = "", pattern: str = "", **more: Any,
) -> Document:  # fmt: skip
    """Draft and number at once: what a decision does. ``more``: as ``draft_document`` takes it."""
    document = draft_document(
        actor, template=template, data=data, subject=subject, organisation=organisation, **more
    )
    return number_document(actor, document, series=series, pattern=pattern)


def verify_address(code: str) -> str:
    """Where anybody checks a document: the text of its QR code."""
    return f"{settings.GUANGGU_ADDRESS.rstrip('/')}/verify/{code}"


def content_of(document: Document) -> dict[str, Any]:
    """What the template is given: the document's data and what every document shows."""
    declared = template_of(document.template)
    day = clock.local(document.numbered_at or clock.now())
    data = {
        **declared.defaults,
        **document.data,
        "title": document.title,
        "issuer": document.issuer,
        "number": document.number,
        "sample": document.organisation.is_sample,
        "verify_address": verify_address(document.verification_code),
        "code_shown": document.code_shown,
        "issued_on_text": date_text(day.year, day.month, day.day),
    }
    if declared.code == "document.official" or "mark" in declared.defaults:
        suffix = "文件" if data["variant"] == "general" else ""
        data["mark"] = data["mark"] or document.issuer + suffix
        data["printed_by"] = data["printed_by"] or document.issuer
        data["printed_on_text"] = data["printed_on_text"] or data["issued_on_text"]
    return data


def preview(document: Document) -> bytes:
    """The PDF as it would be, without a seal: for the draft's author and reviewers."""
    return _typeset(document, template_of(document.template))


def _typeset(document: Document, declared: DocumentTemplate) -> bytes:
    return render_template(
        declared,
        content_of(document),
        document.numbered_at or clock.now(),
        qr=verify_address(document.verification_code),
    )


@job("document.produce")
def produce(document: str) -> None:
    """Typeset, seal and store a numbered document, then mark it issued. May be done twice."""
    row = Document.objects.select_related("organisation").filter(key=document).first()
    if row is None or row.state != Document.State.NUMBERED:
        return
    declared = template_of(row.template)
    pdf = _typeset(row, declared)
    if declared.sealed:
        pdf = seal_pdf(
            pdf,
            code=row.organisation.code,
            name=row.issuer,
            reason=row.number,
            sample=row.organisation.is_sample,
        )
    received = receive(pdf, f"{row.title}_{row.number}.pdf")
    try:
        mark_issued(
            platform("documents"), document=document, received=received.as_dict(),
            template_version=declared.version,
        )  # fmt: skip
    except Conflict as conflict:
        if conflict.code != "document_state":  # the same job was quicker elsewhere
            raise


@action("document.issue", allows=lambda actor, **_: actor.kind == "platform")
def mark_issued(
    actor: Actor, *, document: str, received: dict[str, Any], template_version: str
) -> dict[str, str]:
    """From numbered to issued, with the file. Raises Conflict where it is issued already."""
    row = Document.objects.select_for_update().get(key=document)
    _demand_state(row, Document.State.NUMBERED)
    file = Received(**received)
    row.file = keep_file(actor, file, row.ref, purpose=row.number, clean=True)
    row.state, row.issued_at = Document.State.ISSUED, clock.now()
    row.template_version = template_version
    save_record(
        actor, row, "document.issued", subject=row.subject, number=row.number, sha256=file.sha256
    )
    return {"file": row.file.key}


def withdraw_document(actor: Actor, document: Document, *, reason: str) -> Document:
    """The document holds no longer; it stays findable and says so. Inside the caller's action."""
    _demand_state(document, Document.State.ISSUED, Document.State.ARCHIVED)
    if not reason.strip():
        raise Invalid(NEEDS_REASON, fields={"reason": NEEDS_REASON})
    document.state, document.withdrawn_at = Document.State.WITHDRAWN, clock.now()
    document.withdrawal_reason = reason.strip()
    save_record(actor, document, "document.withdrawn", subject=document.subject)
    return document


def archive_document(actor: Actor, document: Document, *, retention: str = "") -> Document:
    """Into the archive with its class of retention. Inside the caller's action."""
    _demand_state(document, Document.State.ISSUED)
    if retention and retention not in RETENTION:
        raise Invalid(T("没有这种保管期限。", "No such class of retention."))
    document.retention = retention or document.retention
    document.state, document.archived_at = Document.State.ARCHIVED, clock.now()
    save_record(actor, document, "document.archived", subject=document.subject)
    return document


def _demand_state(document: Document, *states: str) -> None:
    if document.state not in states:
        raise Conflict(WRONG_STATE.format(document.state_label), code="document_state")


def _organisation(pk: int) -> Organisation:
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        raise Missing(T("没有该签发机关。", "There is no such issuing organisation."))
    return found
