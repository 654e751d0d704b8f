"""The lake as the formulas read it; tests and a lake elsewhere may stand in for this one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

ROWS_MAX = 20_001  # one more than the periods of a formula, so that too many are seen
SECONDS_MAX = 120  # a formula runs in the worker; an explanation takes a part of it


class LakeDoor(Protocol):
    """What is asked of a lake."""

    def ibis(self) -> Any:
        """A read-only ibis backend with the lake's tables."""

    def query(self, expression: Any) -> Any:
        """The answer of an ibis expression as a pyarrow table. Raises Unavailable, Invalid."""

    def snapshot(self) -> str:
        """The state of the lake that is read."""

    def personal_columns(self, table: str) -> set[str]:
        """Columns that tell of a person."""


_door: ContextVar[LakeDoor | None] = ContextVar("lake", default=None)


@contextmanager
def reading_from(door: LakeDoor) -> Iterator[LakeDoor]:
    """Have formulas read from this lake within."""
    token = _door.set(door)
    try:
        yield door
    finally:
        _door.reset(token)


def lake_door() -> LakeDoor:
    """The lake of this install, or the one that stands in for it."""
    held = _door.get()
    return held if held is not None else _LakeKernel()


@dataclass(frozen=True)
class VisibleTables:
    """The lake's tables without their personal columns; ``used`` names those that were asked for."""

    door: LakeDoor
    backend: Any
    used: list[str]

    def table(self, name: str) -> Any:
        found = self.backend.table(name)
        if name not in self.used:
            self.used.append(name)
        hidden = self.door.personal_columns(name) & set(found.columns)
        return found.drop(*sorted(hidden)) if hidden else found


def _kernel() -> Any:
    """The lake kernel's door, loaded when first asked: pages that show no row need no engine."""
    from guanggu.kernel.lake import public

    return public


class _LakeKernel:
    """The kernel's own lake; each question raises Unavailable where there is none."""

    def ibis(self) -> Any:
        return _kernel().lake().ibis()

    def query(self, expression: Any) -> Any:
        kernel = _kernel()
        return kernel.lake().query(expression, kernel.Limits(rows=ROWS_MAX, seconds=SECONDS_MAX))

    def snapshot(self) -> str:
        return str(_kernel().lake().snapshot())

    def personal_columns(self, table: str) -> set[str]:
        found = next((t for t in _kernel().declared_tables() if t.name == table), None)
        return set(found.personal) if found else set()
