"""The front door in a real browser: nothing axe finds, on desk and phone, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from guanggu.kernel.identity.testing import a_person, sign_in
from guanggu.web.testing import DESK, PHONE, fits, open_browser, sign_browser_in, violations

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES = (
    "/", "/search/?q=开饭店", "/search/?q=xyzzy", "/choose/", "/choose/?subject=person",
    "/choose/?subject=person&theme=open_shop",
    "/choose/?subject=person&theme=open_shop&item=food&item=advert", "/verify/", "/verify/?code=1",
    "/notices/", "/powers/", "/powers/items/food/", "/booking/",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_public_pages_have_no_violation_and_fit(
    browser: Any, live_server: Any, items: None, notice: Any, language: str, size: dict
) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{live_server.url}/?lang={language}")
    for address in ADDRESSES:
        page.goto(live_server.url + address)
        assert violations(page) == [], address
        assert fits(page), address
    assert told == []
    context.close()


def test_my_pages_have_no_violation(browser: Any, live_server: Any, items: None) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    sign_browser_in(page, sign_in(a_person()), live_server.url)
    for address in ("/", "/mine/", "/mine/documents/", "/booking/mine/"):
        page.goto(live_server.url + address)
        assert violations(page) == [], address
    context.close()


def test_a_visitor_without_scripts_goes_from_the_door_to_the_application(
    browser: Any, live_server: Any, items: None
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/")
    page.click("text=引导选择 >> nth=-1")
    page.click("text=自然人")
    page.click("text=我要开店")
    page.check("input[value=food]")
    page.check("input[value=advert]")
    page.click("text=看看要准备什么")
    page.locator('a[href="/approvals/apply/food/"]').wait_for()
    assert "租赁合同" in page.inner_text("main")
    context.close()


def test_first_load_of_the_front_door_is_light(
    browser: Any, live_server: Any, items: None, notice: Any
) -> None:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(live_server.url + "/", wait_until="networkidle")
    assert sum(sizes) <= 150_000
    context.close()
