"""Documents that come in: from outside by registration, from within by signing for them."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.case.public import ensure_shipped, open_case
from guanggu.kernel.document.public import Received, keep_file
from guanggu.kernel.identity.public import Organisation, get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import assign, declared, save_record

from ..models import Dispatch, OfficialDocument
from ..queries import VIEW_DISPATCHES
from ..rules import INCOMING, UNDER_WAY, missing_for_review
from .drafting import new_key

_TAKEN = T("该文已由{}签收。", "{} has signed for it already.")
_NO_FILE = T("请上传来文扫描件。", "Upload the scan of the document.")


def _may_receive(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "official" and bool(actor.organisation) and actor.has("receive")


def _may_sign_for(actor: Actor, /, dispatch: int, **_: Any) -> bool:
    return bool(get(actor, Dispatch, VIEW_DISPATCHES, pk=dispatch))


@action("office.register_incoming", allows=_may_receive, title=T("收文登记", "Register a document"))
def register_incoming(
    actor: Actor, *, values: dict[str, Any], files: list[dict[str, Any]]
) -> dict[str, Any]:
    """Register a document from outside with its scan. ``files``: Received.as_dict() of each.

    Answers its key. Raises Invalid by field.
    """
    row = OfficialDocument(
        key=new_key(), kind=INCOMING, organisation_id=actor.organisation, drafter=actor.account,
        drafter_name=actor.name, source="office", state=UNDER_WAY,
    )  # fmt: skip
    taken = ("title", "from_name", "from_number", "received_on", "urgency", "remark", "retention")
    given = {name: value for name, value in values.items() if name in taken}
    assign(declared("official_documents"), row, given)
    fields = missing_for_review({"kind": INCOMING, "title": row.title, "from_name": row.from_name})
    if not files:
        fields["file"] = _NO_FILE
    if fields:
        raise Invalid(T("登记内容不完整。", "The registration is not complete."), fields=fields)
    row.received_on = row.received_on or clock.today()
    return _begin(actor, row, files)


def _begin(actor: Actor, row: OfficialDocument, files: list[dict[str, Any]]) -> dict[str, Any]:
    answer = open_case(
        actor, procedure=ensure_shipped(f"office.{INCOMING}"), organisation=_code(actor), title=row.title,
        data={"document": row.key, "kind": INCOMING, "handlers": [], "issuer": _code(actor)}, subject=str(row.ref),
        applicant_name=row.from_name,
    )  # fmt: skip
    row.case_number = answer["number"]
    save_record(actor, row, "office.received", number=row.from_number)
    for each in files:
        keep_file(actor, Received(**each), row.ref, purpose="来文")
    return {"key": row.key, "case": row.case_number}


def _code(actor: Actor) -> str:
    return Organisation.objects.values_list("code", flat=True).get(pk=actor.organisation)


@action("office.sign_for", allows=_may_sign_for, title=T("签收", "Sign for a document"))
def sign_for(actor: Actor, *, dispatch: int) -> dict[str, Any]:
    """Sign for a document sent within the platform; it becomes an incoming one here.

    Raises Conflict where a colleague signed for it.
    """
    sent = (
        Dispatch.objects.select_for_update(of=("self",)).select_related("document").get(pk=dispatch)
    )
    if sent.signed_at:
        raise Conflict(_TAKEN.format(sent.signed_by))
    original = sent.document
    row = OfficialDocument(
        key=new_key(), kind=INCOMING, organisation_id=actor.organisation, title=original.title,
        urgency=original.urgency, from_name=original.organisation.name,
        from_number=original.number, received_on=clock.today(), drafter=actor.account,
        drafter_name=actor.name, source="office", state=UNDER_WAY,
        document_key=original.document_key, retention=original.retention,
    )  # fmt: skip
    answer = _begin(actor, row, [])
    sent.signed_at, sent.signed_by, sent.received_as = clock.now(), actor.name[:80], row
    sent.save()
    return answer
