"""Checks of the form and of the guards that speak about its answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import zen

from guanggu.base.bilingual import T

from .forms import form_rows, schema_of_rows
from .places import FILL, NAME, Found

_FORM_PATH = re.compile(r"\bform((?:\.[A-Za-z_]\w*)+)")


def guard_problems(item: Mapping[str, Any], place: str, guard: Any) -> Found:
    """A guard is a zen expression over ``form``, the answers given."""
    if not guard:
        return
    fault = zen.validate_expression(str(guard))
    if fault:
        yield (
            place,
            T(
                "条件“{}”无法解析，请参照：form.premises.tenure == 'lease'。({})",
                "The guard “{}” cannot be read; write it like form.premises.tenure == 'lease'. ({})",
            ).format(guard, str(fault.get("source", ""))[:120]),
        )
        return
    known = {row["path"] for row in rows_of_form(item)}
    for path in _FORM_PATH.findall(str(guard)):
        if path[1:] not in known:
            yield (
                place,
                T(
                    "条件引用了表单中没有的字段“{}”，请核对字段路径。",
                    "The guard names “{}”, which the form does not ask; check the path.",
                ).format(path[1:]),
            )


def rows_of_form(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    schema = item.get("form_schema")
    try:
        return list(form_rows(schema)) if isinstance(schema, Mapping) else []
    except (AttributeError, TypeError, KeyError):
        return []


def form_problems(item: Mapping[str, Any]) -> Found:
    schema = item.get("form_schema")
    rows = rows_of_form(item)
    if not isinstance(schema, Mapping) or not rows:
        yield "form_schema", T("请至少设置一个表单字段。", "Give the form at least one field.")
        return
    try:
        jsonschema_rs.Draft202012Validator(dict(schema))
    except (ValueError, jsonschema_rs.ValidationError) as error:
        yield (
            "form_schema",
            T("表单定义不是有效的 JSON Schema:{}", "The form is no valid JSON Schema: {}").format(
                str(error).split("\n", 1)[0][:160]
            ),
        )
        return
    for number, row in enumerate(rows):
        yield from _form_row(f"form_schema.{number}", row, rows)
    try:
        same = schema_of_rows(rows) == schema
    except KeyError:
        same = False
    if not same:
        yield (
            "form_schema",
            T(
                "表单含有填报表格无法表达的内容，请按“表单”工作表的列编写。",
                "The form holds what the sheet cannot say; write it with the columns of sheet “Form”.",
            ),
        )


def _form_row(place: str, row: Mapping[str, Any], rows: list[dict[str, Any]]) -> Found:
    for name in row["path"].split("."):
        if not NAME.fullmatch(name):
            yield (
                f"{place}.path",
                T(
                    "字段路径“{}”应由字母、数字、下划线组成，用点号分层。",
                    "The path “{}” is made of letters, digits and underscores, with dots between.",
                ).format(row["path"]),
            )
    for column, label in (("title", T("标题", "the title")),
                          ("title_en", T("英文标题", "the English title"))):  # fmt: skip
        if not row.get(column):
            yield f"{place}.{column}", FILL.format(label)
    if row["kind"] in ("choice", "choices"):
        options = row.get("options") or []
        codes = [option["code"] for option in options]
        whole = all(all(str(o.get(k) or "").strip() for k in ("code", "zh", "en")) for o in options)
        if len(options) < 2 or not whole or len(set(codes)) < len(codes):
            yield (
                f"{place}.options",
                T(
                    "请至少给出两个选项，每行一个：标识=中文|English,标识不得重复。",
                    "Give two options or more, one a line: code=中文|English, no code twice.",
                ),
            )
    for path in row.get("show_when") or {}:
        if path not in {other["path"] for other in rows}:
            yield (
                f"{place}.show_when",
                T(
                    "显示条件引用了不存在的字段“{}”。", "It depends on “{}”, which is not asked."
                ).format(path),
            )
