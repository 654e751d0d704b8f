"""The geodata service as the standard says it, for programs, for people and for GDAL."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client
from shapely.geometry import shape

from guanggu.base.actor import platform
from guanggu.kernel.feature.public import Layer, features
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.register.public import save_record

ITEMS = "/ogc/collections/things/items"
PAGE = {"Accept": "text/html"}


def asked(path: str, client: Client | None = None, **query: Any) -> Any:
    answer = (client or Client()).get(path, query, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def test_the_landing_page_leads_everywhere(some: Any) -> None:
    body = asked("/ogc/")
    rels = {each["rel"]: each["href"] for each in body["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= set(rels)
    for rel in ("service-desc", "conformance", "data"):
        assert Client().get(rels[rel]).status_code == 200
    assert any(
        "part" not in c and c.endswith("conf/crs") for c in asked("/ogc/conformance")["conformsTo"]
    )


def test_a_collection_says_its_extent_and_systems(some: Any) -> None:
    body = asked("/ogc/collections/things")
    assert body["extent"]["spatial"]["bbox"] == [[114.3, 30.4, 114.6, 30.5]]
    assert body["storageCrs"].endswith("/4490")
    assert "things" in {c["id"] for c in asked("/ogc/collections")["collections"]}


def test_items_are_paged_without_gap_or_double(some: Any) -> None:
    href, seen = f"{ITEMS}?limit=5", []
    while href:
        body = json.loads(Client().get(href).content)
        assert body["numberMatched"] == 13
        assert body["numberReturned"] == len(body["features"])
        seen += [f["id"] for f in body["features"]]
        href = next((each["href"] for each in body["links"] if each["rel"] == "next"), "")
    assert len(seen) == len(set(seen)) == 13


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({"bbox": "114.305,30.4,114.325,30.6"}, {"T-01", "T-02"}),
        ({"bbox": "30.4,114.305,30.6,114.325", "bbox-crs": "EPSG:4490"}, {"T-01", "T-02"}),
        ({"bbox": "114.305,30.4,-9,114.325,30.6,9"}, {"T-01", "T-02"}),
        ({"rank": "1", "bbox": "114.2,30.4,114.345,30.6"}, {"T-01", "T-04"}),
        ({"name": "站T-L"}, {"T-L"}),
        ({"datetime": "2026-05-01", "bbox": "114.5,30.4,114.6,30.45"}, set()),
        ({"datetime": "2026-06-01/..", "bbox": "114.5,30.4,114.6,30.45"}, {"T-L"}),
        ({"bbox": "0,0,1,1"}, set()),
    ],
)
def test_items_are_chosen(some: Any, query: dict[str, str], keys: set[str]) -> None:
    body = asked(ITEMS, **query)
    found = {f["id"] for f in body["features"]}
    if "rank" in query:
        assert found == {"T-01", "T-04"}
    else:
        assert found == keys
    assert body["numberMatched"] == len(found)


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "nan,0,1,1"}, {"bbox": "2,0,1,1"},
        {"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"datetime": "soon"}, {"datetime": "../.."},
        {"datetime": "2026-02-02/2026-01-01"}, {"crs": "EPSG:9999999"}, {"colour": "red"},
        {"f": "xml"}, {"after": "-3"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(some: Any, query: dict[str, str]) -> None:
    answer = Client().get(ITEMS, query, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert json.loads(answer.content)["code"] == "bad_request"


def test_axes_come_in_the_order_of_the_system(some: Any) -> None:
    answer = Client().get(f"{ITEMS}/T-01", {"crs": "http://www.opengis.net/def/crs/EPSG/0/4490"})
    assert answer["Content-Crs"] == "<http://www.opengis.net/def/crs/EPSG/0/4490>"
    assert json.loads(answer.content)["geometry"]["coordinates"] == [30.5, 114.31]
    plain = asked(f"{ITEMS}/T-01")
    assert plain["geometry"]["coordinates"] == [114.31, 30.5]
    metres = asked(f"{ITEMS}/T-01", crs="EPSG:3857")["geometry"]["coordinates"]
    assert metres == pytest.approx(
        [6378137 * math.radians(114.31), 6378137 * math.asinh(math.tan(math.radians(30.5)))], abs=1
    )
    grid = asked(f"{ITEMS}/T-01", crs="EPSG:4547")["geometry"]["coordinates"]
    assert grid[0] == pytest.approx(3_375_560, abs=600)  # northing first
    assert grid[1] == pytest.approx(529_760, abs=600)


def test_who_may_not_see_a_feature_does_not_find_it(some: Any) -> None:
    official = sign_in(an_official())
    assert asked(ITEMS)["numberMatched"] == 13
    assert asked(ITEMS, official)["numberMatched"] == 14
    assert Client().get(f"{ITEMS}/T-H", headers={"Accept": "application/json"}).status_code == 404
    assert asked(f"{ITEMS}/T-H", official)["id"] == "T-H"
    assert Client().get("/ogc/collections/nothing").status_code == 404


def test_features_follow_their_records(some: Any) -> None:
    thing = some[0]
    thing.geometry = shape({"type": "Point", "coordinates": [113.0, 30.0]})
    save_record(platform("tests"), thing, "observation.changed")
    assert asked(f"{ITEMS}/T-00")["geometry"]["coordinates"] == [113.0, 30.0]
    thing.geometry = None
    save_record(platform("tests"), thing, "observation.changed")
    assert asked(ITEMS)["numberMatched"] == 12


def test_people_read_the_same_as_pages(some: Any) -> None:
    for path in ("/ogc/", "/ogc/collections", "/ogc/collections/things", ITEMS, f"{ITEMS}/T-01",
                 "/ogc/conformance"):  # fmt: skip
        page = Client().get(path, headers=PAGE)
        assert page.status_code == 200
        assert "<h1>" in page.content.decode()
    text = Client().get(ITEMS, headers=PAGE).content.decode()
    assert "站T-01" in text
    assert "一级" in text


def test_a_tile_holds_what_its_reader_may_see(some: Any) -> None:
    from guanggu.kernel.feature.tiles.mercator import tile_of

    x, y = tile_of(10, 114.305, 30.5)
    href = f"/tiles/things/10/{x}/{y}.mvt"

    def keys(client: Client) -> set[str]:
        body = mapbox_vector_tile.decode(client.get(href).content)
        return {f["properties"]["key"] for f in body["things"]["features"]}

    assert "T-H" not in keys(Client())
    assert "T-H" in keys(sign_in(an_official()))
    answer = Client().get(href)
    again = Client().get(href, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert Client().get("/tiles/things/3/9/0.mvt").status_code == 400
    assert Client().get("/tiles/things/99/0/0.mvt").status_code == 400


def test_a_style_needs_no_other_server(some: Any) -> None:
    body = asked("/ogc/styles/base")
    assert "glyphs" not in body
    assert "sprite" not in body
    tiles = [one for source in body["sources"].values() for one in source["tiles"]]
    assert all(one.startswith("http://testserver/tiles/") for one in tiles)
    assert {part["source"] for part in body["layers"][1:]} == set(body["sources"])


def test_the_description_names_the_largest_page(some: Any) -> None:
    paths = asked("/ogc/api")["paths"]
    parameters = {p["name"]: p for p in paths["/collections/things/items"]["get"]["parameters"]}
    assert parameters["limit"]["schema"]["maximum"] == 10_000
    assert "rank" in parameters


_GDAL = """
import json, sys, pyogrio
info = pyogrio.read_info(sys.argv[1], layer="things")
frame = pyogrio.raw.read(sys.argv[1], layer="things", bbox=(114.305, 30.4, 114.325, 30.6))
every = pyogrio.raw.read(sys.argv[1], layer="things")
print(json.dumps([info["features"], info["crs"], len(frame[2]), len(every[2]), list(every[0]["fields"])]))
"""


@pytest.mark.django_db(transaction=True)
def test_gdal_reads_the_service(things: Layer, live_server: Any) -> None:
    from shapely.geometry import Point

    from guanggu.web.features.tests.conftest import a_thing

    for n in range(40):
        a_thing(f"T-{n:02}", Point(114.30 + n / 100, 30.5))
    run = subprocess.run(
        [sys.executable, "-c", _GDAL, f"OAPIF:{live_server.url}/ogc"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    count, crs, in_box, every, fields = json.loads(run.stdout.splitlines()[-1])
    assert (count, in_box, every) == (40, 2, 40)
    assert "name" in fields
    assert crs
    assert features().count("things") == 40
