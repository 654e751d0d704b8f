"""The catalogue follows the lake: new tables are described, changed columns taken over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from guanggu.base import clock
from guanggu.base.actor import VISITOR, Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import Organisation, get
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.lake.public import DeclaredTable, declared_tables, sources
from guanggu.kernel.register.public import REGISTERS, save_record
from guanggu.standards import gb_t_21063

from ..models import Resource
from ..queries.scopes import CHANGE_RESOURCES
from ..rules.describing import (
    BASIS_INSIDE,
    Column,
    area_of,
    first_sharing,
    merged_items,
    problem_of_items,
)

_CONDITION = "因履行职责需要使用，说明用途和期限，经提供方同意；个人信息按用途脱敏。"
_SUBJECT = "data_catalogue/lake"
_COLUMNS_WRONG = T("信息项设置有误，请按提示修改。", "The items need mending; see the message.")


def describe_lake(actor: Actor, *, is_sample: bool = False) -> dict[str, int]:
    """A resource for every table of the lake that has none; changed columns into those that have.

    Follows the declarations, not the files: it needs no lake. Answers how many were made and
    changed, and writes nothing where nothing is to be done.
    """
    held = {row.table: row.items for row in Resource.objects.exclude(table="")}
    todo = [
        table.name for table in declared_tables()
        if table.name not in held
        or merged_items(held[table.name], _columns(table)) != held[table.name]
    ]  # fmt: skip
    if not todo:
        return {"made": 0, "changed": 0}
    told: dict[str, int] = describe_tables(actor, tables=todo, is_sample=is_sample)
    return told


@action("data_centre.describe", allows=lambda actor, **_: actor.kind == "platform")
def describe_tables(actor: Actor, *, tables: list[str], is_sample: bool = False) -> dict[str, Any]:
    """Enter the named tables of the lake into the catalogue, or their columns as they are now."""
    held = {row.table: row for row in Resource.objects.filter(table__in=tables)}
    made = changed = 0
    for table in declared_tables():
        if table.name not in tables:
            continue
        row = held.get(table.name)
        if row is None:
            save_record(actor, _new(table, _columns(table), is_sample), "data_centre.created")
            made += 1
            continue
        row.items = merged_items(row.items, _columns(table))
        row.is_open = row.is_open and any(item["is_open"] for item in row.items)
        save_record(actor, row, "data_centre.changed")
        changed += 1
    append(_SUBJECT, "data_centre.described", actor, {"made": made, "changed": changed})
    return {"made": made, "changed": changed}


def _columns(table: DeclaredTable) -> list[Column]:
    """Nested values are text in the lake; here they are told apart by their declaration."""
    source = sources().get(table.name.removesuffix("_history"))
    nested = {
        field.attname for field in (source.model._meta.concrete_fields if source else ())
        if isinstance(field, models.JSONField)
    }  # fmt: skip
    return [
        Column(c.name, c.title, "JSON" if c.name in nested else c.type, c.is_personal, c.ref)
        for c in table.columns
    ]


def _is_public(table: str) -> bool:
    """Whether a passer-by may read every record of the register that the table is made from."""
    for declared in REGISTERS.values():
        if f"{declared.app}_{declared.collection}" == table:
            condition = declared.view.condition(VISITOR)
            return condition is not None and not condition
    return False


def _new(table: DeclaredTable, columns: Iterable[Column], is_sample: bool) -> Resource:
    item, department = area_of(table.name)
    items = merged_items([], list(columns))
    is_public = _is_public(table.name)
    sharing = first_sharing(table.name, is_public, items)
    provider = Organisation.objects.filter(code__endswith=f"-{department}", is_active=True).first()
    code = _next_code(item)
    title = table.title
    return Resource(
        key=code.replace("/", "-"), code=code, name=title.zh[:120], name_en=title.en[:160],
        summary=_summary(table, title), keywords=f"{table.title.zh} {table.name}"[:200],
        category=item, provider=provider, table=table.name, items=items, sharing=sharing,
        sharing_condition=_CONDITION if sharing == "conditional" else "",
        basis=BASIS_INSIDE if sharing == "none" else "",
        is_open=is_public and sharing == "unconditional",
        open_condition="可自由使用，注明来源" if sharing == "unconditional" else "",
        sensitivity="personal" if any(i["mask"] for i in items) else
        "public" if sharing == "unconditional" else "internal",
        published_on=clock.today(), source="lake", is_sample=is_sample,
    )  # fmt: skip


def _summary(table: DeclaredTable, title: T) -> str:
    return f"{title.zh}，由平台登记册与业务过程自动入湖，数据湖表为 {table.name}。"


def _next_code(item: str) -> str:
    """The next sequence within the item; two at once collide on the unique code and one retries."""
    last = (
        Resource.objects.filter(category=item)
        .order_by("-code")
        .values_list("code", flat=True)
        .first()
    )
    return gb_t_21063.code_of(item, 1, int(last.rpartition("/")[2]) + 1 if last else 1)


def _may_keep(actor: Actor, /, resource: str, **_: Any) -> bool:
    return bool(get(actor, Resource, CHANGE_RESOURCES, key=resource))


@action("data_centre.set_items", allows=_may_keep, title=T("设置信息项", "Set the items"))
def set_items(
    actor: Actor, *, resource: str, version: int, items: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Masks and classes of the items by name. Raises Invalid, Conflict for an older version."""
    row = Resource.objects.get(key=resource)
    row.version = version
    changed = []
    for item in row.items:
        values = items.get(item["name"], {})
        kept = {
            n: values[n] for n in ("mask", "is_shared", "is_open", "sensitivity") if n in values
        }
        changed.append({**item, **kept})
    demand_fit(row, changed)
    row.items = changed
    save_record(actor, row, "data_centre.changed")
    return {"key": row.key, "version": row.version}


def demand_fit(row: Resource, items: Any = None) -> None:
    """The rules on a resource before it is saved. Raises Invalid by field."""
    items = row.items if items is None else items
    if problem := problem_of_items(items):
        raise Invalid(_COLUMNS_WRONG, fields={"items": problem})
    errors = _errors_of_table(row, items)
    if not gb_t_21063.CODE.fullmatch(row.code):
        errors["code"] = T("代码格式应如 102001/000001。", "A code is such as 102001/000001.")
    if row.sharing == "conditional" and not row.sharing_condition:
        errors["sharing_condition"] = T("请写明共享条件。", "Give the condition of sharing.")
    if row.sharing == "none" and not row.basis:
        errors["basis"] = T("请写明不予共享的依据。", "Give the law that it is not shared by.")
    if row.is_open and row.sharing == "none":
        errors["is_open"] = T("不予共享的资源不能开放。", "What is not shared cannot be open.")
    if row.is_open and row.table and not any(item.get("is_open") for item in items):
        errors["is_open"] = T("没有可以开放的信息项。", "None of its items may be open.")
    if errors:
        raise Invalid(
            T("填写内容有误，请按提示修改。", "Some entries need mending."), fields=errors
        )


def _errors_of_table(row: Resource, items: Any) -> dict[str, T]:
    """A resource stays with its table of the lake, and a column that a register marks personal
    stays masked: else a keeper could describe another's table as his own."""
    held = Resource.objects.filter(pk=row.pk).values_list("table", flat=True).first() or ""
    if row.table != held:
        return {"table": T("数据湖表由平台设定，不能修改。", "The table is set by the platform.")}
    marked = {
        column.name
        for table in declared_tables() if row.table and table.name == row.table
        for column in table.columns if column.is_personal
    }  # fmt: skip
    bare = [item["title"] for item in items if item["name"] in marked and not item.get("mask")]
    if bare:
        message = T("信息项“{}”是个人信息，须选择脱敏方式。", "{} is personal and needs a mask.")
        return {"items": message.format("、".join(bare))}
    return {}
