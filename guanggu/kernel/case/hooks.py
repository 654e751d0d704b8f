"""Where an app joins in: code that runs within the transaction of a step.

An app declares these in its ``case.py``. ``"*"`` stands for every step or outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guanggu.base.actor import Actor

from .models import Case, Task

OnComplete = Callable[[Actor, Case, Task], None]
OnCase = Callable[[Actor, Case], None]
Validate = Callable[[Actor, Case, Task, str, dict[str, Any]], None]

_COMPLETE: dict[tuple[str, str, str], list[OnComplete]] = {}
_VALIDATE: dict[tuple[str, str, str], list[Validate]] = {}
_OPENED: dict[str, list[OnCase]] = {}
_CLOSED: dict[str, list[OnCase]] = {}


def on_complete(
    kind: str, step: str = "*", outcome: str = "*"
) -> Callable[[OnComplete], OnComplete]:
    """Have ``f(actor, case, task)`` called after a task of this kind of procedure is decided.

    The rows and events are written by then; what it raises undoes the whole step.
    """

    def declare(function: OnComplete) -> OnComplete:
        _COMPLETE.setdefault((kind, step, outcome), []).append(function)
        return function

    return declare


def validate(kind: str, step: str = "*", outcome: str = "*") -> Callable[[Validate], Validate]:
    """Have ``f(actor, case, task, outcome, data)`` called before; it raises Problems to refuse."""

    def declare(function: Validate) -> Validate:
        _VALIDATE.setdefault((kind, step, outcome), []).append(function)
        return function

    return declare


def on_open(kind: str) -> Callable[[OnCase], OnCase]:
    """Have ``f(actor, case)`` called when a case of this kind was opened or reopened."""

    def declare(function: OnCase) -> OnCase:
        _OPENED.setdefault(kind, []).append(function)
        return function

    return declare


def on_close(kind: str) -> Callable[[OnCase], OnCase]:
    """Have ``f(actor, case)`` called when a case of this kind was closed or withdrawn."""

    def declare(function: OnCase) -> OnCase:
        _CLOSED.setdefault(kind, []).append(function)
        return function

    return declare


def _matching(hooks: dict[tuple[str, str, str], list], kind: str, step: str, outcome: str) -> list:
    if not hooks:
        return []
    keys = ((kind, step, outcome), (kind, step, "*"), (kind, "*", outcome), (kind, "*", "*"))
    return [hook for key in dict.fromkeys(keys) for hook in hooks.get(key, ())]


def run_validate(actor: Actor, case: Case, task: Task, outcome: str, data: dict[str, Any]) -> None:
    for hook in _matching(_VALIDATE, case.kind, task.step, outcome):
        hook(actor, case, task, outcome, data)


def run_complete(actor: Actor, case: Case, task: Task) -> None:
    for hook in _matching(_COMPLETE, case.kind, task.step, task.outcome):
        hook(actor, case, task)


def run_opened(actor: Actor, case: Case) -> None:
    for hook in _OPENED.get(case.kind, ()):
        hook(actor, case)


def run_closed(actor: Actor, case: Case) -> None:
    for hook in _CLOSED.get(case.kind, ()):
        hook(actor, case)
