"""A form as rows, one a field, and as JSON Schema 2020-12: the same form in two spellings.

A clerk edits rows in a sheet, the portal draws the schema. Both directions are lossless: what
a row has no column for stands in its ``extra`` as JSON. The place of a field is kept as
``x-order``, because a database may reorder the names of a JSON object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = ("date", "uscc", "citizen-id", "mobile", "phone", "email", "postcode")
ROW_KEYS = (
    "path", "kind", "title", "title_en", "required", "options", "help", "help_en", "unit",
    "unit_en", "show_when", "min", "max", "pattern", "pattern_help", "pattern_help_en", "extra",
)  # fmt: skip
_WORDS = {
    "title": "title", "title_en": "x-title-en", "help": "x-help", "help_en": "x-help-en",
    "unit": "x-unit", "unit_en": "x-unit-en", "pattern": "pattern",
    "pattern_help": "x-pattern-help", "pattern_help_en": "x-pattern-help-en",
    "show_when": "x-show-when",
}  # fmt: skip
_BASE: dict[str, dict[str, Any]] = {
    "section": {"type": "object"},
    "table": {"type": "array"},
    "text": {"type": "string"},
    "long_text": {"type": "string", "x-widget": "textarea"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "yes_no": {"type": "boolean"},
    "tick": {"type": "boolean", "const": True, "x-widget": "checkbox"},
    "choice": {"type": "string"},
    "choices": {"type": "array"},
    **{name: {"type": "string", "format": name} for name in FORMATS},
}


def _limits(kind: str) -> tuple[str, str]:
    if kind in ("table", "choices"):
        return "minItems", "maxItems"
    return ("minimum", "maximum") if kind in ("integer", "number") else ("minLength", "maxLength")


def _options(options: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{"const": o["code"], "title": o["zh"], "x-title-en": o["en"]} for o in options]


def _schema_of(row: Mapping[str, Any], order: int) -> dict[str, Any]:
    kind = row["kind"]
    schema = dict(_BASE[kind])
    for key, keyword in _WORDS.items():
        if row.get(key):
            schema[keyword] = row[key]
    for key, keyword in zip(("min", "max"), _limits(kind), strict=True):
        if row.get(key) is not None:
            schema[keyword] = row[key]
    if kind == "choice":
        schema["oneOf"] = _options(row.get("options") or ())
    elif kind == "choices":
        schema["items"] = {"type": "string", "oneOf": _options(row.get("options") or ())}
    elif kind == "section":
        schema |= {"properties": {}, "required": []}
    elif kind == "table":
        schema["items"] = {"type": "object", "properties": {}, "required": []}
    return {**schema, "x-order": order, **(row.get("extra") or {})}


def schema_of_rows(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The schema that the rows spell. Raises KeyError for a row whose parent or kind is unknown."""
    root: dict[str, Any] = {
        "$schema": DIALECT, "type": "object", "properties": {}, "required": [],
    }  # fmt: skip
    holders: dict[str, dict[str, Any]] = {"": root}
    for row in rows:
        parent, _, name = row["path"].rpartition(".")
        holder = holders[parent]
        schema = _schema_of(row, len(holder["properties"]) + 1)
        holder["properties"][name] = schema
        if row.get("required"):
            holder["required"].append(name)
        if row["kind"] in ("section", "table"):
            holders[row["path"]] = schema["items"] if row["kind"] == "table" else schema
    return root


def _kind_of(schema: Mapping[str, Any]) -> str:
    type_name = schema.get("type")
    if type_name == "array":
        return "choices" if "oneOf" in (schema.get("items") or {}) else "table"
    if type_name == "boolean":
        return "tick" if schema.get("const") is True else "yes_no"
    if type_name in ("integer", "number"):
        return str(type_name)
    if type_name == "object":
        return "section"
    if "oneOf" in schema:
        return "choice"
    if schema.get("format") in FORMATS:
        return str(schema["format"])
    return "long_text" if schema.get("x-widget") == "textarea" else "text"


def _row_of(path: str, schema: Mapping[str, Any], required: bool) -> dict[str, Any]:
    kind = _kind_of(schema)
    row: dict[str, Any] = {"path": path, "kind": kind, "required": required}
    told = {*_BASE[kind], "x-order"}
    for key, keyword in _WORDS.items():
        if schema.get(keyword):
            row[key] = schema[keyword]
            told.add(keyword)
    for key, keyword in zip(("min", "max"), _limits(kind), strict=True):
        if keyword in schema:
            row[key] = schema[keyword]
            told.add(keyword)
    if kind in ("choice", "choices"):
        options = schema["oneOf"] if kind == "choice" else schema["items"]["oneOf"]
        row["options"] = [
            {"code": o.get("const"), "zh": o.get("title", ""), "en": o.get("x-title-en", "")}
            for o in options
        ]
        told.add("oneOf" if kind == "choice" else "items")
    told |= {"section": {"properties", "required"}, "table": {"items"}}.get(kind, set())
    extra = {keyword: value for keyword, value in schema.items() if keyword not in told}
    return {**row, "extra": extra} if extra else row


def form_rows(schema: Mapping[str, Any], prefix: str = "") -> Iterator[dict[str, Any]]:
    """The rows that spell the schema, in the order in which its fields are asked."""
    required = set(schema.get("required") or ())
    properties = (schema.get("properties") or {}).items()
    for name, part in sorted(properties, key=lambda pair: pair[1].get("x-order", 0)):
        row = _row_of(prefix + name, part, name in required)
        yield row
        if row["kind"] == "section":
            yield from form_rows(part, f"{prefix}{name}.")
        elif row["kind"] == "table":
            yield from form_rows(part.get("items") or {}, f"{prefix}{name}.")


_EQUALS = re.compile(r"form\.([\w.]+) == (?:'([^']*)'|(true|false))")


def guard_in_words(guard: str, schema: Mapping[str, Any]) -> tuple[str, str] | None:
    """A simple guard in Chinese and English; None for one that plain words cannot follow.

    ``form.premises.tenure == 'lease'`` is 场所来源为“租赁” / How the premises are held: Leased.
    """
    rows = {row["path"]: row for row in form_rows(schema)}
    told: list[tuple[str, str]] = []
    parts = guard.split(" or ")
    for part in parts:
        found = _EQUALS.fullmatch(part.strip())
        row = rows.get(found[1]) if found else None
        if found is None or row is None:
            return None
        zh, en = row.get("title", ""), row.get("title_en", "")
        if found[3]:
            yes = found[3] == "true"
            told.append((f"{zh}：{'是' if yes else '否'}", f"{en}: {'yes' if yes else 'no'}"))
            continue
        option = next((o for o in row.get("options", ()) if o["code"] == found[2]), None)
        if option is None:
            return None
        told.append((f"{zh}为“{option['zh']}”", f"{en}: {option['en']}"))
    return "或者".join(zh for zh, _ in told), " or ".join(en for _, en in told)
