"""Expressions of a procedure (zen), compiled once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import zen

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> Any:
    return zen.compile_expression(expression)


def fault_of(expression: str) -> str:
    """Why the expression cannot be read; empty where it can."""
    try:
        _compiled(expression)
    except (RuntimeError, ValueError, TypeError) as error:
        return str(error).split("\n", 1)[0]
    return ""


def value_of(expression: str, context: dict[str, Any]) -> Any:
    """The value. Raises Invalid where it cannot be worked out from these data."""
    try:
        return _compiled(expression).evaluate(context)
    except RuntimeError as error:
        raise Invalid(
            T(
                "流程中的表达式“{}”无法根据本件数据计算，请联系流程管理员。",
                "The expression “{}” of the procedure cannot be worked out; tell its keeper.",
            ).format(expression)
        ) from error


def holds(expression: str, context: dict[str, Any]) -> bool:
    return not expression or value_of(expression, context) is True


def days_of(value: int | str, context: dict[str, Any]) -> int:
    """A number of working days, given or worked out. Raises Invalid for anything else."""
    found = value if isinstance(value, int) else value_of(value, context)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= 1000:
        raise Invalid(
            T("期限“{}”不是有效的工作日数。", "“{}” is not a number of working days.").format(value)
        )
    return found
