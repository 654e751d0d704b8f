"""Drafting the report of a month, and publishing it with number and seal."""

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

from ..models import MonthlyReport, Station
from ..queries.reporting import report_data
from ..queries.scopes import VIEW_REPORTS, may_review

TEMPLATE = "environment.monthly_report"
_TOO_EARLY = T("该月尚未结束，不能生成月报。", "The month is not over yet.")
_PUBLISHED = T("该月月报已发布，不能再改。", "It is published and stays as it is.")


def may_publish(actor: Actor) -> bool:
    """Leaders who sign."""
    return actor.kind == "official" and actor.has("sign", "decide", "head")


def _may_draft(actor: Actor, /, **_: Any) -> bool:
    return bool(actor.organisation) and may_review(actor)


def _may_publish(actor: Actor, /, report: str, **_: Any) -> bool:
    row = get(actor, MonthlyReport, VIEW_REPORTS, key=report)
    return may_publish(actor) and row.organisation_id == actor.organisation


@action("environment.draft_report", allows=_may_draft, title=T("生成月报", "Draft the report"))
def draft_report(actor: Actor, *, month: str) -> dict[str, Any]:
    """Draft the report of the month (ISO date of its first day), or draft it anew.

    Answers its key. Raises Invalid before the end of the month, Conflict once it is published.
    """
    first = date.fromisoformat(month).replace(day=1)
    if next_month(first) > clock.today():
        raise Invalid(_TOO_EARLY, fields={"month": _TOO_EARLY})
    row = MonthlyReport.objects.select_for_update(of=("self",)).filter(month=first).first()
    if row is not None and row.state == "published":
        raise Conflict(_PUBLISHED)
    if row is None:
        row = MonthlyReport(
            key=f"YB{first:%Y%m}", month=first, organisation_id=actor.organisation,
            title=f"{first.year}年{first.month}月环境质量月报", source="environment",
            is_sample=Station.objects.filter(is_sample=True).exists(),
        )  # fmt: skip
    row.document_key = keep_draft(
        actor, row.document_key, template=TEMPLATE, data=report_data(first), subject=row.ref,
        title=row.title, organisation=row.organisation_id,
    ).key  # fmt: skip
    save_record(actor, row, "environment.report_drafted")
    return {"key": row.key}


@action(
    "environment.publish_report", allows=_may_publish, title=T("发布月报", "Publish the report")
)
def publish_report(actor: Actor, *, report: str) -> dict[str, Any]:
    """Number it, have it sealed, and open it to everybody. Raises Conflict once it is published."""
    row = MonthlyReport.objects.select_for_update(of=("self",)).get(key=report)
    if row.state == "published":
        raise Conflict(_PUBLISHED)
    document = number_document(actor, Document.objects.get(key=row.document_key))
    row.state, row.published_at = "published", clock.now()
    save_record(actor, row, "environment.report_published", number=document.number)
    return {"key": row.key, "number": document.number}
