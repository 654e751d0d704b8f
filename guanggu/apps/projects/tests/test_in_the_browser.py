"""Projects in a real browser: a report from a telephone without a network, its review, a delay walked."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from guanggu.apps.projects.models import Milestone, MonthlyReport, ProjectWarning
from guanggu.apps.projects.queries.reading import photos_of
from guanggu.apps.projects.tasks import assess_projects
from guanggu.base import clock
from guanggu.kernel.document.public import open_content
from guanggu.web.testing import DESK, PHONE, fits, open_browser, open_page, violations

from .conftest import MORNING, saved

pytestmark = pytest.mark.django_db(transaction=True)


class _Still:
    """The clock of every thread, the server's too."""

    def get(self) -> Any:
        return MORNING


@pytest.fixture
def june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_fixed", _Still())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


def a_photo() -> bytes:
    """A telephone's photo that tells who made it."""
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRETPHONE"
    made = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_a_report_is_written_without_a_network_reviewed_and_a_delay_is_walked(
    browser: Any, live_server: Any, people: Any, project: Any
) -> None:
    page = open_page(
        browser, live_server, PHONE, people.owner, permissions=["geolocation"],
        geolocation={"longitude": 114.405, "latitude": 30.47},
    )  # fmt: skip
    page.goto("/projects/write/XM-1/?month=2026-05-01")
    expect(page.locator("#report [name=lon]")).not_to_have_value("")
    assert violations(page) == []
    assert fits(page)
    page.context.set_offline(True)
    page.get_by_label("本月完成投资").fill("500")
    page.get_by_label("形象进度").fill("主体施工至五层")
    page.locator("#photos").set_input_files(
        [{"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}]
    )
    page.get_by_role("button", name="报送").click()
    expect(page.locator("#outbox li")).to_have_count(2)
    assert not MonthlyReport.objects.exists()
    page.context.set_offline(False)
    page.wait_for_url("**/projects/report/XM-1-202605/")
    expect(page.locator(".photos img")).to_have_count(1)
    row = MonthlyReport.objects.get()
    assert row.distance_m is not None
    assert row.distance_m > 1_000
    with open_content(photos_of(row)[0]) as kept:
        assert b"SECRETPHONE" not in kept.read()
    assert page.told == []
    page.context.close()

    page = open_page(browser, live_server, DESK, people.lead)
    page.goto("/projects/review/")
    page.get_by_role("link", name="光模块基地").click()
    expect(page.get_by_text("请核实照片是否摄于现场")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("审核通过").check()
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_text("已审核。")).to_be_visible()
    assert MonthlyReport.objects.get().state == "approved"

    step = Milestone.objects.get(key="XM-1-topping_out")
    step.planned_on = date(2026, 4, 1)
    saved(step)
    assess_projects()
    warning = ProjectWarning.objects.get()
    page.goto("/projects/warnings/")
    page.get_by_role("link", name="光模块基地").first.click()
    page.get_by_text("提交原因说明").click()
    page.locator("[name=explained-opinion]").fill("雨季影响主体施工")
    page.locator("details[open]").get_by_role("button", name="提交").click()
    page.get_by_text("提交整改措施").click()
    page.locator("[name=planned-opinion]").fill("增加两个班组")
    fill_day(page, "planned-promised_on", date(2026, 7, 20))
    page.locator("details[open]").get_by_role("button", name="提交").click()
    expect(page.get_by_text("增加两个班组")).to_be_visible()
    page.context.close()

    page = open_page(browser, live_server, DESK, people.checker)
    page.goto(f"/projects/warnings/{warning.key}/")
    assert violations(page) == []
    page.get_by_text("措施可行，结束督办").click()
    page.locator("details[open]").get_by_role("button", name="提交").click()
    expect(page.get_by_text("预警中").first).to_be_visible()
    warning.refresh_from_db()
    assert (warning.state, warning.promised_on) == ("open", date(2026, 7, 20))
    assert page.told == []
    page.context.close()


def fill_day(page: Any, name: str, day: date) -> None:
    """A day in one field or in three, as the form draws it."""
    whole = page.locator(f"[name={name}]")
    if whole.count():
        whole.fill(day.isoformat())
    else:
        for part, value in (("year", day.year), ("month", day.month), ("day", day.day)):
            page.locator(f"[name={name}-{part}]").fill(str(value))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_of_projects_have_no_violation_and_fit(
    browser: Any, live_server: Any, people: Any, project: Any, size: dict
) -> None:
    assess_projects()
    page = open_page(browser, live_server, size, people.lead)
    for address in ("/projects/", "/projects/gantt/", "/projects/project/XM-1/",
                    "/projects/warnings/", "/projects/write/", "/projects/review/"):  # fmt: skip
        page.goto(address)
        assert violations(page) == [], address
        assert fits(page), address
    assert page.told == []
    page.context.close()
