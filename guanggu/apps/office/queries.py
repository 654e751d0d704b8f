"""Who sees which official documents, and the lists of the office."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from guanggu.base.actor import Actor
from guanggu.kernel.case.public import VIEW_CASES, Case, Task, worklist
from guanggu.kernel.document.public import Document
from guanggu.kernel.identity.public import Organisation, permission, visible

from .models import Dispatch, OfficialDocument

KIND = "official_document"  # the kind of all the office's procedures
_HANDLING = (
    "draft", "edit", "countersign", "sign", "seal", "archive", "receive", "head",
)  # fmt: skip


def may_handle(actor: Actor) -> bool:
    return actor.kind == "official" and actor.has(*_HANDLING)


def _seen(actor: Actor) -> Q | bool:
    """Those who handle documents see what their organisation wrote, worked on or was sent."""
    if not may_handle(actor) or not actor.organisation:
        return False
    cases = visible(actor, Case.objects.filter(kind=KIND), VIEW_CASES).values("number")
    sent = Dispatch.objects.filter(organisation=actor.organisation).values("document")
    return (
        Q(organisation=actor.organisation, kind="incoming")
        | Q(drafter=actor.account)
        | Q(case_number__in=cases)
        | Q(pk__in=sent)
    )


def _own_draft(actor: Actor) -> Q | bool:
    """A draft is its drafter's; a returned one again."""
    if actor.kind != "official" or not actor.has("draft", "receive"):
        return False
    return Q(
        drafter=actor.account, organisation=actor.organisation, state__in=("draft", "under_way")
    )


VIEW_OFFICIAL = permission("office.view", scope=_seen)
EDIT_OFFICIAL = permission("office.edit", scope=_own_draft)
VIEW_DISPATCHES = permission(
    "office.view_dispatches",
    scope=lambda actor: Q(organisation=actor.organisation) if actor.has("receive") else False,
)


def my_tasks(actor: Actor) -> list[Task]:
    """The office's open tasks of this post, the most urgent first."""
    return worklist(actor, limit=100, case__kind=KIND)


def documents_for(tasks: list[Task]) -> dict[str, OfficialDocument]:
    """The documents of the tasks by case number."""
    numbers = [task.case.number for task in tasks]
    rows = OfficialDocument.objects.filter(case_number__in=numbers)
    return {row.case_number: row for row in rows}


def inbox(actor: Actor) -> QuerySet[Dispatch]:
    """What was sent to this organisation, unsigned first."""
    rows = visible(actor, Dispatch.objects.all(), VIEW_DISPATCHES)
    return rows.select_related("document__organisation", "received_as").order_by("signed_at", "-pk")


def names_of(codes: list[str]) -> list[str]:
    """Names of the organisations, in the order of the codes; unknown codes stand for themselves."""
    known = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))
    return [known.get(code, code) for code in codes]


def typeset_of(document: OfficialDocument) -> Document | None:
    if not document.document_key:
        return None
    rows = Document.objects.select_related("file", "organisation")
    return rows.filter(key=document.document_key).first()
