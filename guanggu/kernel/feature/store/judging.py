"""What an index cannot decide: geometry against a wish, distance over the ground, with Shapely."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from .contract import Box, Found, Near, Wanted

METRES_A_DEGREE = 111_195.0  # on the sphere of the mean radius of the earth


def box_of(wanted: Wanted) -> Box | None:
    """The box in which every wanted feature has a place; None for anywhere."""
    boxes = [wanted.box] if wanted.box else []
    boxes += [Box(*wanted.meets.bounds)] if wanted.meets is not None else []
    if not boxes:
        return None
    return Box(
        max(b.west for b in boxes), max(b.south for b in boxes),
        min(b.east for b in boxes), min(b.north for b in boxes),
    )  # fmt: skip


def within(wanted: Wanted, box: Box) -> Wanted:
    """The same wishes, sought in this box only; geometry is judged by the caller."""
    return Wanted(box=box, during=wanted.during, equals=wanted.equals, among=wanted.among)


def fits(geometry: BaseGeometry, wanted: Wanted) -> bool:
    if wanted.box is not None and not shapely.intersects(geometry, shapely.box(*wanted.box)):
        return False
    return wanted.meets is None or bool(shapely.intersects(geometry, wanted.meets))


def count_of(rows: Sequence[Any], wanted: Wanted) -> int:
    """How many of (WKB, box …) fit; one whose own box lies in the wanted one needs no geometry."""
    boxes = np.array([row[1:] for row in rows], float)
    sure = np.zeros(len(rows), bool)
    if wanted.box is not None and wanted.meets is None:
        w = wanted.box
        sure = (
            (boxes[:, 0] >= w.west) & (boxes[:, 1] >= w.south)
            & (boxes[:, 2] <= w.east) & (boxes[:, 3] <= w.north)
        )  # fmt: skip
    doubtful = [shapely.from_wkb(bytes(rows[n][0])) for n in np.flatnonzero(~sure).tolist()]
    return int(sure.sum()) + sum(fits(geometry, wanted) for geometry in doubtful)


def distances(found: Sequence[Found], lon: float, lat: float, shrink: float) -> list[Near]:
    """Over the ground, on the plane that touches the place: exact to 1 % within 100 km."""
    shapes = np.array([one.geometry for one in found], dtype=object)
    if not len(shapes):
        return []
    flat = shapely.transform(
        shapes, lambda at: np.column_stack(((at[:, 0] - lon) * shrink, at[:, 1] - lat))
    )
    metres = shapely.distance(flat, shapely.points(0, 0)) * METRES_A_DEGREE
    return [Near(one, float(far)) for one, far in zip(found, metres, strict=True)]


def fitting(rows: Sequence[Sequence[Any]], wanted: Wanted) -> list[Found]:
    """Those of the rows whose geometry fits, judged all at once."""
    if not rows:
        return []
    shapes = shapely.from_wkb(np.array([bytes(row[2]) for row in rows], dtype=object))
    fits = np.ones(len(rows), bool)
    for area in (wanted.box and shapely.box(*wanted.box), wanted.meets):
        if area is not None:
            shapely.prepare(area)
            fits &= shapely.intersects(area, shapes)
    return [
        Found(row[0], row[1], shape, orjson.loads(row[3]), _day(row[4]), _day(row[5]))
        for row, shape, good in zip(rows, shapes, fits.tolist(), strict=True)
        if good
    ]


def found_of(row: Sequence[Any]) -> Found:
    return Found(
        row[0], row[1], shapely.from_wkb(bytes(row[2])), orjson.loads(row[3]), _day(row[4]),
        _day(row[5]),
    )  # fmt: skip


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value
