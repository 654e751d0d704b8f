"""The query language of NGSI-LD (clause 4.9) and its geo-queries (4.10), decided on entities."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.feature.public import geometry_of

from .vocabulary import short

LENGTH_MAX = 2_000
DEPTH_MAX = 20
_BAD_Q = T(
    "q 有误：“{}”。示例：pm25>75;no2<=40", "q cannot be read at “{}”. Example: pm25>75;no2<=40"
)
_BAD_GEO = T(
    "空间条件有误：需要 georel、geometry、coordinates，如 near;maxDistance==2000、Point、[114.4,30.5]。",
    "The geo-query cannot be read: give georel, geometry and coordinates, such as "
    "near;maxDistance==2000, Point, [114.4,30.5].",
)
_TOKEN = re.compile(
    r"""\s*(?:(?P<op>==|!=|>=|<=|~=|!~=|>|<)|(?P<mark>[;|(),])|(?P<range>\.\.)
    |(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<word>[^\s;|()=<>!~",]+?(?=\.\.|[\s;|()=<>!~",]|$)))""",
    re.VERBOSE,
)
Test = Callable[[Mapping[str, Any]], bool]


def read_q(text: str) -> Test:
    """Raises Invalid."""
    if len(text) > LENGTH_MAX:
        raise Invalid(_BAD_Q.format(text[:20]))
    reader = _Reader(text)
    test = reader.either(0)
    if reader.kind:
        raise reader.unexpected()
    return test


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._place = text, 0
        self.kind, self.value = "", ""
        self._next()

    def _next(self) -> None:
        rest = self._text[self._place :]
        if not rest.strip():
            self.kind, self.value = "", ""
            self._place = len(self._text)
            return
        found = _TOKEN.match(rest)
        if found is None or found.lastgroup is None:
            raise Invalid(_BAD_Q.format(rest[:20]))
        self.kind, self.value = found.lastgroup, found[found.lastgroup]
        self._place += found.end()

    def unexpected(self) -> Invalid:
        return Invalid(_BAD_Q.format(self.value or self._text[-20:]))

    def _take(self, mark: str) -> bool:
        if (self.kind, self.value) == ("mark", mark):
            self._next()
            return True
        return False

    def either(self, depth: int) -> Test:
        tests = [self._both(depth)]
        while self._take("|"):
            tests.append(self._both(depth))
        return tests[0] if len(tests) == 1 else lambda entity: any(t(entity) for t in tests)

    def _both(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._take(";"):
            tests.append(self._one(depth))
        return tests[0] if len(tests) == 1 else lambda entity: all(t(entity) for t in tests)

    def _one(self, depth: int) -> Test:
        if depth > DEPTH_MAX:
            raise self.unexpected()
        if self._take("("):
            inner = self.either(depth + 1)
            if not self._take(")"):
                raise self.unexpected()
            return inner
        if self.kind != "word":
            raise self.unexpected()
        path = self.value
        self._next()
        if self.kind != "op":
            return lambda entity: value_at(entity, path) is not None
        operator = self.value
        self._next()
        wanted = [self._value()]
        if self.kind == "range":
            self._next()
            return _within(path, wanted[0], self._value(), operator)
        while self._take(","):
            wanted.append(self._value())
        return _comparison(path, operator, wanted)

    def _value(self) -> Any:
        kind, value = self.kind, self.value
        if kind not in ("text", "word"):
            raise self.unexpected()
        self._next()
        if kind == "text":
            return orjson.loads(value)
        if value in ("true", "false"):
            return value == "true"
        try:
            return float(value)
        except ValueError:
            return value


def value_at(entity: Mapping[str, Any], path: str) -> Any:
    """``pm25``, ``pm25.observedAt``, ``name[x]`` of a normalized entity."""
    names = path.replace("[", ".").replace("]", "").split(".")
    found: Any = entity.get(short(names[0]))
    for name in names[1:]:
        inner = found.get("value") if isinstance(found, dict) else None
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(inner, dict):
            found = inner.get(name)
        else:
            return None
    if isinstance(found, dict) and "value" in found:
        found = found["value"]
    if isinstance(found, dict) and "@value" in found:
        found = found["@value"]
    return found


def _alike(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Both in a form that can be put in order."""
    if isinstance(left, bool) or isinstance(right, bool):
        return (left, right) if type(left) is type(right) else None
    if isinstance(left, int | float) and isinstance(right, int | float):
        return float(left), float(right)
    if isinstance(left, str) and isinstance(right, str):
        try:
            return datetime.fromisoformat(left), datetime.fromisoformat(right)
        except ValueError:
            return left, right
    return None


def _holds(operator: str, left: Any, right: Any) -> bool:
    pair = _alike(left, right)
    if pair is None:
        return False
    try:
        if operator == "==":
            return bool(pair[0] == pair[1])
        if operator == ">":
            return bool(pair[0] > pair[1])
        if operator == "<":
            return bool(pair[0] < pair[1])
        if operator == ">=":
            return bool(pair[0] >= pair[1])
        return bool(pair[0] <= pair[1])
    except TypeError:  # an instant with a zone and one without
        return False


def _comparison(path: str, operator: str, wanted: list[Any]) -> Test:
    if operator in ("~=", "!~="):
        try:
            pattern = re.compile(str(wanted[0]))
        except re.error as error:
            raise Invalid(_BAD_Q.format(str(wanted[0])[:20])) from error

        def matches(entity: Mapping[str, Any]) -> bool:
            value = value_at(entity, path)
            found = isinstance(value, str) and pattern.search(value[:500]) is not None
            return found != (operator == "!~=") and value is not None

        return matches

    def holds(entity: Mapping[str, Any]) -> bool:
        value = value_at(entity, path)
        if value is None:
            return False
        if operator == "!=":
            return not any(_holds("==", value, each) for each in wanted)
        return any(_holds(operator, value, each) for each in wanted)

    return holds


def _within(path: str, low: Any, high: Any, operator: str) -> Test:
    if operator not in ("==", "!="):
        raise Invalid(_BAD_Q.format(path))

    def holds(entity: Mapping[str, Any]) -> bool:
        value = value_at(entity, path)
        if value is None:
            return False
        inside = _holds(">=", value, low) and _holds("<=", value, high)
        return inside == (operator == "==")

    return holds


# -- geo-queries


@dataclass(frozen=True, slots=True)
class GeoQuery:
    relation: str
    shape: BaseGeometry
    least_m: float = 0.0
    most_m: float = float("inf")

    def holds(self, geometry: BaseGeometry | None) -> bool:
        if geometry is None:
            return False
        if self.relation == "near":
            return self.least_m <= metres_between(geometry, self.shape) <= self.most_m
        return bool(getattr(geometry, self.relation)(self.shape))


def metres_between(one: BaseGeometry, other: BaseGeometry) -> float:
    """Shortest distance on the ellipsoid between the nearest points."""
    from pyproj import Geod
    from shapely.ops import nearest_points

    a, b = nearest_points(one, other)
    return float(Geod(ellps="GRS80").inv(a.x, a.y, b.x, b.y)[2])


_RELATIONS = ("within", "contains", "intersects", "equals", "disjoint", "overlaps")
_DISTANCE = re.compile(r"(max|min)Distance==(\d{1,9}(?:\.\d+)?)")


def read_geo(relation: str, geometry: str, coordinates: Any) -> GeoQuery:
    """Raises Invalid."""
    name, *more = relation.split(";")
    if isinstance(coordinates, str):
        try:
            coordinates = orjson.loads(coordinates)
        except orjson.JSONDecodeError as error:
            raise Invalid(_BAD_GEO) from error
    try:
        text = orjson.dumps({"type": geometry, "coordinates": coordinates}).decode()
        shape = geometry_of(text)
    except (ValueError, shapely.errors.ShapelyError) as error:
        raise Invalid(_BAD_GEO) from error
    if shape is None or shape.is_empty:
        raise Invalid(_BAD_GEO)
    if name != "near":
        if name not in _RELATIONS or more:
            raise Invalid(_BAD_GEO)
        return GeoQuery(name, shape)
    limits = {}
    for each in more:
        found = _DISTANCE.fullmatch(each)
        if found is None:
            raise Invalid(_BAD_GEO)
        limits[found[1]] = float(found[2])
    if not limits:
        raise Invalid(_BAD_GEO)
    return GeoQuery("near", shape, limits.get("min", 0.0), limits.get("max", float("inf")))
