"""Drafting the bulletin of a month, and publishing it with number and seal."""

from __future__ import annotations

from datetime import date
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.base.months import next_month
from guanggu.kernel.document.public import Document, keep_draft, number_document
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import Bulletin, Project
from ..queries.bulletins import bulletin_data
from ..queries.scopes import VIEW_BULLETINS, keeps_projects, may_publish

TEMPLATE = "projects.bulletin"
_TOO_EARLY = T("该月尚未结束，不能编制通报。", "The month is not over yet.")
_PUBLISHED = T("该月通报已印发，不能再改。", "It is published and stays as it is.")


def _may_draft(actor: Actor, /, **_: Any) -> bool:
    return keeps_projects(actor)


def _may_publish(actor: Actor, /, bulletin: str, **_: Any) -> bool:
    row = get(actor, Bulletin, VIEW_BULLETINS, key=bulletin)
    return may_publish(actor) and row.organisation_id == actor.organisation


@action("projects.draft_bulletin", allows=_may_draft, title=T("编制通报", "Draft the bulletin"))
def draft_bulletin(actor: Actor, *, month: str) -> dict[str, Any]:
    """Draft the bulletin of the month (any of its days in ISO form), or draft it anew.

    Answers its key. Raises Invalid before the end of the month, Conflict once it is published.
    """
    first = date.fromisoformat(month).replace(day=1)
    if next_month(first) > clock.today():
        raise Invalid(_TOO_EARLY, fields={"month": _TOO_EARLY})
    row = Bulletin.objects.select_for_update(of=("self",)).filter(month=first).first()
    if row is not None and row.state == "published":
        raise Conflict(_PUBLISHED)
    if row is None:
        row = Bulletin(
            key=f"TB{first:%Y%m}", month=first, organisation_id=actor.organisation,
            title=f"{first.year}年{first.month}月重点项目推进情况通报", source="projects",
            is_sample=Project.objects.filter(is_sample=True).exists(),
        )  # fmt: skip
    row.document_key = keep_draft(
        actor, row.document_key, template=TEMPLATE, data=bulletin_data(first), subject=row.ref,
        title=row.title, organisation=row.organisation_id,
    ).key  # fmt: skip
    save_record(actor, row, "projects.bulletin_drafted")
    return {"key": row.key}


@action(
    "projects.publish_bulletin", allows=_may_publish, title=T("印发通报", "Publish the bulletin")
)
def publish_bulletin(actor: Actor, *, bulletin: str) -> dict[str, Any]:
    """Number it and have it sealed. Raises Conflict once it is published."""
    row = Bulletin.objects.select_for_update(of=("self",)).get(key=bulletin)
    if row.state == "published":
        raise Conflict(_PUBLISHED)
    document = number_document(actor, Document.objects.get(key=row.document_key))
    row.state, row.published_at = "published", clock.now()
    save_record(actor, row, "projects.bulletin_published", number=document.number)
    return {"key": row.key, "number": document.number}
