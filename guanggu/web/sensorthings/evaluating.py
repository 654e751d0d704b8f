"""A filter decided in Python, for what SQL cannot say and for observations of the store.

Nulls: a comparison with a missing value is false, save eq null and ne (OData 4.0 part 2,
5.1.1.1). Over a navigation to many, a comparison holds where it holds for any. Parts of a time
(year(), hour() …) are those of UTC.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from datetime import UTC, date, time
from typing import Any, Protocol

import shapely
from shapely.geometry.base import BaseGeometry

from guanggu.base.bilingual import T
from guanggu.base.clock import from_microseconds, now, to_microseconds
from guanggu.base.errors import Invalid
from guanggu.kernel.observation.sensorthings.public import (
    EARLIEST,
    LATEST,
    TYPES,
    EntityType,
    Navigation,
    period_of,
)

from .faults import bad
from .language import Binary, Call, Literal, Moment, Node, Path, Span, Unary

_TIMES = {"phenomenonTime", "resultTime", "validTime", "time"}


class Many(list):
    """The values at the end of a path over a navigation to many."""


class Reach(Protocol):
    """Who knows the entities at the other end of a navigation."""

    def ends(self, kind: EntityType, entity: Any, way: Navigation) -> list[Any]: ...


class Evaluator:
    """Holds one filter against entities of one type."""

    def __init__(self, kind: EntityType, node: Node, reach: Reach):
        self._kind = kind
        self._node = node
        self._reach = reach

    def holds(self, entity: Any) -> bool:
        return _truth(self._value(self._node, entity))

    def _value(self, node: Node, entity: Any) -> Any:
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Path):
            return self._path(self._kind, entity, node.parts)
        if isinstance(node, Unary):
            inner = self._value(node.of, entity)
            if node.operator == "not":
                return not _truth(inner)
            return _each(inner, lambda v: -v if _is_number(v) else None)
        if isinstance(node, Call):
            return self._call(node, entity)
        return self._binary(node, entity)

    def _binary(self, node: Binary, entity: Any) -> Any:
        if node.operator == "and":
            return _truth(self._value(node.left, entity)) and _truth(
                self._value(node.right, entity)
            )
        if node.operator == "or":
            return _truth(self._value(node.left, entity)) or _truth(self._value(node.right, entity))
        left, right = self._value(node.left, entity), self._value(node.right, entity)
        function = COMPARE.get(node.operator) or ARITHMETIC[node.operator]
        return _pairs(function, left, right)

    def _call(self, node: Call, entity: Any) -> Any:
        values = [self._value(each, entity) for each in node.arguments]
        for place, value in enumerate(values):
            if isinstance(value, Many):
                return Many(
                    _called(node.name, [*values[:place], each, *values[place + 1 :]])
                    for each in value
                )
        return _called(node.name, values)

    def _path(self, kind: EntityType, entity: Any, parts: tuple[str, ...]) -> Any:
        head, rest = parts[0], parts[1:]
        if head in ("id", "@iot.id"):
            return getattr(entity, "id")  # noqa: B009
        way = kind.way(head)
        if way is not None:
            if not rest:
                raise bad(T("“{}”后应写属性。", "Name a property after “{}”."), head)
            target = TYPES[way.target]
            ends = self._reach.ends(kind, entity, way)
            found = Many(self._path(target, each, rest) for each in ends)
            flat = Many(_flat(found))
            return flat if way.many else (flat[0] if flat else None)
        prop = kind.property(head)
        if prop is None:
            raise bad(T("{} 没有属性“{}”。", "{} has no property “{}”."), kind.name, head[:40])
        if prop.kind == "geometry" and not rest:
            return entity.geometry
        return _dug(_typed(head, prop.read(entity)), rest)


def _typed(name: str, value: Any) -> Any:
    if name in _TIMES and isinstance(value, str):
        start, end = period_of(value)
        return Moment(start, start if end is None else end)
    return value


def _dug(value: Any, parts: tuple[str, ...]) -> Any:
    for part in parts:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal():
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value


def _flat(values: list[Any]) -> Iterator[Any]:
    for each in values:
        if isinstance(each, Many):
            yield from each
        else:
            yield each


def _truth(value: Any) -> bool:
    if isinstance(value, Many):
        return any(each is True for each in value)
    return value is True


def _each(value: Any, function: Callable[[Any], Any]) -> Any:
    return Many(function(v) for v in value) if isinstance(value, Many) else function(value)


def _pairs(function: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    if isinstance(left, Many):
        return Many(_pairs(function, each, right) for each in left)
    if isinstance(right, Many):
        return Many(_pairs(function, left, each) for each in right)
    return function(left, right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _alike(left: Any, right: Any) -> bool:
    """Whether the two can be put in order."""
    if _is_number(left) and _is_number(right):
        return True
    kinds = (str, bool, date, time, Span)
    return any(type(left) is kind and type(right) is kind for kind in kinds)


def moment_of(value: Any) -> Moment | None:
    """A time out of a property may be text, such as one among ``properties``."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, str):
        try:
            start, end = period_of(value)
        except Invalid:
            return None
        return Moment(start, start if end is None else end)
    return None


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, Moment) or isinstance(right, Moment):
        return moment_of(left) == moment_of(right)
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def _ordered(on_values: Callable[[Any, Any], bool], on_moments: Callable[[Any, Any], bool]) -> Any:
    def compare(left: Any, right: Any) -> bool:
        if isinstance(left, Moment) or isinstance(right, Moment):
            one, other = moment_of(left), moment_of(right)
            return one is not None and other is not None and on_moments(one, other)
        return _alike(left, right) and bool(on_values(left, right))

    return compare


def _before(one: Moment, other: Moment) -> bool:
    instants = one.start == one.end and other.start == other.end
    return one.end < other.start or (not instants and one.end == other.start)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "ne": lambda left, right: not _equal(left, right),
    "lt": _ordered(operator.lt, _before),
    "gt": _ordered(operator.gt, lambda a, b: _before(b, a)),
    "le": _ordered(operator.le, lambda a, b: a.end <= b.end),
    "ge": _ordered(operator.ge, lambda a, b: a.start >= b.start),
}


def _sum(left: Any, right: Any, sign: int) -> Any:
    if _is_number(left) and _is_number(right):
        return left + sign * right
    if isinstance(left, Span) and isinstance(right, Span):
        return Span(left.length + sign * right.length)
    moment = moment_of(left)
    if moment is not None and isinstance(right, Span):
        return Moment(moment.start + sign * right.length, moment.end + sign * right.length)
    other = moment_of(right)
    if sign < 0 and moment is not None and other is not None:
        return Span(moment.start - other.start)
    return None


def _quotient(left: Any, right: Any) -> Any:
    if not (_is_number(left) and _is_number(right)) or right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        return int(left / right)  # OData 5.1.1.6.5: of whole numbers a whole number
    return left / right


def _numbers(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: function(a, b) if _is_number(a) and _is_number(b) else None


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: _sum(a, b, 1),
    "sub": lambda a, b: _sum(a, b, -1),
    "mul": _numbers(operator.mul),
    "div": _quotient,
    "mod": _numbers(lambda a, b: math.fmod(a, b) if b else None),
}


def _called(name: str, values: list[Any]) -> Any:
    if any(value is None for value in values):
        return None
    function = CALLS[name]
    try:
        return function(*values)
    except (TypeError, ValueError, AttributeError, OverflowError, shapely.errors.ShapelyError):
        return None  # a value of another type: the function is null there, as in OData 5.1.1.5


def _texts(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        return function(*values) if all(isinstance(v, str | int) for v in values) else None

    return call


def _part(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        if isinstance(value, date | time):
            return read(value)
        moment = moment_of(value)
        return None if moment is None else read(from_microseconds(moment.start).astimezone(UTC))

    return call


def _shape(value: Any) -> BaseGeometry:
    if isinstance(value, BaseGeometry):
        return value
    if isinstance(value, dict):
        return shapely.geometry.shape(value)
    raise TypeError("no geometry")


def _shapes(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: function(*(_shape(v) for v in values))


def _periods(function: Callable[[Moment, Moment], bool]) -> Callable[[Any, Any], Any]:
    def call(left: Any, right: Any) -> Any:
        one, other = moment_of(left), moment_of(right)
        return None if one is None or other is None else function(one, other)

    return call


def _instant(at: int) -> Moment:
    return Moment(at, at)


def _rounded(value: Any) -> Any:
    return math.floor(abs(value) + 0.5) * (1 if value >= 0 else -1)


CALLS: dict[str, Callable[..., Any]] = {
    "substringof": _texts(lambda part, whole: part in whole),
    "contains": _texts(lambda whole, part: part in whole),
    "startswith": _texts(lambda whole, part: whole.startswith(part)),
    "endswith": _texts(lambda whole, part: whole.endswith(part)),
    "length": _texts(len), "indexof": _texts(lambda whole, part: whole.find(part)),
    "substring": _texts(lambda t, start, *n: t[start : start + n[0]] if n else t[start:]),
    "tolower": _texts(str.lower), "toupper": _texts(str.upper), "trim": _texts(str.strip),
    "concat": _texts(lambda a, b: a + b),
    "year": _part(lambda t: t.year), "month": _part(lambda t: t.month),
    "day": _part(lambda t: t.day), "hour": _part(lambda t: t.hour),
    "minute": _part(lambda t: t.minute), "second": _part(lambda t: t.second),
    "fractionalseconds": _part(lambda t: t.microsecond / 1_000_000),
    "date": _part(lambda t: t.date()), "time": _part(lambda t: t.time()),
    "totaloffsetminutes": _part(lambda t: 0),
    "now": lambda: _instant(to_microseconds(now())),
    "mindatetime": lambda: _instant(EARLIEST), "maxdatetime": lambda: _instant(LATEST),
    "round": _rounded, "floor": math.floor, "ceiling": math.ceil,
    "geo.distance": _shapes(lambda a, b: a.distance(b)),
    "geo.length": _shapes(lambda a: a.length),
    "geo.intersects": _shapes(lambda a, b: a.intersects(b)),
    "st_equals": _shapes(lambda a, b: a.equals(b)),
    "st_disjoint": _shapes(lambda a, b: a.disjoint(b)),
    "st_touches": _shapes(lambda a, b: a.touches(b)),
    "st_within": _shapes(lambda a, b: a.within(b)),
    "st_overlaps": _shapes(lambda a, b: a.overlaps(b)),
    "st_crosses": _shapes(lambda a, b: a.crosses(b)),
    "st_intersects": _shapes(lambda a, b: a.intersects(b)),
    "st_contains": _shapes(lambda a, b: a.contains(b)),
    "st_relate": lambda a, b, pattern: shapely.relate_pattern(_shape(a), _shape(b), pattern),
    "before": _periods(_before), "after": _periods(lambda a, b: _before(b, a)),
    "meets": _periods(lambda a, b: a.end == b.start or b.end == a.start),
    "during": _periods(lambda a, b: b.start <= a.start and a.end <= b.end),
    "overlaps": _periods(lambda a, b: a.start <= b.end and b.start <= a.end),
    "starts": _periods(lambda a, b: a.start == b.start),
    "finishes": _periods(lambda a, b: a.end == b.end),
}  # fmt: skip
