"""Numbers without a gap: taken in the transaction of the row that bears them, or not at all."""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from .models import NumberSeries

WRONG_PATTERN = T(
    "编号规则须包含 {{number}},且只能使用 {{year}} 与 {{number}}:{}",
    "A numbering pattern needs {{number}} and may use {{year}}: {}",
)


def take_number(series: str, year: int) -> int:
    """The next number of the series in the year, from 1.

    Two takers wait for each other until the first one's transaction ends; where it rolls back the
    number is free again. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken in the transaction of the row that bears it")
    row = _locked(series, year)
    if row is None:
        try:
            with transaction.atomic():
                NumberSeries.objects.create(series=series, year=year)
        except IntegrityError:  # another transaction opened the series between the two looks
            pass
        row = _locked(series, year)
    assert row is not None
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def _locked(series: str, year: int) -> NumberSeries | None:
    return NumberSeries.objects.select_for_update().filter(series=series, year=year).first()


def compose(pattern: str, year: int, number: int) -> str:
    """ "武新管〔{year}〕{number}号" filled in; ``{number:06d}`` pads. Raises Invalid for a wrong pattern."""
    try:
        text = pattern.format(year=year, number=number)
        changes = pattern.format(year=year, number=number + 1) != text
    except (KeyError, IndexError, ValueError, AttributeError):
        changes = False
        text = ""
    if not changes:
        raise Invalid(WRONG_PATTERN.format(pattern), code="numbering")
    return text
