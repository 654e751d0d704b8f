"""The JSON shapes of a register's records, made from the fields of its model."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from django.db import models
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, create_model

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record, Register
from guanggu.web.screens.editing import written_value

_BAD = re.compile(r"[\x00\ud800-\udfff]")
_INTEGER_MAX = 2**63 - 1


def storable(value: Any) -> Any:
    """The value, unless a database could not keep it: no NUL, no half of a character, no giants."""
    if isinstance(value, str) and _BAD.search(value):
        raise ValueError("characters that cannot be stored")
    if isinstance(value, int) and abs(value) > _INTEGER_MAX:
        raise ValueError("a number too large to be stored")
    if isinstance(value, float):
        raise ValueError("write decimals as text")
    if isinstance(value, dict):
        for name, inner in value.items():
            storable(name)
            storable(inner)
    elif isinstance(value, list):
        for inner in value:
            storable(inner)
    return value


Text = Annotated[str, AfterValidator(storable)]
Whole = Annotated[int, AfterValidator(storable)]
Anything = Annotated[Any, AfterValidator(storable)]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


def type_of(field: models.Field) -> Any:
    """What JSON holds for the field; decimals are text, relations the other's key or code."""
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.IntegerField):
        return Whole
    if isinstance(field, models.JSONField):
        return Anything
    return Text


def _described(label: T, field: models.Field) -> Any:
    extra: dict[str, Any] = {}
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        extra["format"] = "date"
    if field.choices:
        extra["x-choices"] = {str(v): f"{label}" for v, label in field.flatchoices}
    return Field(default=None, title=f"{label.zh} / {label.en}", json_schema_extra=extra)


def _name(register: Register, suffix: str) -> str:
    return register.model.__name__ + suffix


def record_shape(register: Register) -> type[Schema]:
    """A record as it is read."""
    fields = {
        f.name: (type_of(f) | None, _described(register.label(f.name), f)) for f in register.fields
    }
    kept = {"key": (str, ...), "version": (int, ...), "updated_at": (datetime, ...)}
    return create_model(_name(register, ""), __base__=Schema, **{**kept, **fields})


def page_shape(register: Register, record: type[Schema]) -> type[Schema]:
    """A page: ``count`` stops at a bound, and ``count_is_exact`` says whether it did."""
    return create_model(
        _name(register, "Page"),
        __base__=Schema,
        items=(list[record], ...),  # type: ignore[valid-type]
        next=(str, ""),
        previous=(str, ""),
        count=(int, ...),
        count_is_exact=(bool, ...),
    )


def values_shape(register: Register, *, new: bool) -> type[Schema]:
    """A record as it is written; only what is given is written."""
    fields: dict[str, Any] = {
        f.name: (type_of(f) | None, _described(register.label(f.name), f))
        for f in register.fields
        if f.editable and f.name != "key"
    }
    if new:
        key = register.model._meta.get_field("key")
        fields["key"] = (Text | None, _described(register.label("key"), key))  # type: ignore[arg-type]
    return create_model(_name(register, "New" if new else "Values"), __base__=Strict, **fields)


def query_shape(register: Register) -> type[Schema]:
    """The parameters of a list: quick search, order, page, and the declared filters."""
    fields: dict[str, Any] = {
        name: (Text, Field(default="", max_length=2_000))
        for name in ("q", "sort", "after", "before")
    }
    for name in register.filters:
        field = register.model._meta.get_field(name)
        parts = (
            (f"{name}_from", f"{name}_until") if isinstance(field, models.DateField) else (name,)
        )
        for part in parts:
            fields[part] = (Text, Field(default="", max_length=200))
    fields["limit"] = (int, Field(default=20, ge=1, le=200))
    return create_model(_name(register, "Query"), __base__=Schema, **fields)


def record_json(register: Register, record: Record) -> dict[str, Any]:
    """The record as JSON by field name."""
    found: dict[str, Any] = {}
    for field in register.fields:
        value = written_value(record, field.name)
        is_whole = isinstance(field, models.IntegerField | models.BooleanField | models.JSONField)
        found[field.name] = value if is_whole or value is None else str(value)
    found |= {"key": record.key, "version": record.version, "updated_at": record.updated_at}
    return found
