"""Conditions over several streams of one thing: ``w01009 < 3 and w01019 > 10``.

A name is the key of an observed property; its value the latest one that counts, not older than
``WITHIN``. Evaluated by zen-engine, compiled once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

from ..marks import VALID
from ..store import observations

WITHIN_US = 2 * 3_600_000_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Condition:
    """names: the words of the expression, of which those that are properties get a value."""

    def __init__(self, expression: str) -> None:
        import zen

        self._compiled: Any = zen.compile_expression(expression)
        self.names = frozenset(_NAME.findall(expression))

    def holds(self, streams: Iterable[Any], time: int) -> bool | None:
        """None where a value is missing. streams: the thing's datastreams. Raises Unavailable."""
        wanted = {
            s.pk: s.observed_property.key for s in streams if s.observed_property.key in self.names
        }
        values = values_at(wanted, time)
        if set(wanted.values()) - values.keys() or not values:
            return None
        return self.answer(values)

    def answer(self, values: dict[str, float]) -> bool | None:
        try:
            return bool(self._compiled.evaluate(values))
        except RuntimeError:  # a name without a value: nothing can be said
            return None


def values_at(streams: dict[int, str], time: int) -> dict[str, float]:
    """The latest value that counts of each property, at the time or within two hours before."""
    if not streams:
        return {}
    table = observations().series(list(streams), time - WITHIN_US, time + 1).to_pydict()
    found: dict[str, tuple[int, float]] = {}
    rows = zip(table["stream"], table["time"], table["result"], table["mark"], strict=True)
    for stream, at, value, mark in rows:
        name = streams[stream]
        counts = mark in VALID and value is not None and value == value
        if counts and (name not in found or at >= found[name][0]):
            found[name] = (at, value)
    return {name: value for name, (_, value) in found.items()}


@functools.lru_cache(maxsize=512)
def condition_of(expression: str) -> Condition:
    """Raises RuntimeError for an expression that cannot be read; ``check_rule`` refuses those."""
    return Condition(expression)
