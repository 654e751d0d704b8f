"""A page of records: filtered, ordered, and continued after the last row rather than by counting,
so that what is added or removed in between neither repeats nor skips anything."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q

from guanggu.base.bilingual import T
from guanggu.kernel.observation.sensorthings.public import EntityType

from .asking import Asking
from .conditions import Untranslatable, column_of, narrowed
from .faults import bad
from .options import Options


@dataclass(frozen=True, slots=True)
class Page:
    """token: of $skiptoken for the next page, "" at the end; count: where it was asked."""

    entities: list[Any]
    token: str = ""
    count: int | None = None


def page_of_records(asking: Asking, kind: EntityType, rows: Any, options: Options) -> Page:
    rows = narrowed(asking, kind, rows, options.filter)
    count = rows.count() if options.count else None
    order = _order(kind, options)
    rows = rows.order_by(*("-" + name if falling else name for name, falling in order))
    if options.token:
        rows = rows.filter(_after(order, options.token))
    elif options.skip:
        rows = rows[options.skip :]
    if options.top == 0:
        return Page([], "", count)
    found = list(rows[: options.top + 1])
    token = ""
    if len(found) > options.top:
        found.pop()
        token = _token(order, found[-1])
    return Page(found, token, count)


def _order(kind: EntityType, options: Options) -> list[tuple[str, bool]]:
    order: list[tuple[str, bool]] = []
    for each in options.order:
        try:
            lookup, _, many = column_of(kind, each.path)
        except Untranslatable:
            many = True
            lookup = ""
        if many:
            raise bad(
                T("不能按“{}”排序。", "Cannot be ordered by “{}”."), "/".join(each.path.parts)[:60]
            )
        order.append((lookup, each.falling))
        if lookup == "pk":
            return order
    return [*order, ("pk", False)]


def _value(row: Any, lookup: str) -> Any:
    for name in lookup.split("__"):
        row = getattr(row, name)
    return row


def _token(order: list[tuple[str, bool]], row: Any) -> str:
    values = [_value(row, name) for name, _ in order]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _after(order: list[tuple[str, bool]], token: str) -> Q:
    """Rows behind the one whose values the token holds."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError) as error:
        raise bad_token() from error
    if not isinstance(values, list) or len(values) != len(order):
        raise bad_token()
    condition, alike = Q(), Q()
    for (name, falling), value in zip(order, values, strict=True):
        if not isinstance(value, str | int):
            raise bad_token()
        condition |= alike & Q(**{f"{name}__{'lt' if falling else 'gt'}": value})
        alike &= Q(**{name: value})
    return condition


def bad_token() -> Exception:
    return bad(T("$skiptoken 无效，请从第一页重新查询。", "The $skiptoken is void; begin anew."))
