"""Reading across systems: an app knows another's records only by reference, never by import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import visible

from .declaration import REGISTERS
from .records import Record, json_value, value_of

Snapshot = MappingProxyType[str, Any]


def snapshot(ref: Ref) -> Snapshot | None:
    """The record's present values by field name, or None where there is no such record.

    A key whose record was joined with another's leads to that one (``Register.canonical``).
    Relations are given as keys or codes; dates as ISO text. For the platform's own reading: what
    is shown to somebody is fetched with :func:`snapshots`.
    """
    held = _held.get()
    if held is None:
        return _read(ref)
    if ref not in held:
        held[ref] = _read(ref)
    return held[ref]


_held: ContextVar[dict[Ref, Snapshot | None] | None] = ContextVar("snapshots", default=None)


@contextmanager
def held_snapshots() -> Iterator[None]:
    """Read each record only once within: for bulk loads that do not change what they refer to."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def _read(ref: Ref) -> Snapshot | None:
    register = REGISTERS.get(ref.collection)
    if register is None:
        return None
    manager = register.model._default_manager
    record = manager.filter(key=ref.key).first()
    if record is None:
        record = manager.filter(key=register.canonical(ref.key)).first()
    return _of(record) if record else None


def snapshots(collection: str, actor: Actor, **filters: Any) -> Iterator[Snapshot]:
    """The records of the collection that the actor may see, in the register's order."""
    register = REGISTERS.get(collection)
    if register is None:
        return
    rows = visible(actor, register.model._default_manager.filter(**filters), register.view)
    for record in rows.order_by(register.order, "pk").iterator(chunk_size=500):
        yield _of(record)


def brief(collection: str, actor: Actor, *names: str, **filters: Any) -> list[dict[str, Any]]:
    """Some columns of the records that the actor may see: for lists that need no whole record.

    A column of a relation is named with two underscores, such as ``organisation__name``.
    """
    register = REGISTERS.get(collection)
    if register is None:
        return []
    rows = visible(actor, register.model._default_manager.filter(**filters), register.view)
    return list(rows.order_by(register.order, "pk").values(*names))


def _of(record: Record) -> Snapshot:
    values: dict[str, Any] = {"ref": str(record.ref), "title": str(record)}
    for field in record._meta.concrete_fields:
        if field.is_relation:
            target = getattr(record, field.name)
            values[field.name] = (
                getattr(target, "key", None) or getattr(target, "code", None) if target else None
            )
        else:
            values[field.name] = json_value(value_of(record, field))
    return MappingProxyType(values)
