"""Where each value of an entity comes from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.web import addresses
from guanggu.web.table import Column, Table

from ..models import LegalEntity
from ..queries import (
    MAINTAIN,
    VIEW_ENTITIES,
    VIEW_SOURCES,
    canonical_key,
    open_pairs_of,
    provenance,
    sources_of,
    standing_merges,
)
from ..rules import source_title
from .words import HOME_CRUMB, entity_page, label_of, value_of

_SHORT_TEXT = 60


def sources(request: HttpRequest, key: str) -> HttpResponse:
    """Where each value comes from, what others say, and what was joined."""
    actor = actor_of(request)
    demand(actor, VIEW_SOURCES)
    entity = get(actor, LegalEntity, VIEW_ENTITIES, key=canonical_key(key))
    context = {
        "title": T("字段来源：", "Sources: ") + entity.name,
        "entity": entity,
        "origins": _origin_table(entity),
        "records": _record_table(entity),
        "merges": standing_merges(entity),
        "pairs": open_pairs_of(entity),
        "may_change": MAINTAIN.is_possible(actor),
        "crumbs": [HOME_CRUMB, (entity.name, entity_page(entity.key)),
                   (T("字段来源", "Sources"), "")],
    }  # fmt: skip
    return render(request, "legal_entities/sources.html", context)


def _origin_table(entity: LegalEntity) -> Table:
    table = Table(
        T("各字段的来源", "Source of each field"),
        [Column(T("字段", "Field")), Column(T("采用的内容", "Value believed")),
         Column(T("来源", "Source")), Column(T("接收日期", "Received")),
         Column(T("其他来源的不同说法", "What other sources say"))],
    )  # fmt: skip
    for name, origin in provenance(entity).items():
        others = [source + T(":", ": ") + text[:_SHORT_TEXT] for source, text in origin.others]
        told = T(";".join(o.zh for o in others), "; ".join(o.en for o in others)) if others else ""
        received = origin.received_at.date().isoformat() if origin.received_at else ""
        label = label_of(name)
        table.add(label, value_of(entity, name), origin.source or "", received, told)
    return table


def _record_table(entity: LegalEntity) -> Table:
    table = Table(
        T("来源记录", "Source records"),
        [Column(T("来源", "Source")), Column(T("来源编号", "Number")), Column(T("名称", "Name")),
         Column(T("代码", "Code")), Column(T("接收日期", "Received"))],
    )  # fmt: skip
    for record in sources_of(entity):
        table.add(
            source_title(record.source), record.source_key, record.name, record.unified_code,
            record.received_at.date().isoformat(), href=addresses.record_address(record),
        )  # fmt: skip
    return table
