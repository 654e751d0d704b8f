"""The value of a record's field, as people read it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.html import format_html

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import visible
from guanggu.kernel.register.public import REGISTERS, Record
from guanggu.web.addresses import record_address
from guanggu.web.dates import day_text, instant_text

from .structures import structure_text


def raw_text(field: models.Field, value: Any) -> Any:
    """A stored value (of a row or of an event) in words."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if field.choices:
        labels = dict(field.flatchoices)
        return labels.get(value, value)
    if isinstance(value, bool):
        return T("是", "Yes") if value else T("否", "No")
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, str) and isinstance(field, models.DateField):
        try:
            return raw_text(
                field, datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
            )
        except ValueError:
            return value
    if isinstance(value, list | dict):
        return structure_text(value)
    return value


def field_text(record: models.Model, name: str, *, linked: bool = False) -> Any:
    """The field of a record in words; with ``linked`` a related record leads to its page."""
    field = record._meta.get_field(name)
    value = getattr(record, name)
    if isinstance(field, models.ForeignKey):
        if value is None:
            return ""
        address = record_address(value) if linked and isinstance(value, Record) else ""
        title = getattr(value, "title", None) or value
        return format_html('<a href="{}">{}</a>', address, title) if address else title
    return raw_text(field, value)  # type: ignore[arg-type]


def is_numeric(field: models.Field) -> bool:
    return (
        isinstance(field, models.IntegerField | models.DecimalField | models.FloatField)
        and not field.choices
    )


def related_names(model: type[models.Model], names: tuple[str, ...]) -> list[str]:
    """Those of the names that are relations, to be fetched with the rows."""
    return [n for n in names if isinstance(model._meta.get_field(n), models.ForeignKey)]


def related_rows(field: models.ForeignKey, actor: Actor) -> models.QuerySet:
    """What the relation may point to, as far as the actor may see it, in the order of its key."""
    model = field.related_model
    rows = model._default_manager.order_by(key_name(model))
    register = next((r for r in REGISTERS.values() if r.model is model), None)
    return rows if register is None else visible(actor, rows, register.view)


def key_name(model: type[models.Model]) -> str:
    """The column by which people name rows of this table: ``key`` of records, else ``code``."""
    return "key" if any(f.name == "key" for f in model._meta.fields) else "code"
