"""The lakes in a real browser: a patrol without a network, the basin drawn, nothing axe finds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from guanggu.apps.lakes.models import LakeIssue, Patrol
from guanggu.apps.lakes.queries.issues import photos_of
from guanggu.base import clock
from guanggu.web.testing import DESK, PHONE, fits, open_browser, open_page, violations

from .conftest import lay_lakes
from .test_way import PNG

pytestmark = pytest.mark.django_db(transaction=True)
# How many different colours the middle of the canvas has: ground and water have many, none has one.
_COLOURS = """() => {
  const canvas = document.getElementById("scene-canvas");
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [160, 120];
  const brush = copy.getContext("2d");
  brush.drawImage(canvas, 0, 0, 160, 120);
  const dots = brush.getImageData(0, 0, 160, 120).data, seen = new Set();
  for (let n = 0; n < dots.length; n += 4) seen.add((dots[n] >> 3) << 10 | (dots[n + 1] >> 3) << 5 | dots[n + 2] >> 3);
  return seen.size;
}"""


def _wall() -> datetime:
    return clock.from_microseconds(time.time_ns() // 1_000)


class _Running:
    """The clock of every thread, the server's too: a June morning that runs on."""

    def __init__(self) -> None:
        self.ahead = datetime(2026, 6, 10, 1, tzinfo=UTC) - _wall()

    def get(self) -> datetime:
        return _wall() + self.ahead


@pytest.fixture
def june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_fixed", _Running())


@pytest.fixture
def laid_lakes(june: None, transactional_db: None) -> Any:
    return lay_lakes()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


def test_a_finding_noted_without_a_network_arrives_once_there_is_one(
    browser: Any, live_server: Any, lakes: Any, people: Any
) -> None:
    page = open_page(
        browser, live_server, PHONE, people["patrol"], permissions=["geolocation"],
        geolocation={"longitude": 114.385, "latitude": 30.425},
    )  # fmt: skip
    page.goto("/lakes/patrol/")
    page.get_by_role("button", name="开始巡湖").click()
    page.wait_for_selector("#finding")
    assert violations(page) == []
    assert fits(page)
    expect(page.locator("#finding [name=lon]")).not_to_have_value("")
    page.context.set_offline(True)
    page.get_by_label("情况描述").fill("湖面漂浮大量垃圾")
    page.locator("#photos").set_input_files(
        [{"name": "a.png", "mimeType": "image/png", "buffer": PNG}]
    )
    page.get_by_role("button", name="上报").click()
    page.wait_for_selector("#outbox:not([hidden]) li")
    assert not LakeIssue.objects.exists()
    page.context.set_offline(False)
    expect(page.locator("#outbox")).to_be_hidden(timeout=20_000)
    issue = LakeIssue.objects.get()
    assert issue.description == "湖面漂浮大量垃圾"
    assert issue.geometry.x == pytest.approx(114.385)
    assert issue.case_number
    assert len(photos_of(issue)) == 1
    page.get_by_role("button", name="结束巡湖").click()
    page.wait_for_selector("text=我的巡湖记录")
    assert Patrol.objects.get().state == "ended"
    assert Patrol.objects.get().track
    assert page.told == []
    page.context.close()


def test_without_scripts_the_same_forms_are_sent(
    browser: Any, live_server: Any, lakes: Any, people: Any
) -> None:
    page = open_page(browser, live_server, PHONE, people["patrol"], java_script_enabled=False)
    page.goto("/lakes/patrol/")
    page.click("button:has-text('开始巡湖')")
    page.fill("#id_description", "岸边垃圾")
    page.set_input_files("#photos", [{"name": "a.png", "mimeType": "image/png", "buffer": PNG}])
    page.click("button:has-text('上报')")
    page.wait_for_selector("text=本次已上报")
    assert len(photos_of(LakeIssue.objects.get())) == 1
    page.click("button:has-text('结束巡湖')")
    page.wait_for_selector("text=已结束")
    assert Patrol.objects.get().state == "ended"
    page.context.close()


def test_the_basin_is_drawn_and_water_follows_the_slider(
    browser: Any, live_server: Any, lakes: Any, fill: Any
) -> None:
    fill("L-02", days=1, water_level=18.9)
    page = open_page(browser, live_server, DESK)
    page.goto("/lakes/lake/L-02/scene/")
    page.wait_for_selector("#scene[data-drawn]", state="attached")
    if page.get_attribute("#scene", "data-drawn") == "no":
        page.context.close()
        pytest.skip("this browser has no WebGL")
    assert page.evaluate(_COLOURS) > 60
    before = page.inner_text("#scene-figures")
    page.focus("#scene-level")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    assert page.inner_text("#scene-figures") != before
    page.focus("#scene-canvas")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    assert page.locator(".scene-label").count() == 3
    assert violations(page) == []
    assert page.told == []
    page.context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_of_lakes_have_no_violation_and_fit(
    browser: Any, live_server: Any, lakes: Any, fill: Any, people: Any, size: dict
) -> None:
    from guanggu.apps.lakes.actions.assessing import assess_days
    from guanggu.base.actor import platform

    fill("L-01", days=2)
    today = clock.today().isoformat()
    assess_days(platform("lakes"), lake="L-01", first=today, last=today)
    page = open_page(browser, live_server, size, people["enforce"])
    for address in ("/lakes/", "/lakes/lake/L-01/", "/lakes/lake/L-01/scene/", "/lakes/chief/",
                    "/lakes/lake/L-01/trace/", "/lakes/outfalls/L-01-P01/", "/lakes/issues/",
                    "/lakes/lake/L-01/curves/", "/lakes/lake/L-01/forecast/"):  # fmt: skip
        page.goto(address)
        assert violations(page) == [], address
        assert fits(page), address
    assert page.told == []
    page.context.close()
