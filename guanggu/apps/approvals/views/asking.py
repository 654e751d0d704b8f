"""Words of a question in a schema, from the bilingual text."""

from __future__ import annotations

from typing import Any

from guanggu.base.bilingual import T


def named(text: T, keyword: str = "title") -> dict[str, str]:
    """The keyword in both languages, as ``guanggu.web.schema_form`` reads it."""
    english = "x-title-en" if keyword == "title" else f"{keyword}-en"
    return {keyword: text.zh, english: text.en}


def option(value: str, text: T) -> dict[str, Any]:
    return {"const": value, **named(text)}


def line(text: T, **more: Any) -> dict[str, Any]:
    return {"type": "string", **named(text), "maxLength": 200, **more}


def prose(text: T, **more: Any) -> dict[str, Any]:
    """A text of several lines that has to be given."""
    made = {"type": "string", **named(text), "x-widget": "textarea"}
    return {**made, "maxLength": 2000, "minLength": 1, **more}


def days(text: T, most: int) -> dict[str, Any]:
    unit = named(T("个工作日", "working days"), "x-unit")
    return {"type": "integer", **named(text), "minimum": 1, "maximum": most, **unit}
