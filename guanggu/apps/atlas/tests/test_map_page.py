"""The map in a browser: layers switched, asked, measured, shared, and open to the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from guanggu.apps.atlas.register.shipped import take_in_sample
from guanggu.base.actor import platform
from guanggu.web.testing import DESK, PHONE, fits, open_browser, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(viewport=DESK)
    opened.told = []
    opened.on("console", lambda m: m.type == "error" and opened.told.append(m.text))
    opened.on("pageerror", lambda error: opened.told.append(str(error)))
    yield opened
    opened.close()


def _opened(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".atlas[data-drawn]")


def test_a_visitor_asks_measures_and_shares(page: Any, live_server: Any) -> None:
    take_in_sample(platform("tests"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _opened(page, f"{live_server.url}/atlas/?c=114.52,30.495&z=13")
    assert int(page.get_attribute(".atlas", "data-drawn")) > 0
    assert violations(page) == []
    box = page.locator(".atlas-map canvas").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle)
    page.locator(".atlas-found h2").wait_for()
    expect(page.locator(".atlas-found")).to_contain_text("示例大道")
    assert violations(page) == []
    page.get_by_role("button", name="测距").click()
    page.mouse.click(middle[0] - 150, middle[1])
    page.mouse.click(middle[0] + 150, middle[1])
    page.locator(".atlas-hint", has_text="公里").wait_for()
    page.get_by_role("button", name="测面积").click()
    for dx, dy in ((-100, -100), (100, -100), (100, 100)):
        page.mouse.click(middle[0] + dx, middle[1] + dy)
    page.locator(".atlas-hint", has_text="平方").wait_for()
    page.get_by_role("button", name="范围查询").click()
    for dx, dy in ((-200, -150), (200, -150), (200, 150), (-200, 150)):
        page.mouse.click(middle[0] + dx, middle[1] + dy)
    page.get_by_role("button", name="完成").click()
    page.locator(".atlas-hint", has_text="查询到").wait_for()
    page.get_by_role("checkbox", name="示例道路").uncheck()
    expect(page).to_have_url(re.compile("district_boundaries"))
    assert "roads" not in page.url
    assert "z=" in page.url
    href = page.locator("[data-print]").get_attribute("href")
    assert "bbox=" in href
    page.goto(f"{live_server.url}{href}")
    assert page.locator("svg .ruler").count() >= 1
    assert violations(page) == []
    assert all(url.startswith((live_server.url, "data:", "blob:")) for url in asked)
    assert page.told == []


def test_the_keyboard_moves_the_map_and_a_phone_shows_it(page: Any, live_server: Any) -> None:
    take_in_sample(platform("tests"))
    _opened(page, f"{live_server.url}/atlas/?c=114.52,30.495&z=12")
    page.locator(".atlas-map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "c=114.5" in url and "c=114.52%2C" not in url)
    page.set_viewport_size(PHONE)
    assert fits(page)
    assert violations(page) == []
    assert page.told == []
