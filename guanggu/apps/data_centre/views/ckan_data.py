"""The datastore of CKAN over open tables: rows by filter, text, order and page."""

from __future__ import annotations

import json
from typing import Any

from guanggu.base.actor import VISITOR
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing

from ..actions.opening import open_rows
from ..models import Resource
from ..queries.planning import shown_items
from ..queries.resources import open_resources
from ..rules.sharing import Use
from .ckan_packages import number, wanted

ROWS_MAX = 1_000
_OFFSET_MAX = 10_000_000
# Types of CKAN's datastore by the letter of GB/T 21063.
_TYPES = {"I": "int", "N": "numeric", "B": "numeric", "F": "numeric", "Y": "numeric",
          "D": "date", "T": "timestamp", "L": "bool", "G": "json"}  # fmt: skip
_UNKNOWN = T("没有列：{}", "There is no column {}")
_TOTAL = "_guanggu_total"


def _resource(asked: dict[str, Any], name: str) -> Resource:
    key = wanted(asked, name).partition(".")[0]
    row = open_resources().filter(key=key).exclude(table="").first()
    if row is None:
        raise Missing(T("没有找到该数据。", "Not found: Resource was not found."))
    return row


def _items(row: Resource) -> list[dict[str, Any]]:
    return shown_items(VISITOR, row, Use())


def _fields(row: Resource, names: list[str]) -> list[dict[str, Any]]:
    by_name = {item["name"]: item for item in _items(row)}
    return [
        {"id": n, "type": _TYPES.get(by_name[n].get("type", "C"), "text"),
         "info": {"label": by_name[n]["title"], "label_en": by_name[n].get("title_en", "")}}
        for n in names
    ]  # fmt: skip


def datastore_info(asked: dict[str, Any]) -> dict[str, Any]:
    """The columns of a resource (id)."""
    row = _resource(asked, "id" if "id" in asked else "resource_id")
    return {"meta": {"id": row.key, "table_type": "BASE TABLE"},
            "fields": _fields(row, [item["name"] for item in _items(row)])}  # fmt: skip


def datastore_search(asked: dict[str, Any]) -> dict[str, Any]:
    """Rows of a resource: resource_id, filters, q, fields, sort, limit, offset, include_total."""
    row = _resource(asked, "resource_id")
    known = [item["name"] for item in _items(row)]
    names = _names(asked.get("fields"), known) or known
    limit = number(asked, "limit", 100, ROWS_MAX)
    offset = number(asked, "offset", 0, _OFFSET_MAX)
    where = _where(asked, known)
    order = _order(str(asked.get("sort") or ""), known)
    listed = ", ".join(_quoted(name) for name in names)
    sql = f'SELECT {listed}, count(*) OVER () AS "{_TOTAL}" FROM "{row.table}"{where}{order}'
    opened = open_rows(
        VISITOR, sql=f"{sql} LIMIT {max(limit, 1)} OFFSET {offset}", purpose="open",
        way="interface", rows_max=ROWS_MAX,
    )  # fmt: skip
    records = opened.table.to_pylist()
    total = records[0][_TOTAL] if records else 0
    if not records and offset:
        counted = open_rows(
            VISITOR, sql=f'SELECT count(*) AS n FROM "{row.table}"{where}', purpose="open",
            way="interface", rows_max=1,
        )  # fmt: skip
        total = counted.table.to_pylist()[0]["n"]
    told = [{name: _plain(record[name]) for name in names} for record in records[:limit]]
    return {
        "resource_id": str(asked["resource_id"]), "fields": _fields(row, names), "records": told,
        "total": total, "total_was_estimated": False, "limit": limit, "offset": offset,
        "include_total": True, "records_format": "objects",
    }  # fmt: skip


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    return "'" + str(value)[:500].replace("'", "''") + "'"


def _names(given: Any, known: list[str]) -> list[str]:
    if not given:
        return []
    names = given if isinstance(given, list) else [n.strip() for n in str(given).split(",")]
    for name in names:
        if name not in known:
            message = _UNKNOWN.format(name)
            raise Invalid(message, fields={"fields": message})
    return [str(name) for name in names]


def _where(asked: dict[str, Any], known: list[str]) -> str:
    filters = asked.get("filters") or {}
    if isinstance(filters, str):
        try:
            filters = json.loads(filters)
        except ValueError:
            filters = None
    if not isinstance(filters, dict):
        message = T("filters 应为 JSON 对象。", "filters is a JSON object")
        raise Invalid(message, fields={"filters": message})
    parts = []
    for name, value in filters.items():
        if name not in known:
            message = _UNKNOWN.format(name)
            raise Invalid(message, fields={"filters": message})
        values = value if isinstance(value, list) else [value]
        listed = ", ".join(_literal(each) for each in values[:100])
        parts.append(f"CAST({_quoted(name)} AS VARCHAR) IN ({listed or 'NULL'})")
    text = asked.get("q")
    if isinstance(text, str) and text.strip():
        found = _literal(f"%{text.strip()}%")
        each = [f"CAST({_quoted(name)} AS VARCHAR) ILIKE {found}" for name in known[:60]]
        parts.append(f"({' OR '.join(each)})")
    return f" WHERE {' AND '.join(parts)}" if parts else ""


def _order(text: str, known: list[str]) -> str:
    parts = []
    for piece in filter(None, (p.strip() for p in text.split(","))):
        name, _, way = piece.partition(" ")
        name = name.strip('"')
        if name not in known or way.strip().lower() not in ("", "asc", "desc"):
            message = _UNKNOWN.format(piece[:60])
            raise Invalid(message, fields={"sort": message})
        parts.append(f"{_quoted(name)} {way.strip().upper() or 'ASC'}")
    return f" ORDER BY {', '.join(parts)}" if parts else ""
