"""From a table of the lake to its description: items, masks, first sharing class, code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanggu.base.bilingual import T
from guanggu.standards import gb_t_21063

from .masking import guessed

# 国务院办公厅《政务数据分类分级》尚无统一编号;levels as departments use them.
SENSITIVITY: dict[str, T] = {
    "public": T("公开", "Public"),
    "internal": T("内部", "Internal"),
    "personal": T("个人信息", "Personal"),
    "sensitive": T("敏感个人信息", "Sensitive personal"),
}
_SENSITIVE = ("id_number",)
# Which app's tables belong to which item of the classification, and to which department.
AREAS: dict[str, tuple[str, str]] = {
    "legal_entities": ("102", "scj"), "powers": ("201", "zwb"), "approvals": ("201", "zwb"),
    "portal": ("201", "zwb"), "environment": ("202", "hsj"), "lakes": ("202", "hsj"),
    "observation": ("202", "hsj"), "observations": ("202", "hsj"), "datastreams": ("202", "hsj"),
    "iot_platform": ("204", "dsj"), "atlas": ("103", "zrj"), "office": ("301", "bgs"),
    "supervision": ("302", "jwj"), "case": ("201", "zwb"), "journal": ("302", "dsj"),
    "macro_economy": ("203", "tjj"), "indicator": ("203", "tjj"), "projects": ("206", "fgj"),
    "plan": ("206", "fgj"), "identity": ("302", "dsj"), "document": ("301", "bgs"),
}  # fmt: skip
_ELSE = ("302", "dsj")
# What nobody but its keeper needs: what was said and signed inside, keys and evidence.
_WITHHELD = ("journal_", "identity_", "backup_", "antivirus_", "connector_", "document_", "office_")
BASIS_INSIDE = "内部管理与安全审计信息，依照《网络安全法》第二十一条、《保守国家秘密法》及个人信息保护法第六条不予共享"
# Joined to nearly everything, and printed on every door plate.
_PLAIN = {"identity_organisations"}
_NESTED = ("JSON", "STRUCT", "MAP", "[]", "BLOB")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the lake tells of it."""

    name: str
    title: T
    type: str
    is_personal: bool = False
    ref: str = ""


def area_of(table: str) -> tuple[str, str]:
    """(item of the classification, short code of the department) by the longest app's name."""
    fits = [name for name in AREAS if table == name or table.startswith(f"{name}_")]
    return AREAS[max(fits, key=len)] if fits else _ELSE


def item_of(column: Column) -> dict[str, Any]:
    """The item (信息项) of a column: with a mask where it is, or may be, personal.

    A nested value nobody has looked through may hold anything: it counts as personal and is
    withheld until a keeper says what it is.
    """
    mask = guessed(column.name, column.title.zh, column.is_personal)
    if not mask and any(sign in column.type.upper() for sign in _NESTED):
        mask = "drop"
    level = "sensitive" if mask in _SENSITIVE else "personal" if mask else "internal"
    return {
        "name": column.name, "title": column.title.zh, "title_en": column.title.en,
        "type": gb_t_21063.type_of(column.type), "stored": column.type, "mask": mask,
        "sensitivity": level, "is_shared": True, "is_open": not mask, "ref": column.ref,
    }  # fmt: skip


def merged_items(
    held: Sequence[Mapping[str, Any]], columns: Sequence[Column]
) -> list[dict[str, Any]]:
    """Items of the columns as they are now; what a keeper has set of a column stays.

    A column that its register has come to mark personal is withheld, whatever was set before.
    """
    known = {item["name"]: dict(item) for item in held}
    made = []
    for column in columns:
        fresh = item_of(column)
        item = {**fresh, **known.get(column.name, {})}
        item |= {n: fresh[n] for n in ("title", "title_en", "type", "stored", "ref")}
        if column.is_personal and not item["mask"]:
            item |= {"mask": fresh["mask"] or "drop", "sensitivity": "personal", "is_open": False}
        made.append(item)
    return made


def first_sharing(table: str, is_public: bool, items: Sequence[Mapping[str, Any]]) -> str:
    """The class that a new table is given until its provider says otherwise."""
    if table in _PLAIN:
        return "unconditional"
    if table.startswith(_WITHHELD) or table.endswith("_history"):
        return "none"
    if is_public and not any(item["mask"] for item in items):
        return "unconditional"
    return "conditional"


def problem_of_items(items: Any) -> T | None:
    """What is wrong with hand-written items; None where they fit."""
    from .masking import MASKS

    if not isinstance(items, list):
        return T("信息项应为列表。", "The items are a list.")
    for item in items:
        if not isinstance(item, dict) or not item.get("name") or not item.get("title"):
            return T(
                "每个信息项都应有名称（name）和中文名称（title）。",
                "Each item has a name and a title.",
            )
        if item.get("mask", "") not in {"", *MASKS}:
            return T("信息项“{}”的脱敏方式不存在。", "{} has an unknown mask.").format(item["name"])
        if item.get("mask") and item.get("is_open"):
            return T(
                "信息项“{}”是个人信息，不能开放。", "{} is personal and cannot be open."
            ).format(item["name"])
    return None
