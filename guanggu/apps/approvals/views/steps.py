"""An item's form in steps: one for each section, one for the questions that stand alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanggu.base.bilingual import T
from guanggu.web.schema_form import check, prune

from ..rules import asks_for_contact
from .asking import line, named, option

_ORDER_LAST = 10_000
APPLICANT = T("申请人信息", "Applicant")
MATERIALS = T("申请材料", "Materials")
DELIVERY = T("送达方式", "Delivery")
CHECK = T("核对并提交", "Check and submit")


@dataclass(frozen=True)
class Step:
    """code: "applicant", "form-1" …, "materials", "delivery", "check"; names: of the form."""

    code: str
    title: T
    names: tuple[str, ...] = ()


def ordered(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The properties as they were written: a database may have reordered their names."""
    properties = schema.get("properties") or {}
    return dict(sorted(properties.items(), key=lambda p: p[1].get("x-order", _ORDER_LAST)))


def ordered_deep(schema: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(schema)
    if "properties" in made:
        made["properties"] = {n: ordered_deep(part) for n, part in ordered(schema).items()}
    if isinstance(made.get("items"), Mapping):
        made["items"] = ordered_deep(made["items"])
    return made


def _title(part: Mapping[str, Any], name: str) -> T:
    return T(part.get("title") or name, part.get("x-title-en") or part.get("title") or name)


def _loose_title(parts: list[Mapping[str, Any]]) -> T:
    """What to call a step of questions that stand in no section."""
    if all(part.get("const") is True for part in parts):
        return T("承诺", "Pledge")
    if len(parts) == 1 and parts[0].get("title"):
        return _title(parts[0], "")
    return T("申请内容", "What is applied for")


def form_steps(schema: Mapping[str, Any]) -> list[Step]:
    """The steps of the form, in its order."""
    properties = ordered(schema)
    groups: list[list[str]] = []
    loose = False
    for name, part in properties.items():
        is_section = part.get("type") == "object"
        if loose and not is_section:
            groups[-1].append(name)
        else:
            groups.append([name])
        loose = not is_section
    steps = []
    for number, names in enumerate(groups, start=1):
        parts = [properties[n] for n in names]
        is_section = parts[0].get("type") == "object"
        title = _title(parts[0], names[0]) if is_section else _loose_title(parts)
        steps.append(Step(f"form-{number}", title, tuple(names)))
    return steps


def steps_of(item: Mapping[str, Any]) -> list[Step]:
    """Every step of an application for the item; who applies is asked once."""
    schema = item.get("form_schema") or {}
    return [
        *([] if asks_for_contact(schema) else [Step("applicant", APPLICANT)]),
        *form_steps(schema),
        Step("materials", MATERIALS),
        Step("delivery", DELIVERY),
        Step("check", CHECK),
    ]


def part_of(schema: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The schema of one step."""
    whole = ordered_deep(schema)
    return {
        "type": "object",
        "properties": {n: p for n, p in whole["properties"].items() if n in names},
        "required": [n for n in schema.get("required") or () if n in names],
    }


def form_errors(schema: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, T]:
    """What is wrong with the whole form, by dotted path."""
    return check(ordered_deep(schema), prune(schema, form))


def applicant_schema(is_firm: bool) -> dict[str, Any]:
    """How the applicant is reached; who he is comes from the account."""
    properties: dict[str, Any] = {}
    if is_firm:
        properties["legal_representative"] = line(T("法定代表人（负责人）", "Legal representative"))
    else:
        properties["code"] = line(T("公民身份号码", "Citizen identity number"), format="citizen-id")
    properties |= {
        "contact_name": line(T("联系人", "Contact")),
        "contact_phone": line(T("联系电话", "Telephone"), format="phone"),
        "contact_email": line(T("电子邮箱", "E-mail"), format="email"),
        "address": line(T("联系地址", "Address")),
    }
    required = ["contact_name", "contact_phone", "address"]
    required += ["legal_representative"] if is_firm else ["code"]
    return {"type": "object", "properties": properties, "required": required}


def delivery_schema(item: Mapping[str, Any], ways: Mapping[str, T]) -> dict[str, Any]:
    """How the result is handed over: by the ways that the item offers."""
    offered = [w for w in item.get("delivery") or () if w in ways] or ["online"]
    options = [option(w, ways[w]) for w in offered]
    by_post = {"x-show-when": {"way": "post"}}
    return {
        "type": "object",
        "required": ["way", "receiver", "phone", "post_address"],
        "properties": {
            "way": {"type": "string", **named(T("结果送达方式", "Deliver the result")),
                    "x-widget": "radios", "oneOf": options},
            "receiver": line(T("收件人", "Receiver"), **by_post),
            "phone": line(T("收件电话", "Telephone"), format="phone", **by_post),
            "post_address": line(T("邮寄地址", "Postal address"), **by_post),
        },
    }  # fmt: skip
