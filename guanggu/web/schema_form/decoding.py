"""From posted text to JSON: what was typed becomes what was meant, junk stays and is refused."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.http import QueryDict

from guanggu.base.limits import TEXT_CHARACTERS_MAX

from .formats import normalise
from .nodes import Node

ROWS_MAX = 100
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without control characters and outer blanks, lines ended by one newline."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text).strip()[: TEXT_CHARACTERS_MAX + 1]


def number_of(text: str) -> int | float | str:
    """A number typed with full-width digits or separators; other text is left as it is."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    if not _NUMBER.fullmatch(plain):
        return text
    value = float(plain)
    return int(plain.partition(".")[0]) if value.is_integer() else value


def rows_of(node: Node, post: QueryDict, prefix: str) -> int:
    """How many rows the page had: a number within bounds, whatever was posted."""
    text = post.get(f"{prefix}{node.path}._rows", "0")
    return min(int(text), ROWS_MAX) if re.fullmatch(r"[0-9]{1,4}", text) else 0


def _leaf(node: Node, post: QueryDict, name: str) -> Any:
    if node.kind == "choices":
        by_text = {str(c.value): c.value for c in node.choices}
        chosen = dict.fromkeys(clean(v)[:200] for v in post.getlist(name)[:200])
        return [by_text.get(v, v) for v in chosen] or None
    text = clean(post.get(name, ""))
    if node.kind == "choice":
        return {str(c.value): c.value for c in node.choices}.get(text, text or None)
    if node.kind == "boolean":
        return {"true": True, "on": True, "false": False}.get(text, text or None)
    if node.kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()] or None
    if not text:
        return None
    if node.type in ("integer", "number"):
        return number_of(text)
    return normalise(text, node.format)


def decode(
    nodes: tuple[Node, ...], post: QueryDict, prefix: str = "", row: str = ""
) -> dict[str, Any]:
    """The posted answers as JSON; what is empty is left out. ``row`` stands for ``#`` in paths."""
    data: dict[str, Any] = {}
    for node in nodes:
        if node.kind == "section":
            value: Any = decode(node.children, post, prefix, row)
        elif node.kind == "rows":
            value = [
                decode(node.children, post, prefix, str(i))
                for i in range(rows_of(node, post, prefix))
            ]
        else:
            value = _leaf(node, post, prefix + node.path.replace("#", row))
        if value is not None:
            data[node.name] = value
    return data


def without_blank_rows(nodes: tuple[Node, ...], data: dict[str, Any]) -> dict[str, Any]:
    """Rows nobody filled in are no rows, and a section or table without answers is no answer."""
    kept = dict(data)
    for node in nodes:
        if node.name not in kept:
            continue
        value = kept[node.name]
        if node.kind == "rows" and isinstance(value, list):
            value = [row for row in value if row]
        elif node.kind == "section" and isinstance(value, dict):
            value = without_blank_rows(node.children, value)
        if node.kind in ("rows", "section") and not value:
            del kept[node.name]
        else:
            kept[node.name] = value
    return kept
