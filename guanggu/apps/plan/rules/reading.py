"""Reading the goals that come with the house, and holding them against the text of the plan.

``data/goals.csv`` is made by hand from 武政〔2017〕11号; ``data/not_goals.csv`` lists what stands in
the text with a number, or as a sentence of its own, and is no goal, with the reason. Together they
cover every number and every sentence of the parts that set goals, which :func:`uncovered_numbers`
and :func:`uncovered_sentences` prove.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .words import COMPARATORS, KINDS

GOALS_BEGIN = "(二)发展思路"  # what stands before it looks back or describes
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SENTENCE = re.compile(r"[^。;]+[。;]?")
_COMPARATOR = {text.zh: name for name, text in COMPARATORS.items()}


@dataclass(frozen=True)
class GoalRow:
    """One goal as the plan sets it. by: year; by_said: the text names the year itself, else it is
    the end of the plan's five years; quote: the plan's own words; line: of the text as scanned."""

    code: str
    section: str
    kind: str
    title: str
    title_en: str
    organisation: str
    by: int
    by_said: bool
    comparator: str
    target: str
    measured_by: str
    unit: str
    baseline: str
    baseline_year: str
    direction: str
    quote: str
    line: int
    baseline_quote: str
    note: str


def read_goals(path: Path) -> list[GoalRow]:
    """Raises ValueError for a row that does not fit."""
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] not in KINDS:
                raise ValueError(f"{row['code']}: {row['kind']}")
            comparator = _COMPARATOR[row["comparator"]] if row["comparator"] else ""
            found.append(
                GoalRow(
                    **{
                        **row,  # type: ignore[arg-type]
                        "by": int(row["by"]),
                        "by_said": row["by_said"] == "1",
                        "line": int(row["line"]),
                        "comparator": comparator,
                    }
                )
            )
    return found


def read_not_goals(path: Path) -> list[str]:
    """The quotes of what is no goal."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row["quote"] for row in csv.DictReader(file)]


def joined(text: str) -> str:
    """The plan as one line: the scan breaks it in the middle of sentences."""
    return "".join(text.splitlines())


def line_at(text: str, place: int) -> int:
    """Number of the scanned line in which the character of the joined text stands."""
    seen = 0
    for number, line in enumerate(text.splitlines(), 1):
        seen += len(line)
        if place < seen:
            return number
    raise ValueError(place)


def places(body: str, quote: str) -> Iterator[int]:
    """Every place at which the quote stands."""
    start = body.find(quote)
    while start >= 0:
        yield start
        start = body.find(quote, start + 1)


def covered(body: str, quotes: Iterable[str]) -> bytearray:
    """1 for every character that some quote covers."""
    marks = bytearray(len(body))
    for quote in set(quotes):
        for start in places(body, quote):
            marks[start : start + len(quote)] = b"\1" * len(quote)
    return marks


def uncovered_numbers(body: str, quotes: Iterable[str]) -> list[str]:
    """Numbers of the text, with what stands around them, that no quote covers."""
    marks = covered(body, quotes)
    return [
        body[max(0, found.start() - 8) : found.end() + 8]
        for found in _NUMBER.finditer(body)
        if not all(marks[found.start() : found.end()])
    ]


def uncovered_sentences(body: str, quotes: Iterable[str]) -> list[str]:
    """Sentences of the parts that set goals of which no quote covers a single character."""
    marks, start = covered(body, quotes), body.index(GOALS_BEGIN)
    return [
        found[0]
        for found in _SENTENCE.finditer(body, start)
        if not any(marks[found.start() : found.end()])
    ]
