"""GB/T 8170-2008: rounding off of numerical values (四舍六入五成双) and judging limits.

A figure is judged against a limit by its full value (4.3.2) or after rounding it to the places of
the limit (4.3.3); the standard that sets the limit says which. Floats are taken as the decimal
that they print, so 0.285 is 0.285 and not the binary fraction next to it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal


def decimal_of(value: float | int | str | Decimal) -> Decimal:
    """Exactly as written. Raises ValueError for what is no finite number."""
    try:
        made = value if isinstance(value, Decimal) else Decimal(str(value))
    except ArithmeticError:
        raise ValueError(f"not a number: {value!r}") from None
    if not made.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    return made


def rounded(value: float | int | str | Decimal, places: int = 0) -> Decimal:
    """To ``places`` decimals (negative for tens, hundreds): half goes to the even digit (3.2)."""
    return decimal_of(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def rounded_to_figures(value: float | int | str | Decimal, figures: int) -> Decimal:
    """To so many significant figures."""
    exact = decimal_of(value)
    if not exact:
        return exact
    return rounded(exact, figures - 1 - exact.adjusted())
