"""The generic writes on any declared register."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.identity.public import get, may_reach
from guanggu.kernel.journal.public import action

from .declaration import Register, register_of
from .records import DO_NOT_FIT, Record, messages_of, remove_record, save_record

_NO_REGISTER = T("没有这个登记册。", "There is no such register.")
_YES_AND_NO = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}
_UNKNOWN_FIELD = T("没有该字段", "There is no such field")
_NO_JSON = T(
    '内容应为 JSON,如 ["…"];请对照导出的文件填写。',
    'This is JSON, such as ["…"]; write it as in the exported file.',
)
_KEY_TAKEN = T("该编号已存在，请核对。", "This key is taken; check it.")
_CHOOSE = T("请选择或填写编号。", "Choose one, or give its key.")
_NO_TARGET = T("没有找到编号为“{}”的{}。", "There is no {1} with key “{0}”.")


def declared(collection: str) -> Register:
    """The register of that name. Raises Missing."""
    found = register_of(collection)
    if found is None:
        raise Missing(_NO_REGISTER)
    return found


def _may_create(actor: Actor, /, collection: str, **_: Any) -> bool:
    change = declared(collection).change
    return change is not None and change.is_possible(actor)


def _may_change(actor: Actor, /, collection: str, record: str, **_: Any) -> bool:
    register = declared(collection)
    if register.change is None or not register.change.is_possible(actor):
        return False
    get(actor, register.model, register.change, key=record)
    return True


@action("register.create", allows=_may_create, title=T("新增记录", "Create a record"))
def create_record(
    actor: Actor, *, collection: str, values: dict[str, Any], source: str = ""
) -> dict[str, Any]:
    """Create one record from JSON values by field name; answers its key and version."""
    register = declared(collection)
    record = register.model(source=source)
    assign(register, record, values)
    if not record.key and register.new_key:
        record.key = register.new_key(record)
    if register.model._default_manager.filter(key=record.key).exists():
        raise Invalid(DO_NOT_FIT, fields={"key": _KEY_TAKEN})
    register.check(record)
    save_record(actor, record, f"{register.app}.created")
    register.then(actor, record)
    _demand_within(register, actor, record)
    return {"key": record.key, "version": record.version}


@action("register.change", allows=_may_change, title=T("修改记录", "Change a record"))
def change_record(
    actor: Actor, *, collection: str, record: str, version: int, values: dict[str, Any]
) -> dict[str, Any]:
    """Change the named values of a record that is still at ``version``; else Conflict."""
    register = declared(collection)
    row = register.model._default_manager.get(key=record)
    # The version that the person saw, not the one read just now, decides who was first.
    row.version = version
    assign(register, row, values)
    register.check(row)
    save_record(actor, row, f"{register.app}.changed")
    register.then(actor, row)
    _demand_within(register, actor, row)
    return {"key": row.key, "version": row.version}


@action("register.remove", allows=_may_change, title=T("删除记录", "Remove a record"))
def delete_record(actor: Actor, *, collection: str, record: str, reason: str) -> dict[str, Any]:
    register = declared(collection)
    row = register.model._default_manager.get(key=record)
    remove_record(actor, row, f"{register.app}.removed", reason=reason)
    return {"key": record}


def _demand_within(register: Register, actor: Actor, record: Record) -> None:
    """Nobody may write a row into a place where he could not have changed it."""
    if register.change is not None and not may_reach(actor, record, register.change):
        raise Missing(
            T(
                "保存后的记录将超出您的权限范围，请核对所属单位等内容。",
                "The saved record would lie outside your permission; check its organisation.",
            )
        )


def assign(register: Register, record: Record, values: Mapping[str, Any]) -> None:
    """Put JSON values into the record. Raises Invalid naming every field that does not fit.

    A new record has all the relations that it needs then: rules and keys may follow them.
    """
    known = {field.name: field for field in register.fields}
    known.setdefault("key", register.model._meta.get_field("key"))
    errors: dict[str, T] = {}
    for name, value in values.items():
        field = known.get(name)
        if field is None:
            errors[name] = _UNKNOWN_FIELD
            continue
        try:
            _assign_one(record, field, value)
        except ValidationError as error:
            errors[name] = messages_of(error)[""]
        except Invalid as error:
            errors[name] = error.message
    if record.pk is None:
        errors |= dict.fromkeys(_relations_missing(register, record) - errors.keys(), _CHOOSE)
    if errors:
        raise Invalid(DO_NOT_FIT, fields=errors)


def _relations_missing(register: Register, record: Record) -> set[str]:
    return {
        field.name
        for field in register.fields
        if isinstance(field, models.ForeignKey)
        and not field.null
        and getattr(record, field.attname) is None
    }


def _assign_one(record: Record, field: models.Field, value: Any) -> None:
    if isinstance(field, models.ForeignKey):
        setattr(record, field.name, _target(field, value))
    elif value in ("", None):
        record_default = field.get_default()
        setattr(record, field.name, None if field.null else record_default)
    else:
        if isinstance(field, models.JSONField) and isinstance(value, str):
            value = _json_of(value)
        elif isinstance(field, models.BooleanField) and isinstance(value, str):
            value = _YES_AND_NO.get(value.strip().lower(), value)
        elif field.choices and isinstance(value, str):
            value = _choice(field, value)
        setattr(record, field.name, field.clean(value, record))


def _choice(field: models.Field, text: str) -> str:
    """The code of a choice that a sheet names in either language; any other text as it is."""
    for code, title in field.flatchoices:
        if isinstance(title, T) and text.strip() in (title.zh, title.en):
            return str(code)
    return text


def _json_of(text: str) -> Any:
    """What a text column of a sheet or a form says in JSON. Raises Invalid."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise Invalid(_NO_JSON) from error


def _target(field: models.ForeignKey, value: Any) -> models.Model | None:
    """Relations are written by the other's key or code, never by its number in the database."""
    if value in ("", None):
        return None
    model = field.related_model
    name = "key" if any(f.name == "key" for f in model._meta.fields) else "code"
    try:
        return model._default_manager.get(**{name: str(value)})
    except (ObjectDoesNotExist, ValueError) as error:
        title = model._meta.verbose_name
        raise Invalid(
            _NO_TARGET.format(value, title if isinstance(title, T) else str(title))
        ) from error
