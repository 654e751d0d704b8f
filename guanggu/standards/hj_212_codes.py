"""Factor codes of HJ 212: names, the code of 2005, the unit in UCUM (``data/hj_212_codes.csv``).

The 196 codes of HJ 212-2017 annex B, and a few that every station sends though the annex has none
(``source`` is ``field``: ozone, turbidity, chlorophyll a, algal density). Units are those of the
annex; stations of ambient air (ST=22) send particles and gases in µg/m³ all the same, see
:func:`unit_sent`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guanggu.base.bilingual import T

TABLE = Path(__file__).parent / "data" / "hj_212_codes.csv"
AMBIENT_AIR_KIND = "22"
CARBON_MONOXIDE = "a21005"


@dataclass(frozen=True, slots=True)
class Factor:
    """``unit`` in UCUM, empty where the annex names none."""

    code: str
    name: T
    code_2005: str
    unit: str
    source: str


@cache
def factors() -> dict[str, Factor]:
    """By the code of 2017."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: Factor(
                row["code"],
                T(row["name_zh"], row["name_en"]),
                row["code_2005"],
                row["unit_ucum"],
                row["source"],
            )
            for row in csv.DictReader(lines)
        }


@cache
def _by_2005() -> dict[tuple[str, str], Factor]:
    return {(one.code[:1], one.code_2005): one for one in factors().values() if one.code_2005}


def factor(code: str, kind: str = "") -> Factor | None:
    """Of a code of 2017, or of 2005 with the kind (ST) of its station; None where no table has it.

    Codes of 2005 are told apart by kind: 01 is smoke dust of a gas source, 001 pH of water.
    """
    found = factors().get(code)
    if found is not None:
        return found
    medium = "a" if kind in ("22", "27", "31", "39", "51") else "w"
    return _by_2005().get((medium, code))


def unit_sent(code: str, kind: str) -> str:
    """The unit in which stations of a kind send a factor, where practice differs from the annex."""
    known = factor(code, kind)
    if known is None:
        return ""
    is_concentration = known.unit in ("mg/m3", "ng/m3", "ug/m3")
    if kind == AMBIENT_AIR_KIND and is_concentration:
        return "mg/m3" if known.code == CARBON_MONOXIDE else "ug/m3"
    return known.unit
