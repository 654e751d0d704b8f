"""Pages in a real browser: no violation of accessibility, no breach of the content policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.register.public import Register, create_record
from guanggu.web.testing import DESK, PHONE, fits, open_browser, sign_browser_in, violations
from guanggu.web.tests.places import Place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def page(browser: Any, told: list[str]) -> Iterator[Any]:
    opened = browser.new_page(viewport=DESK)
    opened.on("console", lambda message: message.type == "error" and told.append(message.text))
    opened.on("pageerror", lambda error: told.append(str(error)))
    yield opened
    opened.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_gallery_is_accessible_on_desk_and_phone(
    page: Any, live_server: Any, told: list[str], language: str
) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.goto(f"{live_server.url}/gallery/?lang={language}")
        assert violations(page) == []
        assert fits(page)
    assert told == []


def test_first_load_is_light(page: Any, live_server: Any) -> None:
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(f"{live_server.url}/gallery/", wait_until="networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) <= 150_000


def test_errors_lead_to_their_fields_and_stay_accessible(page: Any, live_server: Any) -> None:
    page.goto(f"{live_server.url}/gallery/")
    page.click("form[enctype] button.button >> nth=0")
    page.locator(".error-summary").wait_for()
    assert violations(page) == []
    page.click('.error-summary a[href="#id_name"]')
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_enter_in_a_schema_form_continues_and_adds_no_row(page: Any, live_server: Any) -> None:
    page.goto(f"{live_server.url}/gallery/")
    page.fill("#f-applicant-name", "东湖")
    page.press("#f-applicant-name", "Enter")
    expect(page.locator(".error-summary")).to_have_count(1)
    assert page.locator('[name="staff.1.name"]').count() == 0
    assert page.input_value("#f-applicant-name") == "东湖"
    assert violations(page) == []


@pytest.mark.parametrize("script", [True, False])
def test_register_screens_are_accessible_and_work_without_script(
    browser: Any, live_server: Any, places: Register, script: bool
) -> None:
    Place.objects.all().delete()
    keeper = an_official(roles=["keep_places"], name="李敏")
    for number in range(25):
        values = {"name": f"公园{number:02}", "kind": "park", "seats": number}
        create_record(keeper, key=f"k{number}", collection="places", values=values)
    context = browser.new_context(viewport=DESK, java_script_enabled=True)
    if not script:
        context.route("**/*.js", lambda route: route.abort())
    page = context.new_page()
    base = f"{live_server.url}/web/places/"
    sign_browser_in(page, sign_in(keeper), live_server.url)
    for address in ("", "?kind=hall", "P-0001/", "P-0001/?tab=history", "P-0001/change/", "new/",
                    "import/", "P-0001/remove/"):  # fmt: skip
        page.goto(base + address)
        assert violations(page) == [], address
    page.goto(base)
    page.fill("#filter-q", "公园07")
    page.click(".filter button")
    page.wait_for_url("**q=*")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results")).to_contain_text("公园07")
    page.set_viewport_size(PHONE)
    assert fits(page)
    context.close()
    Place.objects.all().delete()
