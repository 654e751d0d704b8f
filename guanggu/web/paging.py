"""Pages by key, not by number: a page costs the same at row one and at row one million.

A token holds the sort values of the row at the edge; it is read by us alone, and one that
does not decode (cut, altered, of another order) means the first page rather than an error.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet

from guanggu.base.bilingual import T
from guanggu.base.limits import COUNT_MAX, PAGE_ROWS, PAGE_ROWS_MAX


@dataclass(frozen=True, slots=True)
class Page:
    """``rows`` in order; ``next`` and ``previous`` are tokens or ""; ``count`` at most COUNT_MAX + 1."""

    rows: list[Any]
    next: str
    previous: str
    count: int | None = None
    first_again: bool = False

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def count_text(self) -> T:
        if self.count is None:
            return T("本页 {n} 条", "{n} on this page").format(n=len(self.rows))
        if self.count > COUNT_MAX:
            return T("共 {n}+ 条", "{n}+ in all").format(n=f"{COUNT_MAX:,}")
        return T("共 {n} 条", "{n} in all").format(n=f"{self.count:,}")


def bounded_count(queryset: QuerySet) -> int:
    """How many rows, counted no further than COUNT_MAX + 1."""
    return queryset.order_by()[: COUNT_MAX + 1].count()


def encode_token(values: Sequence[Any]) -> str:
    text = json.dumps([None if v is None else str(v) for v in values], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_token(token: str, length: int) -> list[str | None] | None:
    """The values of a token, or None where it is not one of ours."""
    if not token or len(token) > 2_000:
        return None
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        values = json.loads(raw.decode())
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError):
        return None
    fits = isinstance(values, list) and len(values) == length
    if not fits or any(v is not None and (not isinstance(v, str) or "\0" in v) for v in values):
        return None
    return values


def _typed(model: type[Model], name: str, value: str | None) -> Any:
    return None if value is None else cast(Field, model._meta.get_field(name)).to_python(value)


def _nullable(model: type[Model], name: str) -> bool:
    return bool(getattr(model._meta.get_field(name), "null", False))


def _beyond(model: type[Model], order: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Q:
    """Rows that come after the given one; empty values come last in either direction."""
    found, equal = Q(pk__in=[]), Q()
    for (name, falling), value in zip(order, values, strict=True):
        if value is None:
            equal &= Q(**{f"{name}__isnull": True})
            continue
        further = Q(**{f"{name}__{'lt' if falling else 'gt'}": value})
        if _nullable(model, name):
            further |= Q(**{f"{name}__isnull": True})
        found |= equal & further
        equal &= Q(**{name: value})
    return found


def _before(model: type[Model], order: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Q:
    found, equal = Q(pk__in=[]), Q()
    for (name, falling), value in zip(order, values, strict=True):
        if value is None:
            found |= equal & Q(**{f"{name}__isnull": False})
            equal &= Q(**{f"{name}__isnull": True})
            continue
        found |= equal & Q(**{f"{name}__{'gt' if falling else 'lt'}": value})
        equal &= Q(**{name: value})
    return found


def _ordering(model: type[Model], order: Sequence[tuple[str, bool]], backwards: bool) -> list[Any]:
    expressions: list[Any] = []
    for name, falling in order:
        down = falling != backwards
        # NULLS is written only where a column can be empty: it would cost SQLite its index.
        if _nullable(model, name):
            places = {"nulls_first": True} if backwards else {"nulls_last": True}
            expressions.append(F(name).desc(**places) if down else F(name).asc(**places))
        else:
            expressions.append(f"-{name}" if down else name)
    return expressions


def keyset_page(
    queryset: QuerySet,
    *,
    order: str = "pk",
    after: str = "",
    before: str = "",
    rows: int = PAGE_ROWS,
    counted: bool = True,
) -> Page:
    """One page of ``queryset`` ordered by the field ``order`` ("-name" falls), then by key.

    Raises FieldDoesNotExist for an order that is no column of the model."""
    model = queryset.model
    key = model._meta.pk.name
    name = order.lstrip("-")
    falling = order.startswith("-")
    columns = [(key, falling)] if name in ("pk", key) else [(name, falling), (key, falling)]
    rows = max(1, min(rows, PAGE_ROWS_MAX))
    values, backwards = _edge(model, columns, after, before)
    found = queryset
    if values is not None:
        side = _before if backwards else _beyond
        found = queryset.filter(side(model, columns, values))
    taken = list(found.order_by(*_ordering(model, columns, backwards))[: rows + 1])
    more, taken = len(taken) > rows, taken[:rows]
    if backwards:
        taken.reverse()

    def token(row: Any) -> str:
        return encode_token([getattr(row, model._meta.get_field(n).attname) for n, _ in columns])

    has_next = more if not backwards else True
    has_previous = more if backwards else values is not None
    return Page(
        rows=taken,
        next=token(taken[-1]) if taken and has_next else "",
        previous=token(taken[0]) if taken and has_previous else "",
        count=bounded_count(queryset) if counted else None,
        first_again=values is not None,
    )


def _edge(
    model: type[Model], columns: Sequence[tuple[str, bool]], after: str, before: str
) -> tuple[list[Any] | None, bool]:
    backwards = bool(before) and not after
    raw = decode_token(before if backwards else after, len(columns))
    if raw is None:
        return None, False
    try:
        values = [_typed(model, n, v) for (n, _), v in zip(columns, raw, strict=True)]
    except (ValidationError, ValueError, OverflowError, FieldDoesNotExist):
        return None, False
    if any(isinstance(v, int) and abs(v) >= 2**63 for v in values):
        return None, False
    return values, backwards
