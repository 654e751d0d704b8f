"""Layers from the file to the map: drafts, publishing, querying together, taking away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guanggu.apps.atlas.models import UserFeature, UserLayer
from guanggu.apps.atlas.register.shipped import take_in_sample
from guanggu.base.actor import platform
from guanggu.kernel.feature.public import features
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import verify

pytestmark = pytest.mark.django_db
PAGE = {"Accept": "text/html"}


def _file(name: str = "站.geojson", bad: bool = True) -> SimpleUploadedFile:
    rows = [
        {"type": "Feature", "properties": {"name": "学校甲", "班级": 12},
         "geometry": {"type": "Point", "coordinates": [114.45, 30.5]}},
        {"type": "Feature", "properties": {"name": "学校乙", "班级": 30},
         "geometry": {"type": "Point", "coordinates": [114.46, 30.5]}},
    ]  # fmt: skip
    if bad:
        rows.append({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [999, 1]}})  # fmt: skip
    return SimpleUploadedFile(name, json.dumps({"features": rows}).encode())


def _bring_in(client: Client, name: str = "学校") -> UserLayer:
    answer = client.post(
        "/atlas/import/", {"name": name, "colour": "#0b4ca1", "description": "", "file": _file()}
    )
    assert answer.status_code == 302, answer.content.decode()
    return UserLayer.objects.get(name=name)


def test_a_draft_is_its_owners_until_it_is_published(keeper: Any, official: Any) -> None:
    mine = sign_in(official)
    layer = _bring_in(mine)
    items = f"/ogc/collections/{layer.key}/items"
    assert mine.get(items).status_code == 200
    assert (
        Client().get(items).status_code == 404
        or not json.loads(Client().get(items).content)["features"]
    )
    other = sign_in(an_official(roles=["draft"]))
    assert other.get(f"/atlas/layers/{layer.key}/").status_code == 404
    page = mine.get(f"/atlas/layers/{layer.key}/").content.decode()
    assert "第 3 个" in page
    assert "坐标超出经纬度范围" in page
    assert mine.post(f"/atlas/layers/{layer.key}/", {"do": "publish"}).status_code == 403
    assert sign_in(keeper).post(f"/atlas/layers/{layer.key}/", {"do": "publish"}).status_code == 302
    found = json.loads(Client().get(items).content)
    assert [f["properties"]["班级"] for f in found["features"]] == [12, 30]
    assert layer.key in Client().get("/atlas/", headers=PAGE).content.decode()


def test_a_person_brings_in_nothing() -> None:
    assert sign_in(a_person()).get("/atlas/import/").status_code == 403


def test_the_same_name_twice_and_an_empty_file_are_refused(official: Any) -> None:
    client = sign_in(official)
    _bring_in(client)
    again = client.post("/atlas/import/", {"name": "学校", "colour": "#0b4ca1", "file": _file()})
    assert again.status_code == 422
    assert "已有同名图层" in again.content.decode()
    nothing = SimpleUploadedFile("a.geojson", b'{"features":[]}')
    empty = client.post("/atlas/import/", {"name": "空", "colour": "#0b4ca1", "file": nothing})
    assert "没有可导入的要素" in empty.content.decode()
    assert UserLayer.objects.count() == 1


def test_a_removed_layer_leaves_nothing_but_its_history(official: Any) -> None:
    client = sign_in(official)
    layer = _bring_in(client)
    assert features().count(layer.key) == 2
    assert client.post(f"/atlas/layers/{layer.key}/", {"do": "remove"}).status_code == 302
    assert UserFeature.objects.count() == 0
    assert features().version(layer.key) == 0
    assert verify().is_sound


def test_a_published_layer_is_removed_by_keepers_alone(keeper: Any, official: Any) -> None:
    layer = _bring_in(sign_in(official))
    sign_in(keeper).post(f"/atlas/layers/{layer.key}/", {"do": "publish"})
    refused = sign_in(official).post(f"/atlas/layers/{layer.key}/", {"do": "remove"})
    assert refused.status_code == 404
    assert UserLayer.objects.count() == 1


def test_the_sample_ground_is_laid_once_and_marked(ground: None) -> None:
    take_in_sample(platform("tests"))
    assert set(UserLayer.objects.values_list("key", "is_published", "is_sample")) == {
        ("district_boundaries", True, True), ("roads", True, True),
    }  # fmt: skip
    page = Client().get("/atlas/", headers=PAGE).content.decode()
    assert "虚构的示例图层" in page
    assert "示例大道一" in page  # in the picture, without scripts


def test_layers_are_queried_together(ground: None, official: Any, keeper: Any) -> None:
    layer = _bring_in(sign_in(official))
    sign_in(keeper).post(f"/atlas/layers/{layer.key}/", {"do": "publish"})
    asked = {"at": "114.45,30.5", "reach": "1500"}
    page = Client().get("/atlas/query/", asked, headers=PAGE).content.decode()
    assert "学校甲" in page
    assert "学校乙" in page
    assert "示例大道一" in page
    near = (
        Client()
        .get("/atlas/query/", {**asked, "reach": "50", "layers": layer.key})
        .content.decode()
    )
    assert "学校甲" in near
    assert "学校乙" not in near
    area = {"area": "114.455,30.49;114.47,30.49;114.47,30.51;114.455,30.51", "layers": layer.key}
    inside = Client().get("/atlas/query/", {**area, "format": "geojson"})
    assert [f["properties"]["name"] for f in json.loads(inside.content)["features"]] == ["学校乙"]
    sheet = Client().get("/atlas/query/", {**area, "format": "csv"}).content.decode()
    assert "学校乙" in sheet
    chosen = {"where": f"{layer.key}.班级", "is": "12", "layers": layer.key}
    some = Client().get("/atlas/query/", chosen).content.decode()
    assert "学校甲" in some
    assert "学校乙" not in some


@pytest.mark.parametrize(
    "asked", [{"at": "here"}, {"at": "1,2,3"}, {"at": "999,1"}, {"area": "1,1;2,2"}]
)
def test_places_nobody_can_read_are_refused(asked: dict[str, str]) -> None:
    answer = Client().get("/atlas/query/", asked, headers=PAGE)
    assert answer.status_code == 422
    assert "经度,纬度" in answer.content.decode()


def test_a_crossed_area_is_read_as_what_it_encloses(ground: None) -> None:
    asked = {"area": "114.3,30.3;114.8,30.7;114.8,30.3;114.3,30.7"}
    assert Client().get("/atlas/query/", asked, headers=PAGE).status_code == 200


def test_measures_are_told_to_people_and_to_scripts() -> None:
    asked = {"places": "114.4,30.5;114.41,30.5;114.41,30.51"}
    assert "平方米" in Client().get("/atlas/measure/", asked, headers=PAGE).content.decode()
    body = json.loads(Client().get("/atlas/measure/", {**asked, "f": "json"}).content)
    assert body["rows"][0][1].endswith("公里")
    assert Client().get("/atlas/measure/", {"places": "x", "f": "json"}).status_code == 422


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shp", "csv"])
@pytest.mark.parametrize("system", ["4490", "4326", "gcj02"])
def test_layers_are_taken_away_as_files(ground: None, kind: str, system: str) -> None:
    answer = Client().get("/atlas/export/roads/", {"format": kind, "crs": system})
    assert answer.status_code == 200
    assert len(answer.content) > 500
    assert "attachment" in answer["Content-Disposition"]


def test_unknown_forms_and_layers_are_refused(ground: None) -> None:
    assert Client().get("/atlas/export/roads/", {"format": "dwg"}).status_code == 422
    assert Client().get("/atlas/export/nothing/").status_code == 404


def test_a_sheet_is_printed_with_legend_scale_and_north(ground: None) -> None:
    page = Client().get(
        "/atlas/print/", {"layers": "roads", "size": "A3", "title": "道路图", "bbox": "114.4,30.4,114.6,30.55"}
    ).content.decode()  # fmt: skip
    assert "道路图" in page
    assert "图例" in page
    assert "1:" in page
    assert 'class="north"' in page
    assert Client().get("/atlas/print/", {"bbox": "x"}, headers=PAGE).status_code == 422
