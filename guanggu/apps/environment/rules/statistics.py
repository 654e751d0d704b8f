"""Counting judged days."""

from __future__ import annotations

from collections.abc import Iterable


def good_days(met: Iterable[bool | None]) -> tuple[int, int]:
    """(days that met the standard, days judged); days without a judgement count for neither."""
    good = judged = 0
    for each in met:
        if each is not None:
            judged += 1
            good += each
    return good, judged


def mean_of(values: Iterable[float | None]) -> float | None:
    """Of what is known; None without any."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def change(now: float | None, before: float | None) -> float | None:
    """Share by which a figure grew; None where it cannot be said."""
    if now is None or not before:
        return None
    return now / before - 1
