"""Queries kept under a name."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import readable_code
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import remove_record, save_record

from ..models import SavedQuery
from ..queries.scopes import OWN_QUERIES, is_official
from ..rules.masking import CHOOSABLE
from ..rules.reading import read

_NAME = T("请填写名称。", "Give it a name.")


def _may_save(actor: Actor, /, query: str = "", **_: Any) -> bool:
    if query:
        return bool(get(actor, SavedQuery, OWN_QUERIES, key=query))
    return is_official(actor) and bool(actor.organisation)


@action("data_centre.save_query", allows=_may_save, title=T("保存查询", "Save a query"))
def save_query(
    actor: Actor, *, name: str, sql: str, purpose: str = "", is_shared: bool = False,
    chart: dict[str, str] | None = None, query: str = "", is_sample: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Keep a query of one's own, a new one or in place of ``query``. Raises Invalid by field."""
    if not name.strip():
        raise Invalid(_NAME, fields={"name": _NAME})
    tables = list(read(sql).tables)
    row = SavedQuery.objects.get(key=query) if query else SavedQuery(
        key=f"Q-{readable_code(8)}", owner=actor.account, owner_name=actor.name[:80],
        organisation_id=actor.organisation, source="data_centre", is_sample=is_sample,
    )  # fmt: skip
    row.name, row.sql, row.tables = name.strip()[:120], sql, tables
    row.purpose = purpose if purpose in CHOOSABLE else ""
    row.is_shared, row.chart = is_shared, dict(chart or {})
    save_record(actor, row, "data_centre.query_saved")
    return {"key": row.key, "version": row.version}


def _may_remove(actor: Actor, /, query: str, **_: Any) -> bool:
    return bool(get(actor, SavedQuery, OWN_QUERIES, key=query))


@action("data_centre.remove_query", allows=_may_remove, title=T("删除查询", "Remove a query"))
def remove_query(actor: Actor, *, query: str) -> dict[str, Any]:
    remove_record(actor, SavedQuery.objects.get(key=query), "data_centre.query_removed")
    return {"key": query}
