"""A column of exact decimals: kept as text, because SQLite would keep 15 digits of a number."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from guanggu.base.bilingual import T

DIGITS_MAX = 28  # what decimal arithmetic keeps without a context of its own
_NO_NUMBER = T("应为数字，如 1234.5。", "This has to be a number, such as 1234.5.")
_TOO_LONG = T("数字过长，最多 28 位。", "The number is too long: 28 digits at most.")


def exact(value: Any) -> Decimal:
    """A number as a decimal without an exponent. Raises ValueError with a T for what is none.

    A float is taken by its shortest text: 0.1 is 0.1.
    """
    text = str(value).strip().replace(",", "").replace("，", "")
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(_NO_NUMBER) from error
    if not found.is_finite():
        raise ValueError(_NO_NUMBER)
    if abs(found.adjusted()) > DIGITS_MAX or len(found.as_tuple().digits) > DIGITS_MAX:
        raise ValueError(_TOO_LONG)
    plain = Decimal(format(found, "f"))
    return Decimal(0) if plain == 0 else plain


class ExactDecimalField(models.Field):
    """Decimals of up to 28 digits; Python's Decimal on this side, plain digits in the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        return "CharField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            raise ValidationError(_NO_NUMBER)
        try:
            return exact(value)
        except ValueError as error:
            raise ValidationError(error.args[0]) from error

    def get_prep_value(self, value: Any) -> str | None:
        found = self.to_python(value)
        return None if found is None else format(found, "f")

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.DecimalField, **kwargs})
