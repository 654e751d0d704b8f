"""Answers checked against JSON Schema 2020-12, with messages that say what to do."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

_MESSAGES: dict[str, T] = {
    "required": T("请填写。", "Fill this in."),
    "type": T("格式不对，请按提示填写。", "This is of the wrong type."),
    "enum": T("请从所列选项中选择。", "Choose one of the options."),
    "const": T("请从所列选项中选择。", "Choose one of the options."),
    "minLength": T("内容太短，请补充。", "Too short; add more."),
    "maxLength": T("内容太长，请删减。", "Too long; shorten it."),
    "pattern": T("格式不对，请核对。", "This does not have the right form."),
    "format": T("格式不对，请核对。", "This does not have the right form."),
    "minimum": T("数值太小。", "The number is too small."),
    "exclusiveMinimum": T("数值太小。", "The number is too small."),
    "maximum": T("数值太大。", "The number is too large."),
    "exclusiveMaximum": T("数值太大。", "The number is too large."),
    "minItems": T("请至少再选一项。", "Choose or add more."),
    "maxItems": T("项目太多，请删减。", "Too many; remove some."),
    "uniqueItems": T("有重复的项目。", "Some are given twice."),
    "additionalProperties": T("不应填写此项。", "This does not belong here."),
}
_OTHER = T("填写内容不符合要求。", "This does not fit.")
_SUMMARY = T("填写内容有误，请按提示修改。", "Some entries need mending; see beside each field.")


@lru_cache(maxsize=2048)
def _validator(text: bytes) -> Any:
    return jsonschema_rs.Draft202012Validator(orjson.loads(text), validate_formats=True)


def schema_fault(schema: Any) -> str:
    """Why the schema itself cannot be used; empty where it can."""
    try:
        _validator(orjson.dumps(schema))
    except (ValueError, TypeError) as error:
        return str(error).split("\n", 1)[0]
    return ""


def require_valid(schema: dict[str, Any], data: Any) -> None:
    """Raises Invalid whose ``fields`` name each place, "a.b.0" for nested ones."""
    validator = _validator(orjson.dumps(schema))
    if validator.is_valid(data):
        return
    fields: dict[str, T] = {}
    for error in validator.iter_errors(data):
        path = [str(part) for part in error.instance_path]
        kind = _keyword(error)
        if kind == "required":
            path.append(str(error.kind.property))
        fields.setdefault(".".join(path), _MESSAGES.get(kind, _OTHER))
    raise Invalid(_SUMMARY, fields=fields)


def _keyword(error: Any) -> str:
    return str(getattr(error.kind, "name", ""))
