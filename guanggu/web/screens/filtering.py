"""Filters of a list: kept in the address, so that a filtered list can be bookmarked and sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.limits import SEARCH_CHARACTERS_MAX
from guanggu.kernel.register.public import Register, find
from guanggu.web.controls import Control, Option

from .values import key_name, related_rows

OPTIONS_MAX = 200  # related rows offered as options; beyond it the code is typed
_FOUND_MAX = 500  # hits of full text that a list is narrowed to


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _condition(field: models.Field, values: Mapping[str, str]) -> Q:
    """What one filter asks of the rows; text that makes no sense asks nothing."""
    name, text = field.name, values.get(field.name, "").strip()[:SEARCH_CHARACTERS_MAX]
    if isinstance(field, models.DateField):
        condition = Q()
        for suffix, comparison in (("from", "gte"), ("until", "lte")):
            found = _date(values.get(f"{name}_{suffix}", ""))
            if found:
                part = f"{name}__date" if isinstance(field, models.DateTimeField) else name
                condition &= Q(**{f"{part}__{comparison}": found})
        return condition
    if not text or "\0" in text:
        return Q()
    if isinstance(field, models.ForeignKey):
        return Q(**{f"{name}__{key_name(field.related_model)}": text})
    if isinstance(field, models.BooleanField):
        return Q(**{name: text == "true"}) if text in ("true", "false") else Q()
    if field.choices:
        wanted = {str(value): value for value, _ in field.flatchoices}
        return Q(**{name: wanted[text]}) if text in wanted else Q(pk__in=[])
    if isinstance(field, models.IntegerField):
        return Q(**{name: int(text)}) if text.isdecimal() and len(text) < 10 else Q(pk__in=[])
    return Q(**{f"{name}__istartswith": text})


def narrowed(
    register: Register, actor: Actor, rows: QuerySet, values: Mapping[str, str]
) -> QuerySet:
    """The rows that fit the filters and the quick search ``q`` of the address."""
    for name in register.filters:
        rows = rows.filter(_condition(register.model._meta.get_field(name), values))  # type: ignore[arg-type]
    query = values.get("q", "").strip()[:SEARCH_CHARACTERS_MAX].replace("\0", "")
    if query:
        found = find(actor, query, [register.collection], limit=_FOUND_MAX)
        rows = rows.filter(Q(key__in=[f.ref.key for f in found]) | Q(key__istartswith=query))
    return rows


def _options(field: models.Field, actor: Actor, text: str) -> list[Option] | None:
    """The options of a filter, None where it is typed."""
    pairs: list[tuple[str, Any]]
    if isinstance(field, models.ForeignKey):
        name = key_name(field.related_model)
        related = list(related_rows(field, actor)[: OPTIONS_MAX + 1])
        if len(related) > OPTIONS_MAX:
            return None
        pairs = [(getattr(r, name), getattr(r, "title", None) or str(r)) for r in related]
    elif isinstance(field, models.BooleanField):
        pairs = [("true", T("是", "Yes")), ("false", T("否", "No"))]
    elif field.choices:
        pairs = [
            (str(value), label) for value, label in field.flatchoices if value not in ("", None)
        ]
    else:
        return None
    everything = Option("", T("全部", "All"), not text)
    return [everything, *(Option(v, label, v == text) for v, label in pairs)]


def controls(register: Register, actor: Actor, values: Mapping[str, str]) -> list[Control]:
    """The filter row: quick search first, then each declared filter with its present value."""
    drawn = [
        Control(
            "filter-q", "q", T("关键词", "Search"), kind="search", required=True,
            value=values.get("q", "")[:SEARCH_CHARACTERS_MAX],
        )
    ]  # fmt: skip
    for name in register.filters:
        field: Any = register.model._meta.get_field(name)
        label = register.label(name)
        if isinstance(field, models.DateField):
            for suffix, word in (("from", T("（起）", " from")), ("until", T("（止）", " until"))):
                part = f"{name}_{suffix}"
                value = values.get(part, "")
                drawn.append(
                    Control(
                        f"filter-{part}",
                        part,
                        label + word,
                        kind="date",
                        value=value,
                        required=True,
                    )
                )
            continue
        text = values.get(name, "").strip()
        control = Control(f"filter-{name}", name, label, value=text, required=True)
        options = _options(field, actor, text)
        if options is not None:
            control.kind, control.options = "select", options
        drawn.append(control)
    return drawn


def chips(
    register: Register, values: Mapping[str, str], drawn: list[Control]
) -> list[tuple[str, T]]:
    """What the list is narrowed by, each as (parameter to take out, words)."""
    found = []
    for control in drawn:
        if not control.value or control.name not in values:
            continue
        text = next((o.label for o in control.options if o.chosen), control.value)
        label = control.label if isinstance(control.label, T) else T(control.label, control.label)
        found.append(
            (control.name, label + T("：", ": ") + (text if isinstance(text, T) else str(text)))
        )
    return found
