"""Files of geodata: good features are kept, each bad one is named with its reason."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from guanggu.apps.atlas.rules.judging import Read, judge, plain
from guanggu.apps.atlas.rules.measuring import area_m2, length_m, places_of
from guanggu.apps.atlas.rules.reading import FEATURES_MAX, Several, read_file, read_layers
from guanggu.apps.atlas.rules.words import ALL_LAYERS
from guanggu.apps.atlas.rules.writing import write
from guanggu.base.errors import Invalid
from guanggu.standards.gcj_02 import to_gcj_02

ROWS = [
    ("A", Point(114.4, 30.5), {"name": "东湖站", "n": 3}),
    ("B", LineString([(114.4, 30.5), (114.5, 30.6)]), {"name": "路", "n": 4}),
    ("C", box(114.4, 30.5, 114.41, 30.51), {"name": "区", "n": 5}),
]


def _features(*geometries: Any) -> bytes:
    rows = [
        {"type": "Feature", "geometry": g, "properties": {"n": n}} for n, g in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def test_each_bad_feature_is_named_and_the_good_ones_are_kept() -> None:
    point = {"type": "Point", "coordinates": [114.4, 30.5]}
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    content = _features(
        point, None, {"type": "Pint", "coordinates": [1, 2]}, bow,
        {"type": "Point", "coordinates": [3_400_000, 500_000]}, {"type": "Point", "coordinates": ["a", 1]},
        {"type": "GeometryCollection", "geometries": [point, bow]},
    )  # fmt: skip
    judged = judge(read_file("一.geojson", content).features)
    assert [one.number for one in judged.taken] == [1]
    assert {number for number, _ in judged.refused} == {2, 3, 4, 5, 6, 7}
    reasons = dict(judged.refused)
    assert "没有几何" in reasons[2].zh
    assert "Self-intersection" in reasons[4].zh
    assert "坐标系" in reasons[5].zh


def test_of_two_alike_one_is_taken() -> None:
    judged = judge(
        [Read(n, Point(1, 1), {"a": 1}) for n in (1, 2)] + [Read(3, Point(1, 1), {"a": 2})]
    )
    assert [one.number for one in judged.taken] == [1, 3]
    assert judged.refused[0][0] == 2
    assert "1" in judged.refused[0][1].zh


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shp", "csv"])
def test_what_is_written_is_read_again(kind: str) -> None:
    body = write(ROWS, kind, "4490")
    name = {"shp": "x.zip", "geojson": "x.geojson"}.get(kind, f"x.{kind}")
    judged = judge(read_file(name, body).features)
    assert judged.refused == []
    if kind == "shp":  # one file a kind of geometry; the first by name is read
        assert len(judged.taken) == 1
        return
    names = {one.name: one.geometry for one in judged.taken}
    for _, geometry, properties in ROWS:
        assert names[properties["name"]].equals_exact(geometry, 1e-7)


def _geopackage(tmp_path: Any, *layers: tuple[str, list[Any]]) -> bytes:
    from pyogrio import raw

    path = tmp_path / "x.gpkg"
    for name, points in layers:
        raw.write(
            path, shapely.to_wkb(points), [np.arange(len(points))], ["n"], crs="EPSG:4490",
            geometry_type="Unknown", layer=name, driver="GPKG", append=path.exists(),
        )  # fmt: skip
    return path.read_bytes()


def test_of_several_layers_one_is_chosen_or_all(tmp_path: Any) -> None:
    content = _geopackage(
        tmp_path, ("站点", [Point(114.4, 30.5)]), ("管线", [LineString([(114, 30), (115, 31)])] * 2)
    )
    with pytest.raises(Several) as asked:
        read_layers("x.gpkg", content)
    assert asked.value.names == ["站点", "管线"]
    assert "站点、管线" in asked.value.fields["layer"].zh
    [one] = read_layers("x.gpkg", content, "管线")
    assert (one.layer, len(one.features)) == ("管线", 2)
    assert [file.layer for file in read_layers("x.gpkg", content, ALL_LAYERS)] == ["站点", "管线"]
    with pytest.raises(Several):
        read_layers("x.gpkg", content, "没有的")


def test_the_shapefiles_of_a_zip_are_its_layers_and_a_geopackage_within_is_read(
    tmp_path: Any,
) -> None:
    body = write(ROWS, "shp", "4490")
    with pytest.raises(Several) as asked:
        read_layers("x.zip", body)
    assert len(asked.value.names) == 3
    every = read_layers("x.zip", body, ALL_LAYERS)
    shapes = {file.features[0].geometry.geom_type.removeprefix("Multi") for file in every}
    assert shapes == {"LineString", "Point", "Polygon"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("内/x.gpkg", _geopackage(tmp_path, ("唯一", [Point(114.4, 30.5)])))
    [only] = read_layers("y.zip", out.getvalue())
    assert (only.layer, len(only.features)) == ("", 1)


def test_gcj_02_is_written_shifted_and_says_so() -> None:
    body = json.loads(write(ROWS[:1], "geojson", "gcj02"))
    shifted = body["features"][0]["geometry"]["coordinates"]
    assert shifted == pytest.approx(to_gcj_02(np.array([[114.4, 30.5]]))[0].tolist())
    assert body["coordinates"] == "GCJ-02"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_shapefile_of_this_country_is_read(encoding: str, tmp_path: Any) -> None:
    """Projected to the 3 degree zone, texts in GBK without a .cpg, as survey offices send it."""
    from pyogrio import raw
    from pyproj import Transformer

    x, y = Transformer.from_crs(4490, 4547, always_xy=True).transform(114.4, 30.5)
    raw.write(
        tmp_path / "站点.shp", shapely.to_wkb([Point(x, y)]), [np.array(["光谷监测站"], dtype=object)],
        ["name"], crs="EPSG:4547", geometry_type="Point", encoding=encoding, driver="ESRI Shapefile",
    )  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in tmp_path.glob("站点.*"):
            if path.suffix != ".cpg":
                archive.write(path, f"目录/{path.name}")
    file = read_file("upload.zip", out.getvalue())
    assert file.features[0].properties["name"] == "光谷监测站"
    found = file.features[0].geometry
    assert found is not None
    assert (found.x, found.y) == pytest.approx((114.4, 30.5), abs=1e-7)


def test_a_sheet_in_gbk_with_chinese_headings_is_read() -> None:
    content = "名称,经度,纬度\n甲,114.4,30.5\n乙,东经,30.5\n".encode("gb18030")
    judged = judge(read_file("a.csv", content).features)
    assert [(one.name, one.geometry) for one in judged.taken] == [("甲", Point(114.4, 30.5))]
    assert [number for number, _ in judged.refused] == [2]


def test_kml_is_read() -> None:
    text = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>甲</name><Point>'
        "<coordinates>114.4,30.5,0</coordinates></Point></Placemark></Document></kml>"
    )
    judged = judge(read_file("a.kml", text.encode()).features)
    assert [(one.name, one.geometry) for one in judged.taken] == [("甲", Point(114.4, 30.5))]


def _zip(names: list[str], size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"\0" * size)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"), ("a.geojson", b"{"), ("a.geojson", b"[]"), ("a.geojson", b'{"features":3}'),
        ("a.zip", b"no zip"), ("a.zip", _zip(["a.txt"])), ("a.zip", _zip(["a.shp", "b.dbf", "a.shx"])),
        ("a.zip", _zip(["a.shp", "a.dbf", "a.shx"])), ("a.zip", _zip([f"{n}.txt" for n in range(99)])),
        ("a.zip", _zip(["../../etc/a.shp", "a.dbf", "a.shx"])), ("a.gpkg", b"nothing"),
        ("a.csv", "名称,地址\n甲,乙\n".encode()), ("a.csv", b"\xff\xff\xff\x00"), ("a.kml", b"<kml"),
        ("a.zip", _zip(["a.shp"], 300 * 1024 * 1024)),
    ],
)  # fmt: skip
def test_files_that_are_none_are_refused_with_a_reason(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_file(name, content)
    assert refused.value.fields["file"].zh


def test_too_many_features_are_refused() -> None:
    point = {"type": "Feature", "geometry": None, "properties": {}}
    content = json.dumps({"features": [point] * (FEATURES_MAX + 1)}).encode()
    with pytest.raises(Invalid):
        read_file("a.json", content)


def test_properties_become_plain_json() -> None:
    told = plain(
        {"a": np.int32(3), "b": float("nan"), "c": {"x": 1}, "d": "x" * 5000, "e": 1 << 60}
    )
    assert told["a"] == 3
    assert told["b"] is None
    assert told["c"] == '{"x":1}'
    assert len(told["d"]) == 1000
    assert told["e"] == str(1 << 60)


def test_lengths_and_areas_are_those_of_the_ellipsoid() -> None:
    # One degree of the equator, and of the meridian there (published figures of GRS80).
    assert length_m([(0, 0), (1, 0)]) == pytest.approx(111_319.49, abs=0.01)
    assert length_m([(0, 0), (0, 1)]) == pytest.approx(110_574.39, abs=0.01)
    area, around = area_m2([(114.4, 30.5), (114.41, 30.5), (114.41, 30.51), (114.4, 30.51)])
    assert area == pytest.approx(1_064_300, rel=2e-3)
    assert around == pytest.approx(4_137, rel=2e-3)
    assert places_of("114.4,30.5；114.5，30.6\n") == [(114.4, 30.5), (114.5, 30.6)]
    for bad in ("", "1,2", "a,b;c,d", "1,2;3", "999,1;1,1"):
        with pytest.raises(Invalid):
            places_of(bad)
