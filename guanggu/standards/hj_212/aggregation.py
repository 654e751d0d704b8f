"""Marks of means made from marked data (HJ 212-2017 table 8 and its notes).

Waste water: one abnormal datum makes the mean abnormal. Flue gas: with 75 % of normal data or more
the mean is normal, else it is marked as a fault.
"""

from __future__ import annotations

from collections.abc import Sequence

FLUE_GAS_NORMAL_SHARE = 0.75
_FLUE_GAS_KINDS = frozenset({"31", "27", "51"})
_GRAVEST_FIRST = "DBTCMFS"  # which mark a water mean takes where its data have several


def mark_of_mean(marks: Sequence[str] | str, kind: str) -> str:
    """The letter for a mean of data with these letters; ``kind`` is ST. D of none."""
    if not marks:
        return "D"
    normal = sum(mark in "N" for mark in marks)
    if kind in _FLUE_GAS_KINDS:
        return "N" if normal >= FLUE_GAS_NORMAL_SHARE * len(marks) else "D"
    if normal == len(marks):
        return "N"
    return next((mark for mark in _GRAVEST_FIRST if mark in marks), "D")
