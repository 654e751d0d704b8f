"""Wall and desk in a real browser: nothing axe finds, nothing beside the screen, wall and phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from guanggu.apps.command.actions.duty import begin_shift, write_entry
from guanggu.apps.command.actions.orders import give_order
from guanggu.web.testing import DESK, PHONE, fits, open_browser, open_page, violations

pytestmark = pytest.mark.django_db(transaction=True)
WALL = {"width": 3840, "height": 2160}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _june() -> None:
    """The present: the server's threads know no other, and a session of June would have ended."""


@pytest.fixture
def busy(desk: Any) -> Any:
    begin_shift(desk.first, shift="DS-0")
    write_entry(desk.first, kind="report", text="接市民电话，高新大道积水，已请城管局核实。")
    give_order(
        desk.first,
        organisation="lakes-1",
        title="核查南湖水质",
        content="请核查。",
        urgency="urgent",
    )
    return desk


@pytest.mark.parametrize("size", [WALL, PHONE], ids=["wall", "phone"])
def test_the_wall_fits_its_screen_and_can_be_read(
    browser: Any, live_server: Any, busy: Any, settings: Any, size: dict
) -> None:
    settings.GUANGGU_LIVE_LISTEN = "off"
    page = open_page(browser, live_server, size, busy.first)
    page.goto("/command/wall/")
    expect(page.locator("[data-panel=log]")).to_contain_text("高新大道积水")
    expect(page.locator("[data-panel=orders]")).to_contain_text("核查南湖水质")
    expect(page.locator("[data-feed] li").first).to_contain_text("核查南湖水质")
    assert fits(page)
    assert violations(page) == []
    assert page.told == []
    page.context.close()


def test_the_desk_writes_by_its_form(browser: Any, live_server: Any, busy: Any) -> None:
    page = open_page(browser, live_server, DESK, busy.first)
    page.goto("/command/")
    assert violations(page) == []
    page.get_by_role("group", name="类别").get_by_label("情况").check()
    page.locator("#entry textarea").fill("积水已排除")
    page.get_by_role("button", name="记入").click()
    expect(page.get_by_text("积水已排除")).to_be_visible()
    assert page.told == []
    page.context.close()
