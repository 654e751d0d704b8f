"""Lists and nested values of a JSON field, written out for people instead of shown as code.

A value may carry its English beside it (``name`` and ``name_en``, or ``zh`` and ``en``): the
reader gets his language. What a register wants shown otherwise it says by
``extra={"words": {"materials": function of the record}}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join

from guanggu.base.bilingual import T, current_language


def structure_text(value: Any) -> Any:
    """A list as bullets where its parts have parts, else in one line; a schema by its titles."""
    if isinstance(value, list) and any(isinstance(v, Mapping | list) for v in value):
        lines = ((line_text(v),) for v in value)
        return format_html('<ul class="said">{}</ul>', format_html_join("", "<li>{}</li>", lines))
    return line_text(value)


def line_text(value: Any) -> str:
    """The value in one line of the reader's language."""
    is_english = current_language() == "en"
    comma, semicolon = (", ", "; ") if is_english else (T("、", ", ").zh, T("；", "; ").zh)
    if isinstance(value, bool):
        return str(T("是", "Yes") if value else T("否", "No"))
    if isinstance(value, list):
        return comma.join(line_text(v) for v in value if v not in ("", None))
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    if isinstance(value.get("properties"), Mapping):
        return comma.join(_title(n, p, is_english) for n, p in value["properties"].items())
    if set(value) == {"zh", "en"}:
        return str(value["en" if is_english else "zh"])
    parts = []
    for name, inner in value.items():
        if name.endswith("_en") or inner in ("", None, [], {}):
            continue
        if isinstance(inner, bool):
            continue
        chosen = value.get(f"{name}_en") or inner if is_english else inner
        parts.append(line_text(chosen))
    return semicolon.join(parts)


def _title(name: str, part: Any, is_english: bool) -> str:
    if not isinstance(part, Mapping):
        return name
    title = part.get("title", name)
    return str(part.get("x-title-en", title) if is_english else title)
