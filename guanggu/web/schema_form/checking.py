"""Checking answers against what was really asked, with messages that say what to do."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from guanggu.base.bilingual import T
from guanggu.base.limits import TEXT_CHARACTERS_MAX

from .decoding import ROWS_MAX
from .formats import FORMATS, MESSAGES
from .nodes import Node, Schema, children_of, is_shown, words

_OWN = ("oneOf", "enum")  # choices are checked as one enum


def prune(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to what is asked; answers to hidden fields are dropped until nothing changes."""
    nodes = children_of(schema)
    kept = dict(data)
    for _ in range(len(nodes) + 1):
        smaller = _prune(nodes, kept, kept)
        if smaller == kept:
            break
        kept = smaller
    return kept


def _prune(
    nodes: tuple[Node, ...], data: Mapping[str, Any], root: Mapping[str, Any]
) -> dict[str, Any]:
    kept = dict(data)
    for node in nodes:
        if node.name in kept and not is_shown(node, root):
            del kept[node.name]
        elif node.kind == "section" and isinstance(kept.get(node.name), dict):
            kept[node.name] = _prune(node.children, kept[node.name], root)
    return kept


def _asked(node: Node, root: Mapping[str, Any]) -> dict[str, Any]:
    """The node's schema as it is checked: choices as one enum, limits where none are written."""
    schema = dict(node.schema)
    if node.kind == "section":
        return _asked_object(node.schema, node.children, root)
    if node.kind == "rows":
        schema["items"] = _asked_object(schema["items"], node.children, root)
        schema.setdefault("maxItems", ROWS_MAX)
        if node.required:
            schema.setdefault("minItems", 1)
    elif node.kind in ("choice", "choices"):
        values = {"enum": [c.value for c in node.choices]}
        if node.kind == "choice":
            return {k: v for k, v in schema.items() if k not in _OWN} | values
        items = {k: v for k, v in schema["items"].items() if k not in _OWN} | values
        schema |= {"items": items, "uniqueItems": True}
        if node.required:
            schema.setdefault("minItems", 1)
    elif node.kind == "field" and node.type == "string":
        schema.setdefault("maxLength", TEXT_CHARACTERS_MAX)
        if node.required and not schema.get("minLength"):
            schema["minLength"] = 1
    return schema


def _asked_object(
    schema: Schema, nodes: tuple[Node, ...], root: Mapping[str, Any]
) -> dict[str, Any]:
    shown = [n for n in nodes if is_shown(n, root)]
    asked = dict(schema)
    asked["type"] = "object"
    asked["properties"] = {n.name: _asked(n, root) for n in shown}
    asked["required"] = [n.name for n in shown if n.required and n.kind != "section"]
    # A section that demands something is demanded itself.
    asked["required"] += [
        n.name for n in shown if n.kind == "section" and asked["properties"][n.name]["required"]
    ]
    return asked


@functools.lru_cache(maxsize=256)
def _validator(text: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        json.loads(text), validate_formats=True, formats=FORMATS
    )


def _nodes_by_path(nodes: tuple[Node, ...]) -> dict[str, Node]:
    return {n.path: n for node in nodes for n in node.walk()}


def check(schema: Schema, data: Mapping[str, Any]) -> dict[str, T]:
    """What is wrong, by dotted path (``staff.0.name``); empty where all is well.

    ``data`` is checked as if pruned: call ``prune`` for what to keep. Raises ValueError where
    the schema itself is no schema."""
    nodes = children_of(schema)
    data = prune(schema, data)
    asked = _asked_object(schema, nodes, data)
    by_path = _nodes_by_path(nodes)
    errors: dict[str, T] = {}
    for error in _validator(json.dumps(asked, sort_keys=True)).iter_errors(data):
        path = [str(part) for part in error.instance_path]
        details = error.kind.as_dict()
        if error.kind.name == "required":
            path.append(details["property"])
            missing = by_path.get(_pattern(path))
            if missing is not None and missing.kind == "section":
                errors |= _missing_in(missing, data)
                continue
        node = by_path.get(_pattern(path)) or by_path.get(_pattern(path[:-1]))
        if node is not None and node.kind == "choices" and path[-1].isdecimal():
            path = path[:-1]
        errors.setdefault(".".join(path), message(error.kind.name, details, node))
    return errors


def _missing_in(section: Node, root: Mapping[str, Any]) -> dict[str, T]:
    """A section without any answer: each of its demanded fields is missing."""
    found: dict[str, T] = {}
    for child in section.children:
        if not is_shown(child, root):
            continue
        if child.kind == "section":
            found |= _missing_in(child, root)
        elif child.required:
            found[child.path] = message("required", {}, child)
    return found


def _pattern(path: list[str]) -> str:
    return ".".join("#" if part.isdecimal() else part for part in path)


def lowered(label: T) -> T:
    """The label inside an English sentence: "Floor area" becomes "floor area", "ID" stays."""
    en = label.en
    inside = en[:1].lower() + en[1:] if len(en) > 1 and not en[1].isupper() else en
    return T(label.zh, inside)


def message(kind: str, details: Mapping[str, Any], node: Node | None) -> T:
    """One sentence that says what to do about an error of this kind at this field."""
    if node is None:
        return T("此项内容不在表单中，请删除。", "This is not asked for; remove it.")
    label = lowered(node.label)
    limit = details.get("limit", "")
    if kind == "required" or (kind == "minLength" and limit == 1):
        return _missing_message(node, label)
    if kind == "format":
        return MESSAGES.get(
            node.format, T("请按要求的格式填写{}。", "Enter {} in the form asked.").format(label)
        )
    if kind == "pattern":
        return words(node.schema, "x-pattern-help") or T(
            "{}的格式不对，请对照填写说明更正。", "Check {}: it is not in the form asked."
        ).format(label)
    if kind == "const" and node.kind == "boolean":
        return T("请勾选“{}”后再提交。", "Tick “{}” to go on.").format(node.label)
    if kind in ("enum", "oneOf", "const"):
        return T("请从列出的选项中选择{}。", "Choose {} from the list.").format(label)
    if kind == "type":
        return _TYPES.get(node.type, _TYPES["string"]).format(label)
    text = _LIMITS.get(kind)
    if text is not None:
        return text.format(label=label, limit=details.get("multiple_of", limit))
    return T("请检查{}，填写内容不符合要求。", "Check {}: it does not fit what is asked.").format(
        label
    )


def _missing_message(node: Node, label: T) -> T:
    if node.kind in ("choice", "choices", "boolean"):
        return T("请选择{}。", "Choose {}.").format(label)
    if node.kind == "rows":
        return T("请至少填写一行{}。", "Fill in at least one row of {}.").format(label)
    return T("请填写{}。", "Enter {}.").format(label)


_TYPES = {
    "string": T("请填写{}。", "Enter {}."),
    "integer": T("{}请填写整数，如 12。", "Enter {} as a whole number, such as 12."),
    "number": T("{}请填写数字，如 12.5。", "Enter {} as a number, such as 12.5."),
    "boolean": T("请选择{}。", "Choose {}."),
    "array": T("请填写{}。", "Fill in {}."),
    "object": T("请填写{}。", "Fill in {}."),
}
_LIMITS = {
    "minLength": T(
        "{label}至少填写 {limit} 个字。", "Enter {label} with at least {limit} characters."
    ),
    "maxLength": T(
        "{label}最多 {limit} 个字，请精简。", "Shorten {label} to at most {limit} characters."
    ),
    "minimum": T("{label}不能小于 {limit}。", "Enter {label} of at least {limit}."),
    "exclusiveMinimum": T("{label}须大于 {limit}。", "Enter {label} of more than {limit}."),
    "maximum": T("{label}不能大于 {limit}。", "Enter {label} of at most {limit}."),
    "exclusiveMaximum": T("{label}须小于 {limit}。", "Enter {label} of less than {limit}."),
    "multipleOf": T("{label}须为 {limit} 的整数倍。", "Enter {label} as a multiple of {limit}."),
    "minItems": T("{label}至少需要 {limit} 项。", "Give at least {limit} of {label}."),
    "maxItems": T("{label}最多 {limit} 项。", "Give at most {limit} of {label}."),
    "uniqueItems": T("{label}有重复项，请删除。", "Remove what stands twice in {label}."),
}
