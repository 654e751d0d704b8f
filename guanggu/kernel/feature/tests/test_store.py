"""One suite for every engine: what the index answers is what walking through all would."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from django.db import connection
from shapely.geometry import LineString, Point, box

from guanggu.kernel.feature.store import Box, FeatureRow, Wanted, postgis_is_here
from guanggu.kernel.feature.store.engines import CoreBox, PostGIS, RTree
from guanggu.kernel.feature.store.sql_store import SqlStore
from guanggu.kernel.feature.store.thinning import SPARSE_MAX, ZOOM_MAX, minzooms

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["rtree", "postgis", "box"])
def store(request: Any, db: None) -> SqlStore:
    name = request.param
    if (name == "rtree") != (connection.vendor == "sqlite"):
        pytest.skip(f"{name} is no engine of {connection.vendor}")
    if name == "postgis" and not postgis_is_here():
        pytest.skip("this PostgreSQL has no PostGIS")
    return SqlStore({"rtree": RTree, "postgis": PostGIS, "box": CoreBox}[name]())


def _some(count: int = 300, seed: int = 7) -> list[FeatureRow]:
    """Points, lines and areas of the district, invented."""
    dice = np.random.default_rng(seed)
    rows = []
    for n in range(count):
        lon, lat = 114.3 + dice.random() * 0.5, 30.4 + dice.random() * 0.3
        if n % 3 == 0:
            geometry: Any = Point(lon, lat)
        elif n % 3 == 1:
            geometry = LineString([(lon, lat), (lon + 0.01 * dice.random(), lat + 0.01)])
        else:
            geometry = Point(lon, lat).buffer(0.004 * dice.random() + 1e-4, quad_segs=3)
        rows.append(FeatureRow(f"F-{n}", geometry, {"name": f"甲{n}", "kind": "abc"[n % 3]}))
    return rows


WINDOWS = [
    (114.4, 30.45, 114.5, 30.55), (114.3, 30.4, 114.8, 30.7), (114.55, 30.5, 114.551, 30.501),
    (0, 0, 1, 1),
]  # fmt: skip


@pytest.mark.parametrize("window", WINDOWS)
def test_a_box_finds_what_has_a_place_in_it(store: SqlStore, window: Any) -> None:
    rows = _some()
    store.put("trial", rows)
    wanted = Wanted(box=Box(*window))
    there = {r.key for r in rows if r.geometry.intersects(box(*window))}
    assert {f.key for f in store.items("trial", wanted, limit=1000)} == there
    assert store.count("trial", wanted) == len(there)


def test_pages_follow_one_another_without_gap_or_double(store: SqlStore) -> None:
    store.put("trial", _some())
    wanted = Wanted(box=Box(*WINDOWS[0]))
    seen: list[str] = []
    after = 0
    while page := store.items("trial", wanted, after=after, limit=7):
        seen += [one.key for one in page]
        after = page[-1].id
    assert len(seen) == len(set(seen)) == store.count("trial", wanted)


@pytest.mark.parametrize("place", [(114.5, 30.5), (114.41, 30.62), (114.29, 30.39)])
def test_the_nearest_are_the_nearest(store: SqlStore, place: tuple[float, float]) -> None:
    rows = _some()
    store.put("trial", rows)
    shrink = np.cos(np.radians(place[1]))

    def distance(row: FeatureRow) -> float:
        moved = shapely.transform(
            row.geometry,
            lambda a: np.column_stack(((a[:, 0] - place[0]) * shrink, a[:, 1] - place[1])),
        )
        return float(moved.distance(Point(0, 0)))

    best = sorted(rows, key=distance)[:10]
    near = store.nearest("trial", *place, 10)
    assert [n.found.key for n in near] == [r.key for r in best]
    assert [n.distance_m for n in near] == sorted(n.distance_m for n in near)


def test_more_nearest_than_there_are_gives_all(store: SqlStore) -> None:
    store.put("trial", _some(5))
    assert len(store.nearest("trial", 0, 0, 50)) == 5
    assert store.nearest("nobody", 114, 30, 3) == []


def test_a_point_in_an_area_and_beside_it(store: SqlStore) -> None:
    area = box(114.4, 30.5, 114.42, 30.52)
    store.put("trial", [FeatureRow("A", area, {}), FeatureRow("B", Point(114.41, 30.51), {})])
    inside = Wanted(meets=Point(114.41, 30.51))
    assert {f.key for f in store.items("trial", inside)} == {"A", "B"}
    # One 32-bit step beyond the edge: the R*Tree alone would still say yes.
    assert store.items("trial", Wanted(meets=Point(114.42 + 1e-9, 30.51))) == []
    assert len(store.items("trial", Wanted(meets=Point(114.42 - 1e-9, 30.51)))) == 1


def test_conditions_hold_together(store: SqlStore) -> None:
    store.put(
        "trial",
        [
            FeatureRow("A", Point(1, 1), {"kind": "x", "open": True}, date(2026, 1, 1), date(2026, 6, 30)),
            FeatureRow("B", Point(1, 1), {"kind": "x", "open": False}, date(2026, 7, 1)),
            FeatureRow("C", Point(1, 1), {"kind": "y", "n": 3}),
        ],
    )  # fmt: skip

    def keys(**wishes: Any) -> set[str]:
        return {f.key for f in store.items("trial", Wanted(**wishes))}

    assert keys(equals={"kind": "x"}) == {"A", "B"}
    assert keys(equals={"open": "true"}) == {"A"}
    assert keys(equals={"n": "3"}) == {"C"}
    assert keys(equals={"kind": "x", "open": "false"}) == {"B"}
    assert keys(equals={'k"ind': "' OR 1=1 --"}) == set()
    assert keys(during=(date(2026, 6, 1), date(2026, 6, 2))) == {"A", "C"}
    assert keys(during=(date(2026, 7, 1), None)) == {"B", "C"}
    assert keys(during=(None, date(2025, 1, 1))) == {"C"}
    assert keys(box=Box(0, 0, 2, 2), equals={"kind": "y"}) == {"C"}
    assert keys(among=("SELECT 'B'", ())) == {"B"}


def test_a_feature_moves_changes_and_goes(store: SqlStore) -> None:
    store.put("trial", [FeatureRow("A", Point(1, 1), {"n": 1})])
    first = store.version("trial")
    store.put("trial", [FeatureRow("A", Point(5, 5), {"n": 2})])
    assert store.version("trial") > first
    assert store.items("trial", Wanted(box=Box(0, 0, 2, 2))) == []
    found = store.one("trial", "A")
    assert found is not None
    assert (found.properties, found.geometry) == ({"n": 2}, Point(5, 5))
    assert store.extent("trial") == Box(5, 5, 5, 5)
    store.remove("trial", ["A", "unknown"])
    assert store.count("trial") == 0
    assert store.extent("trial") is None
    store.drop("trial")
    assert store.version("trial") == 0


def test_layers_do_not_see_one_another(store: SqlStore) -> None:
    store.put("one", [FeatureRow("A", Point(1, 1), {})])
    store.put("two", [FeatureRow("A", Point(1, 1), {}), FeatureRow("B", Point(1, 1), {})])
    around = Wanted(box=Box(0, 0, 2, 2))
    assert (store.count("one", around), store.count("two", around)) == (1, 2)
    store.drop("two")
    assert store.count("one", around) == 1


def test_replacing_leaves_exactly_the_new_rows(store: SqlStore) -> None:
    store.put("trial", _some(30))
    assert store.replace("trial", _some(12, seed=9)) == 12
    assert store.count("trial") == store.count("trial", Wanted(box=Box(114, 30, 115, 31))) == 12


def _crowd(count: int = 3 * SPARSE_MAX) -> list[FeatureRow]:
    dice = np.random.default_rng(3)
    places = dice.normal((114.4, 30.5), 0.02, (count, 2))
    return [FeatureRow(f"P-{n}", Point(*p), {}) for n, p in enumerate(places)]


def test_no_tile_holds_more_than_a_feature_a_cell(store: SqlStore) -> None:
    store.replace("crowd", _crowd())
    everywhere = Box(114, 30, 115, 31)
    drawn = [len(store.drawn("crowd", everywhere, z)) for z in (4, 8, 12, ZOOM_MAX)]
    assert drawn == sorted(drawn)
    assert 1 <= drawn[0] <= 4
    assert drawn[-1] == 3 * SPARSE_MAX


def test_features_added_one_by_one_are_thinned_as_those_of_a_rebuild(store: SqlStore) -> None:
    rows = _crowd(SPARSE_MAX + 300)
    store.replace("crowd", rows[: SPARSE_MAX + 1])
    store.put("crowd", rows[SPARSE_MAX + 1 :])
    everywhere = Box(114, 30, 115, 31)
    one_by_one = len(store.drawn("crowd", everywhere, 9))
    store.replace("crowd", rows)
    at_once = len(store.drawn("crowd", everywhere, 9))
    assert abs(one_by_one - at_once) <= at_once * 0.2


def test_thinning_leaves_one_small_feature_a_cell() -> None:
    boxes = np.array([(*r.geometry.bounds,) for r in _crowd()])
    zooms = minzooms(boxes)
    for zoom in (5, 9, 13):
        cells = ((boxes[:, 0] + 180) / 360 * 2**zoom * 64).astype(int)
        assert (zooms <= zoom).sum() >= len(np.unique(cells)) * 0.9
    assert zooms.max() == ZOOM_MAX or zooms.max() < ZOOM_MAX
    assert (minzooms(boxes[:SPARSE_MAX]) == 0).all()


def test_the_index_is_used_for_a_box(store: SqlStore) -> None:
    """The trap of the third dimension: pinned by what the index had to look at."""
    if connection.vendor != "sqlite":
        pytest.skip("the trap is SQLite's")
    store.replace("crowd", _crowd())
    index = store._index("crowd")
    assert index is not None
    hit, values = store.engine.hit(Box(114.4, 30.5, 114.401, 30.501), None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN QUERY PLAN SELECT 1 FROM {store.engine.joined(index.pk)} WHERE {hit}", values
        )
        plan = " ".join(str(row) for row in cursor.fetchall())
        cursor.execute(f"SELECT max(zoom_high) FROM feature_place_{index.pk}")
        deepest = cursor.fetchone()[0]
    assert "VIRTUAL TABLE INDEX" in plan
    assert deepest <= ZOOM_MAX * 0.01 + 1e-6
