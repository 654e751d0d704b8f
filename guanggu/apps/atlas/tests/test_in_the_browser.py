"""Bringing in a file with several layers and bad features, in a real browser."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from shapely.geometry import Point, box

from guanggu.apps.atlas.models import UserFeature, UserLayer
from guanggu.apps.atlas.rules.writing import write
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.web.testing import DESK, PHONE, fits, open_browser, sign_browser_in, violations

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = [
    ("A", Point(114.4, 30.5), {"name": "东湖站"}),
    ("B", Point(214.4, 30.5), {"name": "在天外"}),
    ("C", box(114.4, 30.5, 114.41, 30.51), {"name": "区"}),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_official_chooses_layers_and_sees_what_was_left_out(
    browser: Any, live_server: Any, transactional_db: None, size: dict[str, int]
) -> None:
    told: list[str] = []
    page = browser.new_context(viewport=size).new_page()
    page.on("pageerror", lambda error: told.append(str(error)))
    sign_browser_in(page, sign_in(an_official(roles=["draft"])), live_server.url)

    def bring(name: str, content: bytes) -> None:
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        page.locator("input[type=file]").set_input_files([file])
        page.get_by_role("button", name="导入").click()

    page.goto(f"{live_server.url}/atlas/import/")
    page.get_by_label("图层名称").fill("普查")
    content = write(ROWS, "shp", "4490")
    bring("普查.zip", content)
    page.get_by_text("请选择要导入的图层").first.wait_for()
    assert UserLayer.objects.count() == 0
    assert violations(page) == []
    names = page.get_by_label("图层", exact=False).locator("option").all_inner_texts()
    assert len([name for name in names if "全部" in name]) == 1
    page.locator("select[name=layer]").select_option("*")
    bring("普查.zip", content)
    page.get_by_text("已导入 2 个要素，未导入 1 个").wait_for()
    assert fits(page)
    layers = sorted(UserLayer.objects.values_list("name", flat=True))
    assert len(layers) == 2
    assert all(name.startswith("普查 ") for name in layers)
    points = next(layer for layer in UserLayer.objects.all() if layer.refused)
    page.goto(f"{live_server.url}/atlas/layers/{points.key}/")
    page.get_by_text("坐标超出经纬度范围").first.wait_for()
    assert violations(page) == []
    page.context.close()
    assert told == []


def test_of_a_file_without_any_good_feature_the_first_reason_is_told(
    browser: Any, live_server: Any, transactional_db: None
) -> None:
    page = browser.new_context(viewport=DESK).new_page()
    sign_browser_in(page, sign_in(an_official(roles=["draft"])), live_server.url)
    page.goto(f"{live_server.url}/atlas/import/")
    page.get_by_label("图层名称").fill("空")
    body = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": None}]}
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.geojson", json.dumps(body))
    file = {"name": "a.zip", "mimeType": "application/zip", "buffer": out.getvalue()}
    page.locator("input[type=file]").set_input_files([file])
    page.get_by_role("button", name="导入").click()
    page.get_by_text("没有可导入的要素：没有几何").first.wait_for()
    assert UserFeature.objects.count() == 0
    page.context.close()
