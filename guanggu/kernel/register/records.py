"""The base of all master data: a keyed, versioned row whose every change is an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import (
    DIGEST_KEY,
    REMOVED,
    Entry,
    Event,
    append,
    append_batch,
    guard,
    state_digest,
)

MOVED_ON = T(
    "该记录在您编辑期间已被他人修改(现为第{}版)。请核对最新内容后重新提交。",
    "Somebody changed this record while you were editing (now version {}). Check it and submit again.",
)
DO_NOT_FIT = T("填写内容有误，请按提示修改。", "Some entries need mending; see beside each field.")

# Told in the event, not part of what people change.
_KEPT_BY_THE_HOUSE = frozenset({"id", "version", "created_at", "updated_at"})


class Record(models.Model):
    """A thing that exists, with where the knowledge comes from and from when until when it holds.

    A subclass sets ``collection``, the name by which other systems refer to it.
    """

    collection: ClassVar[str] = ""

    key = models.CharField(T("编号", "Key"), max_length=64, unique=True)
    version = models.PositiveIntegerField(T("版本", "Version"), default=0, editable=False)
    source = models.CharField(T("数据来源", "Source"), max_length=80, blank=True)
    valid_from = models.DateField(T("生效日期", "Valid from"), null=True, blank=True)
    valid_until = models.DateField(T("失效日期", "Valid until"), null=True, blank=True)
    created_at = models.DateTimeField(T("建立时间", "Created"), editable=False)
    updated_at = models.DateTimeField(T("更新时间", "Updated"), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return getattr(self, "name", "") or self.key

    @property
    def ref(self) -> Ref:
        return Ref(self.collection, self.key)

    def stored_values(self) -> dict[str, Any]:
        """Every stored value by column, as the digest covers it."""
        return {field.attname: value_of(self, field) for field in self._meta.concrete_fields}


def value_of(record: models.Model, field: models.Field) -> Any:
    """The value as the database will give it back: text of a date becomes a date, and so on."""
    value = getattr(record, field.attname)
    if value is None or field.is_relation:
        return value
    return field.to_python(value)


R = TypeVar("R", bound=Record)
_AFTER_SAVE: list[Callable[[Record, bool], None]] = []


def after_save(hook: Callable[[Record, bool], None]) -> None:
    """Call ``hook(record, removed)`` in the transaction of every change (search does)."""
    _AFTER_SAVE.append(hook)


_AFTER_SAVE_NEW: list[Callable[[Sequence[Record]], None]] = []


def after_save_new(hook: Callable[[Sequence[Record]], None]) -> None:
    """Call ``hook(records)`` once for many new records, in place of ``after_save`` for each."""
    _AFTER_SAVE_NEW.append(hook)


def save_record(actor: Actor, record: Record, kind: str, /, **extra: Any) -> Event:
    """Write a new or changed record with its event.

    A change of a record that somebody else changed since it was read raises Conflict; values that
    do not fit raise Invalid with the field. ``extra`` is JSON that the event tells besides.
    """
    stored = None if record.pk is None else _stored(record)
    _stamp(record, new=stored is None)
    _validate(record)
    if stored is None:
        record.save(force_insert=True)
    else:
        _update(record)
    for hook in _AFTER_SAVE:
        hook(record, False)
    return append(record.ref, kind, actor, _told(record, stored, extra))


def save_new_records(
    actor: Actor, records: Iterable[R], kind: str, *, at: Any = None, **extra: Any
) -> list[R]:
    """Write many new records and their events at once, for imports whose rows were checked."""
    records = list(records)
    for record in records:
        _stamp(record, new=True)
    if records:
        type(records[0])._default_manager.bulk_create(records, batch_size=500)
    for hook in _AFTER_SAVE_NEW:
        hook(records)
    append_batch(
        Entry(str(record.ref), kind, actor, _told(record, None, extra), at) for record in records
    )
    return records


def remove_record(actor: Actor, record: Record, kind: str, **extra: Any) -> Event:
    """Delete the row; its history stays. Raises Conflict where something still refers to it."""
    try:
        record.delete()
    except models.ProtectedError as error:
        raise Conflict(
            T(
                "仍有其他记录引用该记录，不能删除。可改为设置失效日期。",
                "Other records still refer to this one. Set an end of validity instead.",
            )
        ) from error
    for hook in _AFTER_SAVE:
        hook(record, True)
    return append(record.ref, kind, actor, {**extra, DIGEST_KEY: REMOVED})


def _stored(record: Record) -> Record | None:
    manager = type(record)._default_manager
    return manager.select_for_update().filter(pk=record.pk).first()


def _stamp(record: Record, *, new: bool) -> None:
    record.updated_at = clock.now()
    if new:
        record.created_at = record.updated_at
        record.version = 1
    else:
        record.version += 1


def _validate(record: Record) -> None:
    try:
        record.full_clean()
    except ValidationError as error:
        raise Invalid(DO_NOT_FIT, fields=messages_of(error)) from error


def messages_of(error: ValidationError) -> dict[str, T]:
    """Django's messages by field; "" holds what belongs to no single field."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return {
        "" if name == "__all__" else name: T("".join(map(str, texts)), " ".join(map(str, texts)))
        for name, texts in by_field.items()
    }


def _update(record: Record) -> None:
    manager = type(record)._default_manager
    values = {
        field.attname: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if not field.primary_key
    }
    changed = manager.filter(pk=record.pk, version=record.version - 1).update(**values)
    if not changed:
        now = manager.filter(pk=record.pk).values_list("version", flat=True).first()
        raise Conflict(MOVED_ON.format(now or 0), code="moved_on")


def _told(record: Record, stored: Record | None, extra: dict[str, Any]) -> dict[str, Any]:
    values = record.stored_values()
    before = stored.stored_values() if stored else {}
    changes = {}
    for field in record._meta.concrete_fields:
        if field.name in _KEPT_BY_THE_HOUSE:
            continue
        name = field.attname
        if stored is None:
            if values[name] not in ("", None, [], {}):
                changes[name] = [None, json_value(values[name])]
        elif values[name] != before[name]:
            changes[name] = [json_value(before[name]), json_value(values[name])]
    told = {**extra, "version": record.version, "changes": changes}
    return {**told, DIGEST_KEY: state_digest(values)}


def json_value(value: Any) -> Any:
    """A stored value as JSON without floats."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, dict):
        return {str(name): json_value(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def guard_records(model: type[Record]) -> None:
    """Have ``guanggu verify`` hold the table against the journal."""

    def rows() -> Iterator[tuple[str, str]]:
        for record in model._default_manager.order_by("pk").iterator(chunk_size=2000):
            yield record.key, state_digest(record.stored_values())

    guard(model.collection, rows)
