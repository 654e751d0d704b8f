"""Reading and writing the rows of a case by prepared SQL: the ORM's time, not the disk's, set the pace.

Rows come back as model instances like any other; only their making is cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState

from .json_text import JSONText
from .models import Involvement

M = TypeVar("M", bound=models.Model)


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


_AS_READ = "_as_read"  # of a row: its values when it was read or last written


class Table:
    """Statements and conversions of one model on one engine."""

    def __init__(self, model: type[models.Model], vendor: str):
        fields = model._meta.concrete_fields
        self.model, self.is_sqlite = model, vendor == "sqlite"
        self.columns = columns_of(model)
        self.table = model._meta.db_table
        names = ", ".join(str(field.column) for field in fields)
        rest = [str(field.column) for field in fields if not field.primary_key]
        self.select = f"SELECT {names} FROM {self.table} WHERE "
        self.insert = (
            f"INSERT INTO {self.table} ({', '.join(rest)}) "
            f"VALUES ({', '.join(['%s'] * len(rest))})"
            + ("" if self.is_sqlite else " RETURNING id")
        )
        if self.is_sqlite:
            self.insert = self.insert.replace("%s", "?")
        self.from_database = [(f.attname, read) for f in fields if (read := self._reader(f))]
        self.to_database = [(f.attname, self._writer(f)) for f in fields if not f.primary_key]
        self.places = [
            (f.attname, str(f.column), self._writer(f), isinstance(f, JSONText))
            for f in fields
            if not f.primary_key
        ]

    def _reader(self, field: models.Field) -> Callable[[Any], Any] | None:
        if isinstance(field, JSONText):
            return orjson.loads
        if self.is_sqlite and isinstance(field, models.DateTimeField):
            return lambda value: value.replace(tzinfo=UTC)
        if self.is_sqlite and isinstance(field, models.BooleanField):
            return bool
        return None

    def _writer(self, field: models.Field) -> Callable[[Any], Any] | None:
        if isinstance(field, JSONText):
            return field.get_prep_value
        if self.is_sqlite and isinstance(field, models.DateTimeField):
            return _naive_text
        if self.is_sqlite and isinstance(field, models.DateField):
            return lambda value: value.isoformat()
        return None

    def row(self, values: tuple) -> Any:
        """An instance as the ORM would give it."""
        made = self.model.__new__(self.model)
        held = made.__dict__
        held.update(zip(self.columns, values, strict=True))
        for name, read in self.from_database:
            if held[name] is not None:
                held[name] = read(held[name])
        held["_state"] = state = ModelState()
        state.adding, state.db = False, "default"
        held[_AS_READ] = held.copy()
        return made

    def changes(self, row: models.Model) -> tuple[list[str], list[Any]]:
        """Columns that differ from what was read, and their values; all where nothing was read.

        An engine renews every index whose column an UPDATE names, changed or not: of a case's
        eight most stay as they are. JSON may be changed in place, so it is always written.
        """
        held = row.__dict__
        before = held.get(_AS_READ)
        columns, values = [], []
        for name, column, write, in_place in self.places:
            value = held[name]
            if before is None or in_place or value != before[name]:
                columns.append(column)
                values.append(value if write is None or value is None else write(value))
        held[_AS_READ] = {name: held[name] for name in self.columns}
        return columns, values

    def values(self, row: models.Model) -> list[Any]:
        held = row.__dict__
        return [
            held[name] if write is None or held[name] is None else write(held[name])
            for name, write in self.to_database
        ]


def _naive_text(value: datetime) -> str:
    return str(value.astimezone(UTC).replace(tzinfo=None))


@cache
def _table(model: type[models.Model], vendor: str) -> Table:
    return Table(model, vendor)


def read(model: type[M], where: str, arguments: Iterable[Any]) -> list[M]:
    """Rows under a condition with ``%s`` places."""
    table = _table(model, connection.vendor)
    sql = table.select + where
    cursor = _run(sql.replace("%s", "?") if table.is_sqlite else sql, list(arguments))
    return [table.row(values) for values in cursor.fetchall()]


def write(row: models.Model) -> None:
    """Insert a row without an id, else update what has changed since it was read."""
    table = _table(type(row), connection.vendor)
    if row.pk is not None:
        columns, values = table.changes(row)
        place = "?" if table.is_sqlite else "%s"
        if columns:
            pairs = ", ".join(f"{column} = {place}" for column in columns)
            _run(f"UPDATE {table.table} SET {pairs} WHERE id = {place}", [*values, row.pk])
        return
    cursor = _run(table.insert, table.values(row))
    row.pk = cursor.lastrowid if table.is_sqlite else cursor.fetchone()[0]
    row._state.adding, row._state.db = False, "default"


def _run(sql: str, values: list[Any]) -> Any:
    db = connections[DEFAULT_DB_ALIAS]  # once: each look at the proxy costs as much as a query
    if db.vendor == "sqlite":
        db.ensure_connection()
        with db.wrap_database_errors:
            return db.connection.execute(sql, values)
    cursor = db.cursor()
    cursor.execute(sql, values)
    return cursor


def involve(case_id: int, organisations: Iterable[int]) -> None:
    """Note organisations that got their first task of the case."""
    sql = (
        f"INSERT INTO {Involvement._meta.db_table} (organisation_id, case_id) VALUES (%s, %s) "
        "ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        for organisation in organisations:
            cursor.execute(sql, [organisation, case_id])
