"""Numbers out of CP, fast: a station repeats the same names, so where they stand is kept.

Separators become one, the text is split once, and a Layout found by the names says at which places
numbers and marks stand. Only a shape not met before, or a value that is no number, is walked
through name by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite, nan
from operator import itemgetter
from typing import NamedTuple

from .problems import Problem, Unreadable
from .segment import Frame
from .times import instant_us, kept_instants

LAYOUTS_KEPT_MAX = 2_048
MARKS = b"NFMSDCTB"  # HJ 212-2017 table 8
# Marks of other editions, as the table 8 mark that says the same of the datum. HJ/T 212-2005: P
# power failure; of air stations 0 calibration, 1 meteorological, 2 abnormal, 3 normal. A letter of
# no table counts as a fault: what is not known to be valid is not.
_OTHER_MARKS = {"P": "D", "0": "C", "1": "N", "2": "D", "3": "N"}
_LETTER = {**{chr(m): chr(m) for m in MARKS}, **_OTHER_MARKS}
_MARK_OF = bytes(ord(_LETTER.get(chr(byte).upper(), "D")) for byte in range(256))

# Suffixes (table 10 and annex B) whose values are no numbers to keep.
TEXT_SUFFIXES = frozenset({"Flag", "EFlag", "SampleTime", "Info", "SN"})
_ONE_SEPARATOR = bytes.maketrans(b",=", b";;")


class Key(NamedTuple):
    code: str
    suffix: str


class Layout:
    """One shape of CP. Compared by identity; ``names`` (bytes) names it for ever.

    keys: factor and suffix of each value, in order of the frame
    """

    __slots__ = ("keys", "names", "places", "size")

    def __init__(self, names: bytes, fields: list[str]):
        self.names = names
        self.size = len(fields)
        places: dict[str, int] = {}
        for number, name in enumerate(fields):
            places.setdefault(name, 2 * number + 1)
        chosen: list[tuple[Key, int]] = []
        for number, name in enumerate(fields):
            code, dash, suffix = name.rpartition("-")
            if dash and suffix not in TEXT_SUFFIXES:
                chosen.append((Key(code, suffix), 2 * number + 1))
        self.keys = tuple(key for key, _ in chosen)
        sampled = [places.get(f"{key.code}-SampleTime") for key, _ in chosen]
        self.places = (
            places.get("DataTime"),
            _picker([place for _, place in chosen]),
            # Behind the last token stands an "N" for factors without a mark.
            _picker([places.get(f"{key.code}-Flag", -1) for key, _ in chosen]),
            sampled if any(sampled) else None,
        )


def _picker(places: list[int]) -> Callable[[Sequence[bytes]], tuple[bytes, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda tokens: tuple(tokens[place] for place in places)


class Readings(NamedTuple):
    """data_time: microseconds UTC (start of the interval for CN 2031, 2041, 2051, 2061)
    values: a float for each of ``layout.keys``; NaN where ``wrong`` names it
    marks: a letter of NFMSDCTB for each value, as bytes
    sample_times: microseconds UTC for each value or None, where the station sends SampleTime
    wrong: (place in keys, text) of each value that is no finite number
    """

    data_time: int
    layout: Layout
    values: list[float]
    marks: bytes
    sample_times: list[int | None] | None = None
    wrong: tuple[tuple[int, str], ...] = ()


_tuple = tuple.__new__
_layouts: dict[bytes, Layout] = {}
_marks: dict[tuple[bytes, ...], bytes] = {}


def readings(frame: Frame) -> Readings:
    """Raises Unreadable for CP that is not name=value, or without a time that exists."""
    body = frame.body
    tokens = body.translate(_ONE_SEPARATOR).split(b";")
    names = b";".join(tokens[::2])
    layout = _layouts.get(names)
    if layout is None or body.count(b"=") != layout.size:
        layout = _new_layout(body, tokens, names)
    tokens.append(b"N")
    time_place, values_of, marks_of, sample_places = layout.places
    if time_place is None:
        raise Unreadable(Problem.DATA_TIME)
    at = kept_instants.get(tokens[time_place])
    if at is None:
        try:
            at = instant_us(tokens[time_place])
        except ValueError as error:
            raise Unreadable(Problem.DATA_TIME, str(error)) from None
    picked = values_of(tokens)
    wrong: tuple[tuple[int, str], ...] = ()
    try:
        values = list(map(float, picked))
        is_plain = b"_" not in body and isfinite(sum(values))
    except ValueError:
        is_plain = False
    if not is_plain:
        values, wrong = _one_by_one(picked)
    letters = marks_of(tokens)
    marks = _marks.get(letters)
    if marks is None:
        marks = _new_marks(letters)
    sampled = None if sample_places is None else _sampled(sample_places, tokens)
    # What NamedTuple's own constructor does, without its call: this is the hot path.
    return _tuple(Readings, (at, layout, values, marks, sampled, wrong))


def _new_layout(body: bytes, tokens: list[bytes], names: bytes) -> Layout:
    """Every piece must be name=value; a separator at the end is forgiven."""
    pieces = body.rstrip(b";,").replace(b",", b";").split(b";")
    if not all(piece.find(b"=") > 0 and piece.count(b"=") == 1 for piece in pieces):
        wrong = next(p for p in pieces if p.count(b"=") != 1 or p.startswith(b"="))
        raise Unreadable(Problem.FIELDS, wrong[:60].decode("utf-8", "replace"))
    fields = [token.decode("utf-8", "replace").strip() for token in tokens[: 2 * len(pieces) : 2]]
    layout = Layout(names, fields)
    if len(_layouts) >= LAYOUTS_KEPT_MAX:
        _layouts.clear()
    _layouts[names] = layout
    return layout


def _one_by_one(picked: tuple[bytes, ...]) -> tuple[list[float], tuple[tuple[int, str], ...]]:
    values, wrong = [], []
    for place, text in enumerate(picked):
        try:
            value = float(text)
            if not isfinite(value) or b"_" in text:
                raise ValueError(text)
        except ValueError:
            value = nan
            wrong.append((place, text[:40].decode("utf-8", "replace")))
        values.append(value)
    return values, tuple(wrong)


def _new_marks(letters: tuple[bytes, ...]) -> bytes:
    made = b"".join(letter.strip()[:1] or b"N" for letter in letters).translate(_MARK_OF)
    if len(_marks) >= LAYOUTS_KEPT_MAX:
        _marks.clear()
    _marks[letters] = made
    return made


def _sampled(places: list[int | None], tokens: list[bytes]) -> list[int | None]:
    found: list[int | None] = []
    for place in places:
        try:
            found.append(None if place is None else instant_us(tokens[place]))
        except ValueError:
            found.append(None)
    return found
