"""Given answers, read back: for summaries, receipts and the clerk's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from guanggu.base.bilingual import T
from guanggu.web.dates import day_text

from .nodes import Node, Schema, children_of, is_shown, words


def answer_text(node: Node, value: Any) -> Any:
    """One answer in words: the label of a choice, a date in the reader's style, a unit behind."""
    if value is None or value == "" or value == []:
        return ""
    if node.kind in ("choice", "choices"):
        labels = {str(c.value): c.label for c in node.choices}
        if node.kind == "choice":
            return labels.get(str(value), value)
        value = value if isinstance(value, list) else [value]
        parts = [labels.get(str(v), T(str(v), str(v))) for v in value]
        return T("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))
    if isinstance(value, bool):
        return T("是", "Yes") if value else T("否", "No")
    if node.format == "date" and isinstance(value, str):
        try:
            return day_text(date.fromisoformat(value))
        except ValueError:
            return value
    if isinstance(value, list):
        texts = [str(v) for v in value]
        return T("；".join(texts), "; ".join(texts))
    unit = words(node.schema, "x-unit")
    return T(f"{value} {unit.zh}", f"{value} {unit.en}") if unit else value


def answers(
    schema: Schema, data: Mapping[str, Any], title: T | None = None
) -> list[dict[str, Any]]:
    """Sections of a summary, in the schema's order.

    Each is ``{"title": T, "rows": [(label, text)], "table": None | (columns, rows)}``."""
    return _sections(children_of(schema), data, data, title or T("申请信息", "Application"))


def _sections(
    nodes: tuple[Node, ...], data: Mapping[str, Any], root: Mapping[str, Any], title: T
) -> list[dict[str, Any]]:
    own: dict[str, Any] = {"title": title, "rows": [], "table": None}
    found: list[dict[str, Any]] = []
    for node in nodes:
        if not is_shown(node, root):
            continue
        value = data.get(node.name) if isinstance(data, Mapping) else None
        if node.kind == "section":
            found += _sections(node.children, value or {}, root, node.label)
        elif node.kind == "rows":
            columns = [child.label for child in node.children]
            rows = [
                [answer_text(child, row.get(child.name)) for child in node.children]
                for row in (value if isinstance(value, list) else [])
                if isinstance(row, Mapping)
            ]
            found.append({"title": node.label, "rows": [], "table": (columns, rows)})
        else:
            own["rows"].append((node.label, answer_text(node, value)))
    return ([own] if own["rows"] else []) + found
