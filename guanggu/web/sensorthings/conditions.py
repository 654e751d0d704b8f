"""A filter on records as SQL where it says exactly the same there; the rest is decided row by row.

The rows are narrowed by all that SQL can say first, so what remains for Python is few.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from guanggu.base.bilingual import T
from guanggu.base.clock import from_microseconds
from guanggu.kernel.observation.sensorthings.public import TYPES, EntityType

from .asking import Asking
from .evaluating import Evaluator
from .faults import bad
from .language import Binary, Literal, Moment, Node, Path, Unary, conjuncts

CANDIDATES_MAX = 20_000
_MIRRORED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq", "ne": "ne"}
_LOOKUPS = {"gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}


class Untranslatable(Exception):
    """SQL would say something else, or nothing."""


def narrowed(asking: Asking, kind: EntityType, rows: Any, node: Node | None) -> Any:
    """The rows of which the filter holds. Raises Malformed where too many must be looked at."""
    hard: list[Node] = []
    for part in conjuncts(node):
        try:
            condition, many = _condition(asking, kind, part)
        except Untranslatable:
            hard.append(part)
            continue
        if many:
            assert kind.model is not None
            wanted = kind.model._default_manager.filter(condition).values("pk")
            rows = rows.filter(pk__in=wanted)
        else:
            rows = rows.filter(condition)
    if not hard:
        return rows
    candidates = list(rows.order_by("pk")[: CANDIDATES_MAX + 1])
    if len(candidates) > CANDIDATES_MAX:
        raise bad(
            T("条件涉及的对象超过 {} 个，请增加如 name eq 的条件缩小范围。",
            "More than {} entities would have to be looked at; narrow the filter."), CANDIDATES_MAX,
        )  # fmt: skip
    tests = [Evaluator(kind, part, asking) for part in hard]
    held = [row.pk for row in candidates if all(test.holds(row) for test in tests)]
    return rows.filter(pk__in=held)


def _condition(asking: Asking, kind: EntityType, node: Node) -> tuple[Q, bool]:
    if isinstance(node, Unary) and node.operator == "not":
        inner, many = _condition(asking, kind, node.of)
        if many:
            raise Untranslatable
        return ~inner, False
    if not isinstance(node, Binary):
        raise Untranslatable
    if node.operator in ("and", "or"):
        left, one = _condition(asking, kind, node.left)
        right, other = _condition(asking, kind, node.right)
        if one and other and node.operator == "and":
            raise Untranslatable  # each side may hold for another of the many
        return (left & right if node.operator == "and" else left | right), one or other
    if node.operator not in _MIRRORED:
        raise Untranslatable
    if isinstance(node.left, Path) and isinstance(node.right, Literal):
        return _comparison(asking, kind, node.left, node.operator, node.right.value)
    if isinstance(node.right, Path) and isinstance(node.left, Literal):
        return _comparison(asking, kind, node.right, _MIRRORED[node.operator], node.left.value)
    raise Untranslatable


def _comparison(
    asking: Asking, kind: EntityType, path: Path, operator: str, value: Any
) -> tuple[Q, bool]:
    lookup, of, many = column_of(kind, path)
    if many and (operator == "ne" or asking.actor.kind not in ("official", "platform")):
        raise Untranslatable  # what the actor may not see must not decide
    if of == "id":
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62
    elif of == "time":
        if not isinstance(value, Moment) or value.start != value.end:
            raise Untranslatable
        value, fits = from_microseconds(value.start), True
    else:
        # Texts are put in order by their code points in Python, by collation in a database.
        fits = isinstance(value, str) and operator in ("eq", "ne")
    if not fits:
        raise Untranslatable
    if operator == "eq":
        return Q(**{lookup: value}), many
    if operator == "ne":
        return ~Q(**{lookup: value}), many
    return Q(**{f"{lookup}__{_LOOKUPS[operator]}": value}), many


def column_of(kind: EntityType, path: Path) -> tuple[str, str, bool]:
    """(lookup, "id" or the kind of the property, whether it leads over many).

    Raises Malformed for a name that there is not, Untranslatable for what is no column."""
    lookups: list[str] = []
    many = False
    for place, part in enumerate(path.parts):
        rest = path.parts[place + 1 :]
        if part in ("id", "@iot.id"):
            if rest:
                raise bad(T("“{}”后不能再有路径。", "Nothing can follow “{}”."), part)
            if kind.model is None:
                raise Untranslatable
            return "__".join([*lookups, "pk"]), "id", many
        way = kind.way(part)
        if way is None:
            prop = kind.property(part)
            if prop is None:
                raise bad(T("{} 没有属性“{}”。", "{} has no property “{}”."), kind.name, part[:40])
            if not prop.path or rest or prop.kind not in ("text", "time"):
                raise Untranslatable
            return "__".join([*lookups, prop.path]), prop.kind, many
        if not way.path:
            raise Untranslatable
        lookups.append(way.path)
        many = many or way.many
        kind = TYPES[way.target]
    raise bad(T("条件中的路径应以属性结尾。", "A path in a filter ends with a property."))
