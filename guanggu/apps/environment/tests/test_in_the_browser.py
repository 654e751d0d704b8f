"""The environment in a real browser: accessible, within the screen, curves drawn, a case walked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from guanggu.apps.environment.actions.assessing import assess
from guanggu.apps.environment.actions.enforcing import open_violation
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import sign_in
from guanggu.web.testing import DESK, PHONE, fits, open_browser, sign_browser_in, violations

from .people import Bureau, report
from .test_assessing import AIR

pytestmark = pytest.mark.django_db(transaction=True)
PUBLIC = (
    "",
    "stations/AQ-01/",
    "stations/SW-01/?period=week",
    "air/",
    "water/",
    "noise/",
    "reports/",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def measured(transactional_db: None, bureau: Bureau) -> Bureau:
    since = clock.local(clock.now() - timedelta(hours=47)).strftime("%Y-%m-%d %H:00")
    for code, value in AIR.items():
        report("AQ-01", code, since, [value] * 47)
    for code, value in {"w01009": 8.0, "w01019": 3.0, "w21003": 0.3, "w21011": 0.25}.items():
        report("SW-01", code, since, [value] * 47)
    report("NS-01", "Leq", since, [50.0] * 47)
    report("PS-01-DW001", "w01018", since, [45.0] * 40 + [80.0] * 7)
    first, last = clock.today() - timedelta(days=2), clock.today()
    assess(bureau.monitor, first=first.isoformat(), last=last.isoformat())
    return bureau


def _page(browser: Any, size: dict[str, int], told: list[str], **more: Any) -> Any:
    page = browser.new_context(viewport=size, **more).new_page()
    page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    return page


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_public_pages_are_accessible_and_fit(
    browser: Any, live_server: Any, measured: Bureau, size: dict[str, int]
) -> None:
    told: list[str] = []
    page = _page(browser, size, told)
    for address in PUBLIC:
        page.goto(f"{live_server.url}/environment/{address}")
        assert violations(page) == [], address
        assert fits(page), address
    page.context.close()
    assert told == []


def test_curves_are_drawn_by_script_and_read_without(
    browser: Any, live_server: Any, measured: Bureau
) -> None:
    told: list[str] = []
    address = f"{live_server.url}/environment/stations/AQ-01/?factor=a34004&period=week"
    page = _page(browser, DESK, told)
    page.goto(address)
    page.locator("figure.curve").scroll_into_view_if_needed()
    page.wait_for_selector("figure.curve[data-drawn]")
    assert int(page.locator("figure.curve").get_attribute("data-drawn")) > 0
    assert page.locator("figure.curve canvas").count() == 1
    page.context.close()
    plain = _page(browser, DESK, told, java_script_enabled=False)
    plain.goto(address)
    assert plain.locator("figure.curve svg path.line").count() == 1
    plain.locator("figure.curve summary").click()
    assert "20" in plain.locator("figure.curve table").inner_text()
    plain.context.close()
    assert told == []


def test_an_officer_finds_the_case_and_decides_its_first_step(
    browser: Any, live_server: Any, measured: Bureau
) -> None:
    at = clock.now() - timedelta(hours=6)
    told_of = open_violation(
        platform("alarms"), subject="outlets/PS-01-DW001", kind="exceedance", factor="w01018",
        value="80", limit="50", at=at.isoformat(),
    )  # fmt: skip
    told: list[str] = []
    page = _page(browser, PHONE, told)
    sign_browser_in(page, sign_in(measured.enforcer), live_server.url)
    page.goto(f"{live_server.url}/environment/cases/")
    page.locator("main a", has_text="超标排放").first.click()
    freeze = page.get_by_role("button", name="固定监测数据")
    freeze.wait_for()
    assert violations(page) == []
    freeze.click()
    expect(page.locator("main")).to_contain_text(f"{told_of['violation']}-evidence.csv")
    page.get_by_text("属实，转现场检查").click()
    page.get_by_label("核查意见").fill("调取数据核实，超标属实")
    page.locator("details[open] button", has_text="提交").click()
    expect(page.locator("main")).to_contain_text("调取数据核实，超标属实")
    expect(page.locator("main")).to_contain_text("责令改正")
    assert fits(page)
    page.context.close()
    assert told == []
