"""Deciding a task of a document: review, countersign, sign, seal, dispatch, archive."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Missing
from guanggu.kernel.case.public import Case, Task, complete_task, may_work, task_for
from guanggu.kernel.document.public import archive_document, number_document
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import Dispatch, OfficialDocument
from ..queries import KIND, may_handle, typeset_of
from ..rules import ARCHIVED, DISPATCHED, ENDED, OUTGOING, SIGNED, pattern_of

NEEDS_FACTOR = T(
    "签发前须以通行密钥或动态口令确认身份。",
    "Signing needs your passkey or one-time code first.",
)
NOT_MADE_YET = T(
    "盖章文件正在制作，请稍候几秒再分发。",
    "The sealed file is being made; dispatch it in a few seconds.",
)
_NOT_HERE = T("没有这项公文任务。", "There is no such task of a document.")
SIGNING_METHODS = ("totp", "webauthn")


def _may_advance(actor: Actor, /, task: int, **_: Any) -> bool:
    if not may_handle(actor):
        return False
    file, found = task_for(actor, task)
    if file.case.kind != KIND:
        raise Missing(_NOT_HERE)
    # One that was decided meanwhile is told as a conflict by the case itself.
    return found.state != "open" or may_work(actor, file.case, found)


@action("office.advance", allows=_may_advance, title=T("办理公文", "Handle a document"))
def advance(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Give a task of the office its outcome. Signing needs ``data["method"]``, totp or webauthn.

    Raises Conflict where somebody was first, Forbidden, Invalid.
    """
    return complete_task(actor, task=task, outcome=outcome, data=data)


def _of(case: Case) -> OfficialDocument:
    return OfficialDocument.objects.select_for_update(of=("self",)).get(case_number=case.number)


def demand_factor(actor: Actor, case: Case, task: Task, outcome: str, data: dict[str, Any]) -> None:
    """A signature without a second factor of its own is refused, whatever way it comes."""
    if data.get("method") not in SIGNING_METHODS:
        raise Forbidden(NEEDS_FACTOR, code="needs_factor")


def demand_sealed_file(
    actor: Actor, case: Case, task: Task, outcome: str, data: dict[str, Any]
) -> None:
    """Nothing is dispatched before its sealed file is there."""
    row = OfficialDocument.objects.get(case_number=case.number)
    typeset = typeset_of(row)
    if typeset is None or typeset.file is None:
        raise Conflict(NOT_MADE_YET, code="not_made_yet")


def after_signing(actor: Actor, case: Case, task: Task) -> None:
    row = _of(case)
    row.signer_name, row.signed_at, row.state = actor.name, clock.now(), SIGNED
    save_record(actor, row, "office.signed", method=task.data.get("method", ""))


def after_sealing(actor: Actor, case: Case, task: Task) -> None:
    """The number is taken and the sealed PDF is made by the worker."""
    row = _of(case)
    typeset = typeset_of(row)
    if typeset is None:
        raise Missing(T("公文没有版式文件。", "The document has not been typeset."))
    word = row.word.strip()
    numbered = number_document(actor, typeset, series=f"office/{word}", pattern=pattern_of(word))
    row.number = numbered.number
    save_record(actor, row, "office.numbered", number=row.number)


def after_dispatch(actor: Actor, case: Case, task: Task) -> None:
    row = _of(case)
    copies = [code for code in row.copied_to if code not in row.addressees]
    bodies = {o.code: o for o in Organisation.objects.filter(code__in=row.addressees + copies)}
    for code in [*row.addressees, *copies]:
        if code in bodies:
            Dispatch.objects.get_or_create(
                document=row, organisation=bodies[code],
                defaults={"is_copy": code in copies, "sent_at": clock.now()},
            )  # fmt: skip
    row.state = DISPATCHED
    save_record(actor, row, "office.dispatched", to=sorted(bodies))


def after_archiving(actor: Actor, case: Case, task: Task) -> None:
    row = _of(case)
    typeset = typeset_of(row)
    if row.kind == OUTGOING and typeset is not None:
        archive_document(actor, typeset, retention=row.retention)
    row.state = ARCHIVED
    save_record(actor, row, "office.archived", retention=row.retention)


def after_abandoning(actor: Actor, case: Case, task: Task) -> None:
    row = _of(case)
    row.state = ENDED
    save_record(actor, row, "office.ended")
