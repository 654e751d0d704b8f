"""Tiles read by another's decoder show what was put into them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon, box, shape

from guanggu.base.actor import VISITOR
from guanggu.kernel.feature.public import FeatureRow, features
from guanggu.kernel.feature.tiles.encoding import encode_layer, varint, varints
from guanggu.kernel.feature.tiles.making import make_tile
from guanggu.kernel.feature.tiles.mercator import box_of_tile, tile_of

OPTIONS = {"y_coord_down": True}


def _decoded(geometries: list[Any], properties: list[dict[str, Any]] | None = None) -> list[Any]:
    rows = properties or [{"n": n} for n in range(len(geometries))]
    body = encode_layer("trial", np.array(geometries, dtype=object), rows)
    if not body:
        return []
    return mapbox_vector_tile.decode(body, default_options=OPTIONS)["trial"]["features"]


@given(st.lists(st.integers(0, 2**34), max_size=50))
def test_numbers_are_written_as_protobuf_writes_them(values: list[int]) -> None:
    body, sizes = varints(np.array(values, np.int64))
    assert body == b"".join(map(varint, values))
    assert sizes.tolist() == [len(varint(v)) for v in values]


GEOMETRIES = [
    Point(10, 20),
    MultiPoint([(1, 2), (30, 40), (5, 6)]),
    LineString([(0, 0), (100, 50), (100, 4000)]),
    shapely.MultiLineString([[(0, 0), (9, 9)], [(50, 60), (70, 80), (90, 10)]]),
    box(10, 10, 500, 400),
    Polygon([(0, 0), (900, 0), (900, 900), (0, 900)], [[(100, 100), (100, 300), (300, 300)]]),
    MultiPolygon([box(0, 0, 10, 10), box(1000, 1000, 2000, 3000)]),
]


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=lambda g: g.geom_type)
def test_a_geometry_comes_back(geometry: Any) -> None:
    found = _decoded([geometry])
    assert shape(found[0]["geometry"]).equals(geometry)


def test_all_kinds_come_back_beside_one_another_with_their_properties() -> None:
    rows = [
        {"名称": f"第{n}", "n": n, "x": n / 3, "yes": n % 2 == 0, "none": None} for n in range(7)
    ]
    found = _decoded(GEOMETRIES, rows)
    assert len(found) == 7
    by_number = {f["properties"]["n"]: f for f in found}
    for n, geometry in enumerate(GEOMETRIES):
        assert shape(by_number[n]["geometry"]).equals(geometry)
        assert by_number[n]["properties"] == {k: v for k, v in rows[n].items() if v is not None}


coordinates = st.tuples(st.integers(-64, 4160), st.integers(-64, 4160))


@given(st.lists(st.lists(coordinates, min_size=2, max_size=12), min_size=1, max_size=6))
def test_lines_of_any_shape_come_back(lines: list[list[tuple[int, int]]]) -> None:
    geometries = [LineString(places) for places in lines]
    found = {f["properties"]["n"]: shape(f["geometry"]) for f in _decoded(geometries)}
    for n, geometry in enumerate(geometries):
        if geometry.length:
            assert found[n].equals(geometry)
        else:
            assert n not in found


@given(st.lists(st.tuples(coordinates, st.integers(1, 900), st.integers(3, 9)), max_size=8))
def test_areas_keep_their_size_and_direction(areas: list[Any]) -> None:
    geometries = [Point(at).buffer(radius, quad_segs=quads) for at, radius, quads in areas]
    decoded = {f["properties"]["n"]: shape(f["geometry"]) for f in _decoded(geometries)}
    for n, geometry in enumerate(geometries):
        if geometry.area > 200:
            assert decoded[n].area == pytest.approx(geometry.area, rel=0.1, abs=60)


def test_what_is_smaller_than_a_unit_is_left_out() -> None:
    assert _decoded([box(10.1, 10.1, 10.2, 10.2), LineString([(5.1, 5.1), (5.2, 5.2)])]) == []
    assert _decoded([]) == []


@pytest.mark.django_db
def test_a_tile_shows_its_part_of_the_layer() -> None:
    lake = Point(114.4, 30.5).buffer(0.03)
    features().put("lakes", [FeatureRow("L", lake, {"name": "湖"})])
    zoom = 13
    x, y = tile_of(zoom, 114.4, 30.5)
    body = make_tile("lakes", zoom, x, y)
    found = mapbox_vector_tile.decode(body, default_options=OPTIONS)["lakes"]["features"]
    assert found[0]["properties"] == {"key": "L", "name": "湖"}
    part = lake.intersection(box(*box_of_tile(zoom, x, y, 64 / 4096)))
    whole = box(*box_of_tile(zoom, x, y, 64 / 4096))
    share = shape(found[0]["geometry"]).area / (4096 + 128) ** 2
    assert share == pytest.approx(part.area / whole.area, abs=0.003)
    assert make_tile("lakes", zoom, x + 40, y) == b""
    assert make_tile("nobody", zoom, x, y) == b""


@pytest.mark.django_db
def test_a_kept_tile_goes_when_the_layer_changes(tmp_path: Path, a_layer: Any) -> None:
    from guanggu.kernel.feature.public import tile_for

    features().put(a_layer.key, [FeatureRow("A", Point(114.4, 30.5), {"name": "甲"})])
    x, y = tile_of(10, 114.4, 30.5)
    first = tile_for(VISITOR, a_layer, 10, x, y, tmp_path)
    assert tile_for(VISITOR, a_layer, 10, x, y, tmp_path) == first
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1
    features().put(a_layer.key, [FeatureRow("B", Point(114.4, 30.5), {"name": "乙"})])
    second = tile_for(VISITOR, a_layer, 10, x, y, tmp_path)
    assert second.tag != first.tag
    assert second.body != first.body
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1
