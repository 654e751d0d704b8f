"""JSON of entities onto records: the mandatory parts of 18-088 clause 8.2 are demanded here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from guanggu.base.bilingual import T
from guanggu.base.clock import from_microseconds
from guanggu.base.errors import Invalid
from guanggu.kernel.feature.public import geometry_of
from guanggu.kernel.register.public import Record

from .entities import METADATA, UNIT, EntityType, Property
from .times import instant_of

_MISSING = T("缺少此项，请补上。", "This is missing; add it.")
_INCOMPLETE = T("{} 的内容不完整或不符合规定：{}。", "The {} is incomplete or does not fit: {}.")
_TEXT = T("应为文字。", "This must be text.")
_OBJECT = T("应为 JSON 对象。", "This must be a JSON object.")
_GEOMETRY = T("应为 GeoJSON 几何或要素。", "This must be a GeoJSON geometry or feature.")
_NO_NUL = T("含有不能保存的字符。", "This has characters that cannot be stored.")
_GEOJSON = ("application/geo+json", "application/vnd.geo+json", "application/geojson")
_ENCODED = T(
    "位置的 encodingType 应为 application/geo+json。",
    "The encodingType of a location must be application/geo+json.",
)


def _text(record: Any, prop: Property, value: Any) -> None:
    if not isinstance(value, str):
        raise Invalid(_TEXT)
    if prop.write == "encoding_type" and hasattr(record, "geometry") and value not in _GEOJSON:
        raise Invalid(_ENCODED)
    setattr(record, prop.write, value)


def _object(record: Any, prop: Property, value: Any) -> None:
    if value is not None and not isinstance(value, dict):
        raise Invalid(_OBJECT)
    kept = {name: each for name, each in record.properties.items() if name[:1] == "@"}
    record.properties = {
        **{name: each for name, each in (value or {}).items() if name[:1] != "@"}, **kept
    }  # fmt: skip


def _geometry(record: Any, prop: Property, value: Any) -> None:
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = value.get("geometry")
    if not isinstance(value, dict):
        raise Invalid(_GEOMETRY)
    try:
        record.geometry = geometry_of(orjson.dumps(value).decode())
    except (ValueError, orjson.JSONEncodeError) as error:
        raise Invalid(_GEOMETRY) from error


def _time(record: Any, prop: Property, value: Any) -> None:
    setattr(record, prop.write, from_microseconds(instant_of(value)))


def _any(record: Any, prop: Property, value: Any) -> None:
    """Sensor metadata may be of any type; a column holds text."""
    record.properties.pop(METADATA, None)
    if isinstance(value, str):
        record.metadata = value
    else:
        record.metadata = orjson.dumps(value).decode()
        record.properties[METADATA] = value


def set_unit(record: Any, value: Any) -> None:
    """name, symbol and definition; the symbol is also the column where it could be a UCUM code."""
    if not isinstance(value, dict):
        raise Invalid(_OBJECT)
    symbol = value.get("symbol")
    record.properties[UNIT] = {n: value.get(n) for n in ("name", "symbol", "definition")}
    fits = isinstance(symbol, str) and len(symbol) <= 40 and symbol.isascii()
    record.unit = symbol if fits and isinstance(symbol, str) and " " not in symbol else ""


_WRITE: dict[str, Callable[[Any, Property, Any], None]] = {
    "text": _text, "object": _object, "geometry": _geometry, "time": _time, "any": _any,
    "unit": lambda record, prop, value: set_unit(record, value),
}  # fmt: skip


def put_values(
    kind: EntityType, record: Record, body: Mapping[str, Any], *, whole: bool
) -> None:  # fmt: skip
    """Assign what the body says. whole: what is mandatory must be there (POST, PUT), and what
    PUT leaves out is reset. Raises Invalid naming each property."""
    errors: dict[str, T] = {}
    for prop in kind.properties:
        if prop.kind == "none":
            continue
        if body.get(prop.name) is None:
            if whole and prop.required:
                errors[prop.name] = _MISSING
            elif prop.name in body or (whole and record.pk is not None):
                _reset(record, prop)
            continue
        try:
            _demand_storable(body[prop.name])
            _WRITE[prop.kind](record, prop, body[prop.name])
        except Invalid as problem:
            errors[prop.name] = problem.message
    if errors:
        raise incomplete(kind, errors)


def incomplete(kind: EntityType, errors: Mapping[str, T]) -> Invalid:
    """The problem with all its places told in one message: clients show only that."""
    told = T(
        "；".join(f"{name} {text.zh.rstrip('。')}" for name, text in errors.items()),
        "; ".join(f"{name}: {text.en.rstrip('.')}" for name, text in errors.items()),
    )
    return Invalid(_INCOMPLETE.format(kind.name, told), fields=errors)


def missing() -> T:
    return _MISSING


def _reset(record: Any, prop: Property) -> None:
    if prop.kind == "object":
        _object(record, prop, {})
    elif prop.kind in ("text", "any"):
        setattr(record, prop.write, "")


def _demand_storable(value: Any) -> None:
    if "\\u0000" in orjson.dumps(value).decode():
        raise Invalid(_NO_NUL)
