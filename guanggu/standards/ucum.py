"""Units as UCUM writes them (The Unified Code for Units of Measure 2.1, case sensitive).

Codes are checked by the grammar of the specification (§§ 2 to 7) over the atoms that sensing of a
district needs; an atom that is missing here is refused and can be added to ``ATOMS``.
"""

from __future__ import annotations

import re

# Metric atoms take a prefix (§ 4.2).
METRIC = frozenset({
    "m", "g", "s", "L", "l", "A", "K", "Cel", "mol", "cd", "rad", "sr", "Hz", "N", "Pa", "J", "W",
    "V", "F", "Ohm", "S", "Wb", "T", "H", "lm", "lx", "Bq", "Gy", "Sv", "kat", "eq", "osm", "bar",
    "cal", "eV", "t", "B[SPL]", "B", "B[V]", "B[W]", "u", "ar", "[iU]", "[IU]", "Np", "By", "bit",
    "bit_s", "Bd", "M", "R", "Ci", "bel", "pc", "dyn", "erg", "P", "St", "mho", "tex", "g%",
    "[pH]", "m[Hg]", "m[H2O]",
})  # fmt: skip
OTHER = frozenset({
    "min", "h", "d", "wk", "a", "a_j", "mo", "deg", "'", "''", "gon", "%", "[ppth]", "[ppm]",
    "[ppb]", "[pptr]", "[pH]", "har", "atm", "[NTU]", "[CFU]", "[pfu]", "[degF]", "[in_i]",
    "[ft_i]", "[mi_i]", "[gal_us]", "[HP]", "[in_i'H2O]", "[TSP]", "[FTU]", "10*", "10^", "[pi]",
    "[dBA]", "[psi]", "[kn_i]", "[nmi_i]", "[car_m]", "[carat]", "[e]", "[c]", "[k]",
})  # fmt: skip
ATOMS = METRIC | OTHER
PREFIXES = (
    "da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a",
    "z", "y", "Ki", "Mi", "Gi", "Ti",
)  # fmt: skip
LENGTH_MAX = 40
_ANNOTATION = re.compile(r"\{[\x21-\x7a\x7c\x7e]*\}")
_NUMBER = re.compile(r"[0-9]+")
_POWER = re.compile(r"^(.*?[^0-9+\-])([+\-]?[0-9]+)$")
_SHOWN = {
    "Cel": "℃", "[pH]": "", "%": "%", "[NTU]": "NTU", "deg": "°", "dB[A]": "dB(A)",
    "B[SPL]": "B", "{1}": "", "1": "", "uS/cm": "μS/cm", "L/s": "L/s",
}  # fmt: skip
_POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def is_valid(code: str) -> bool:
    """True for a code such as ``ug/m3``, ``dB[SPL]``, ``{index}`` or ``10*3/mL``."""
    if not code or len(code) > LENGTH_MAX or any(not 33 <= ord(char) <= 126 for char in code):
        return False
    rest = _term(code.removeprefix("/"), 0)
    return rest == ""


def _term(text: str, depth: int) -> str | None:
    """What is left behind one term (§ 7.1): components joined by "." and "/"; None: none there."""
    rest = _component(text, depth)
    while rest and rest[0] in "./":
        rest = _component(rest[1:], depth)
    return rest


def _component(text: str, depth: int) -> str | None:
    if text.startswith("("):
        if depth > 4:
            return None
        inner = _term(text[1:], depth + 1)
        return inner[1:] if inner and inner[0] == ")" else None
    if text.startswith("{"):
        found = _ANNOTATION.match(text)
        return text[found.end() :] if found else None
    end = _end_of_unit(text)
    if end == 0 or not _is_annotatable(text[:end]):
        return None
    rest = text[end:]
    if rest.startswith("{"):
        found = _ANNOTATION.match(rest)
        return rest[found.end() :] if found else None
    return rest


def _end_of_unit(text: str) -> int:
    """Up to the next operator; within brackets there is none."""
    within = False
    for place, char in enumerate(text):
        if char in "[]":
            within = char == "["
        elif not within and char in "./(){}":
            return place
    return len(text)


def _is_annotatable(unit: str) -> bool:
    if _NUMBER.fullmatch(unit):
        return int(unit) > 0
    if _is_simple(unit):
        return True
    power = _POWER.match(unit)
    return bool(power) and _is_simple(power[1])  # type: ignore[index]


def _is_simple(unit: str) -> bool:
    if unit in ATOMS:
        return True
    return any(unit.startswith(prefix) and unit[len(prefix) :] in METRIC for prefix in PREFIXES)


def shown(code: str) -> str:
    """As people read it: ``ug/m3`` as μg/m³, ``Cel`` as ℃; a code that is not valid as it is."""
    if code in _SHOWN:
        return _SHOWN[code]
    if not is_valid(code):
        return code
    parts = re.split(r"([./])", _ANNOTATION.sub("", code))
    return "".join(_shown_part(part) for part in parts)


def _shown_part(part: str) -> str:
    if part == ".":
        return "·"
    known = _SHOWN.get(part)
    if known is not None:
        return known
    if part.startswith("10*"):
        return "10" + part[3:].translate(_POWERS)
    power = _POWER.match(part)
    stem, exponent = (power[1], power[2]) if power else (part, "")
    if stem.startswith("u") and len(stem) > 1 and stem[1:] in METRIC:
        stem = "μ" + stem[1:]
    return stem.replace("[SPL]", "") + exponent.translate(_POWERS)
