"""Which features of a file are taken, and why the others are not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from guanggu.base.bilingual import T

VERTICES_MAX = 100_000  # of one feature
PROPERTIES_MAX = 100
TEXT_MAX = 1_000
NAMES = ("name", "NAME", "Name", "名称", "title", "标题")


@dataclass(frozen=True, slots=True)
class Read:
    """A feature as the file has it. number: counted from one, as people count."""

    number: int
    geometry: BaseGeometry | None
    properties: dict[str, Any]
    trouble: T | None = None


@dataclass(slots=True)
class Taken:
    name: str
    geometry: BaseGeometry
    properties: dict[str, Any]
    number: int


@dataclass
class Judged:
    """taken: what fits; refused: (number, reason) of each feature that does not."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[tuple[int, T]] = field(default_factory=list)


def trouble_of(geometry: BaseGeometry | None) -> T | None:
    """Why a geometry (degrees) cannot be taken; None where it can."""
    if geometry is None:
        return T("没有几何", "It has no geometry")
    if geometry.is_empty:
        return T("几何为空", "Its geometry is empty")
    if geometry.geom_type in ("GeometryCollection", "LinearRing"):
        return T(
            "不支持混合几何，请拆分为点、线或面",
            "Mixed geometry: split it into points, lines and areas",
        )
    at = shapely.get_coordinates(geometry)
    if len(at) > VERTICES_MAX:
        return T("节点超过 {} 个", "More than {} vertices").format(VERTICES_MAX)
    if not np.isfinite(at).all():
        return T("坐标不是数值", "A coordinate is no number")
    if (np.abs(at[:, 0]) > 180).any() or (np.abs(at[:, 1]) > 90).any():
        return T(
            "坐标超出经纬度范围，请核对坐标系",
            "Coordinates lie beyond longitude and latitude: check the reference system",
        )
    if not geometry.is_valid:
        reason = shapely.is_valid_reason(geometry)
        return T("几何不合规：{}", "Invalid geometry: {}").format(reason)
    return None


def judge(features: Iterable[Read]) -> Judged:
    """Sort a file's features; the second of two alike is refused."""
    found = Judged()
    seen: dict[bytes, int] = {}
    for one in features:
        trouble = one.trouble or trouble_of(one.geometry)
        if trouble is not None or one.geometry is None:
            found.refused.append((one.number, trouble or T("没有几何", "It has no geometry")))
            continue
        geometry = shapely.force_2d(one.geometry)
        properties = plain(one.properties)
        print_ = hashlib.sha256(
            shapely.to_wkb(shapely.normalize(geometry))
            + orjson.dumps(properties, option=orjson.OPT_SORT_KEYS)
        ).digest()
        if print_ in seen:
            text = T("与第 {} 个要素完全相同", "The same as feature {}").format(seen[print_])
            found.refused.append((one.number, text))
            continue
        seen[print_] = one.number
        name = next((str(properties[n]) for n in NAMES if properties.get(n)), "")
        found.taken.append(Taken(name[:200], geometry, properties, one.number))
    return found


def plain(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties as JSON that anybody can keep: bounded, no NaN, no nesting."""
    kept: dict[str, Any] = {}
    for name, value in list(properties.items())[:PROPERTIES_MAX]:
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, float) and not np.isfinite(value):
            value = None
        if isinstance(value, dict | list):
            value = orjson.dumps(value).decode()
        if not isinstance(value, int | float | bool | str | None):
            value = str(value)
        if isinstance(value, str):
            value = value.replace("\0", "")[:TEXT_MAX]
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 53:
            value = str(value)
        kept[str(name).replace("\0", "").replace('"', "")[:80]] = value
    return kept
