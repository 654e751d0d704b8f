"""From a field of the database to a column of the lake, and its values on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import ValidationError
from django.db import models

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import GeometryField

if TYPE_CHECKING:
    import pyarrow as pa

# Columns that identify or reach a natural person, wherever a register has them: a declaration
# may add to this (``Register.personal``) and cannot take from it.
PERSONAL = re.compile(
    r"(^|_)((?<!consult_)phone|mobile|email|contact|person|birth\w*|id_number|identity_number|"
    r"id_card|applicant|applicant_name|holder|holder_name|owner_name|legal_representative|"
    r"assignee\w*|done_post|drafter\w*|signer\w*|by|by_name|chief|inspector|reporter|track|actor|"
    r"actor_name|on_behalf_of)$"
)
# What must not be anywhere but in the database.
_SECRET = re.compile(r"(secret|password|token|sealed|private)")


@dataclass(frozen=True)
class LakeColumn:
    """type: as SQL names it; is_personal: it identifies or reaches a natural person; ref: the lake
    table whose ``id`` it holds, empty where it holds a plain value."""

    name: str
    title: T
    type: str
    is_personal: bool = False
    ref: str = ""


@dataclass(frozen=True)
class Field:
    """A column together with how its values are made."""

    column: LakeColumn
    to_lake: Callable[[Any], Any]
    from_told: Callable[[Any], Any]  # from what an event says of a change

    @property
    def name(self) -> str:
        return self.column.name


def fields_of(
    model: type[models.Model], personal: Iterable[str], table_of: Callable[[type], str]
) -> tuple[Field, ...]:
    """Every stored column that the lake takes: no secrets, no raw bytes."""
    named = set(personal)
    return tuple(
        _field(field, named, table_of)
        for field in model._meta.concrete_fields
        if not _SECRET.search(field.name)
        and (isinstance(field, GeometryField) or not isinstance(field, models.BinaryField))
    )


def _field(field: models.Field, personal: set[str], table_of: Callable[[type], str]) -> Field:
    kind, to_lake = _kind(field)
    title = field.verbose_name
    title = title if isinstance(title, T) else T(str(title), str(title))
    is_personal = field.name in personal or bool(PERSONAL.search(field.name))
    ref = table_of(field.related_model) if isinstance(field, models.ForeignKey) else ""
    column = LakeColumn(field.attname, title, kind, is_personal, ref)
    return Field(column, to_lake, lambda told: _as_stored(field, told))


def _as_stored(field: models.Field, told: Any) -> Any:
    if told is None or isinstance(field, GeometryField | models.JSONField):
        return told
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    try:
        return target.to_python(told)
    except ValidationError:
        return None  # of a type that the column no longer has


def _kind(field: models.Field) -> tuple[str, Callable[[Any], Any]]:
    if isinstance(field, models.ForeignKey):
        return _kind(field.target_field)
    if isinstance(field, GeometryField):
        return "VARCHAR", _text
    for kind, name, to_lake in _KINDS:
        if isinstance(field, kind):
            return name, to_lake
    if isinstance(field, models.DecimalField):
        # Digits of the whole part to spare: a wider declaration later needs no new column.
        scale = field.decimal_places or 0
        return f"DECIMAL(38,{scale})", lambda value: None if value is None else Decimal(value)
    return "VARCHAR", _text


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _json(value) if isinstance(value, dict | list | tuple) else str(value)


def _instant(value: datetime | None) -> int | None:
    return None if value is None else clock.to_microseconds(value)


def _same(value: Any) -> Any:
    return value


def _json(value: Any) -> str | None:
    if value is None:
        return None
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode()


_KINDS: tuple[tuple[type[models.Field], str, Callable[[Any], Any]], ...] = (
    (models.BooleanField, "BOOLEAN", _same),
    (models.IntegerField, "BIGINT", _same),  # the automatic keys among them
    (models.FloatField, "DOUBLE", _same),
    (models.DateTimeField, "TIMESTAMP", _instant),  # UTC without a zone: 10 times as quick to group
    (models.DateField, "DATE", _same),
    (models.JSONField, "VARCHAR", _json),
)


def arrow_type(kind: str) -> pa.DataType:
    """Arrow's type of a column's."""
    import pyarrow as pa

    plain = {
        "VARCHAR": pa.string(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_(),
        "DOUBLE": pa.float64(), "TIMESTAMP": pa.timestamp("us"), "DATE": pa.date32(),
    }  # fmt: skip
    if kind.startswith("DECIMAL"):
        precision, scale = kind[8:-1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return plain[kind]


def table_from(rows: Sequence[Sequence[Any]], columns: Sequence[tuple[str, str]]) -> pa.Table:
    """Rows of plain values as Arrow, by (name, type)."""
    import pyarrow as pa

    across = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pa.table(
        [
            pa.array(values, arrow_type(kind))
            for values, (_, kind) in zip(across, columns, strict=True)
        ],
        names=[name for name, _ in columns],
    )
