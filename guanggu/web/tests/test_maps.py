"""Maps in pages: the picture and the list without scripts, the moving map with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect
from shapely.geometry import Point

from guanggu.base.bilingual import T
from guanggu.web import maps
from guanggu.web.maps import MapLayer, MapView, Shown
from guanggu.web.testing import DESK, PHONE, fits, open_browser, violations
from guanggu.web.tests.a_map import view_of_places

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("guanggu.web.tests.urls"),
]


def test_the_page_holds_picture_legend_and_list_without_scripts() -> None:
    page = Client().get("/trial/map/").content.decode()
    assert page.count("<circle") == 3 + 2  # stations in the picture, colours in the legend
    assert "湖心站" in page
    assert 'href="/trial/S-1/"' in page
    assert "III 类" in page
    assert "17.85 m" in page


def test_names_of_features_are_escaped_everywhere() -> None:
    page = str(maps.draw(view_of_places()))
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;" in page


def test_a_map_of_nothing_says_so() -> None:
    empty = MapView(T("空", "Empty"), [MapLayer("none", T("无", "None"), [])])
    assert "<figure" not in str(maps.draw(empty))


def test_a_single_place_is_shown_with_its_surroundings() -> None:
    one = Shown("A", "甲", Point(114.4, 30.5))
    view = MapView(T("一处", "One"), [MapLayer("places", T("处", "Places"), [one])])
    west, south, east, north = view.bounds() or (0, 0, 0, 0)
    assert west < 114.4 < east
    assert south < 30.5 < north
    assert "NaN" not in str(maps.draw(view))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_map_is_drawn_and_leads_to_records(
    browser: Any, live_server: Any, size: dict[str, int]
) -> None:
    page = browser.new_page(viewport=size)
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: message.type == "error" and told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/trial/map/")
    page.wait_for_selector("figure.map[data-drawn='5']")
    assert violations(page) == []
    page.locator(".map-list summary").click()
    page.get_by_role("button", name="在图上显示: 湖心站").click()
    popup = page.locator(".maplibregl-popup-content")
    expect(popup).to_contain_text("17.85 m")
    assert popup.get_by_role("link").get_attribute("href") == "/trial/S-1/"
    assert fits(page)
    assert violations(page) == []
    box = page.get_by_role("checkbox", name="监测站")
    box.uncheck()
    shown = "document.querySelector('figure.map').chart.getLayoutProperty('stations:place', 'visibility')"
    assert page.evaluate(shown) == "none"
    assert all(url.startswith((live_server.url, "data:", "blob:")) for url in asked)
    assert told == []
    page.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_where_the_map_does_not_come_its_picture_is_as_accessible(
    browser: Any, live_server: Any, size: dict[str, int]
) -> None:
    page = browser.new_page(viewport=size)
    page.route("**/guanggu/map.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/trial/map/")
    expect(page.locator(".map-picture > svg").get_by_role("link").first).to_be_visible()
    assert violations(page) == []
    page.evaluate("document.querySelector('.map-legend').style.maxHeight = '3rem'")
    assert violations(page) == []
    page.locator(".map-legend").focus()
    expect(page.locator(".map-legend")).to_be_focused()
    page.close()
