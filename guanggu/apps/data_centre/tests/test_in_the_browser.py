"""A journey in a real browser: found, requested, granted, queried masked, exported; refused; open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from guanggu.apps.data_centre.actions.querying import save_query
from guanggu.apps.data_centre.models import DataGrant
from guanggu.kernel.identity.testing import sign_in
from guanggu.web.testing import DESK, PHONE, fits, open_browser, sign_browser_in, violations

from .people import NAMES, TABLE, Town, a_town, change

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def standing(transactional_db: None, the_lake: Any) -> Town:
    town = a_town()
    the_lake.take_in()
    return town


@pytest.fixture
def opened(browser: Any, live_server: Any) -> Iterator[Any]:
    """Makes pages: ``opened(actor, size)``; what the browser complains of fails the test."""
    told: list[str] = []
    made: list[Any] = []

    def make(actor: Any = None, size: Any = DESK, **more: Any) -> Any:
        page = browser.new_context(viewport=size, base_url=live_server.url, **more).new_page()
        page.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        made.append(page)
        if actor is not None:
            sign_browser_in(page, sign_in(actor), live_server.url)
        return page

    yield make
    for page in made:
        page.context.close()
    assert told == []


def _request(page: Any, town: Town, reason: str) -> None:
    page.goto("/data/")
    page.get_by_label("名称、关键字、代码或表名").fill(TABLE)
    page.get_by_role("button", name="查询", exact=True).click()
    page.get_by_role("link", name=town.resource.name, exact=True).click()
    page.get_by_role("link", name="申请共享").click()
    page.locator("#purpose").select_option("verification")
    page.get_by_label("履职依据与用途说明").fill(reason)
    page.get_by_role("button", name="提交申请").click()
    page.get_by_text("申请已提交").wait_for()


def _decide(page: Any, outcome: str, label: str, opinion: str) -> None:
    page.goto("/data/requests/")
    page.locator("main table a").first.click()
    page.get_by_text(outcome, exact=True).first.click()
    page.locator("details[open]").get_by_label(label).fill(opinion)
    page.locator("details[open] button", has_text="提交").click()
    page.get_by_text("已办理").first.wait_for()


def test_an_official_is_granted_a_resource_and_takes_it_home_masked(
    standing: Town, opened: Any, tmp_path: Path
) -> None:
    asker, keeper = opened(standing.asker), opened(standing.keeper, PHONE)
    _request(asker, standing, "统计法第十一条，核对查询用途")
    assert violations(asker) == []
    _decide(keeper, "同意共享", "答复意见", "同意，按用途使用")
    asker.goto(f"/data/workbench/?table={TABLE}")
    asker.get_by_label("查询语句").fill(f"SELECT name, owner_name FROM {TABLE} ORDER BY name")
    asker.locator("#purpose").select_option("verification")
    asker.get_by_label("查询语句").press("Control+Enter")
    expect(asker.locator("#result table")).to_contain_text("张**")
    assert not any(name in asker.content() for name in NAMES)
    with asker.expect_download() as coming:
        asker.get_by_role("button", name="CSV").click()
    coming.value.save_as(tmp_path / "result.csv")
    text = (tmp_path / "result.csv").read_text(encoding="utf-8-sig")
    assert "张**" in text
    assert not any(name in text for name in NAMES)


def test_a_refused_official_reads_why_and_cannot_query(standing: Town, opened: Any) -> None:
    asker, keeper = opened(standing.asker), opened(standing.keeper)
    _request(asker, standing, "想看看")
    _decide(keeper, "不予共享", "不予共享的理由和依据", "依据个人信息保护法第六条，不属履职所必需")
    asker.goto(f"/data/requests/{DataGrant.objects.get().key}/")
    asker.get_by_text("不属履职所必需").first.wait_for()
    asker.goto("/data/workbench/")
    asker.get_by_label("查询语句").fill(f"SELECT name FROM {TABLE}")
    asker.get_by_role("button", name="运行查询").click()
    expect(asker.locator("#problem")).to_contain_text("请先提出共享申请")


def test_the_workbench_works_without_scripts(standing: Town, opened: Any) -> None:
    page = opened(standing.keeper, PHONE, java_script_enabled=False)
    page.goto("/data/workbench/")
    page.get_by_label("查询语句").fill(f"SELECT name FROM {TABLE} ORDER BY name")
    page.get_by_role("button", name="运行查询").click()
    expect(page.locator("#result table")).to_contain_text("查询2")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_are_accessible_and_fit(standing: Town, opened: Any, size: dict[str, int]) -> None:
    row = change(standing.keeper, TABLE, sharing="unconditional", is_open=True)
    save_query(standing.keeper, name="按名称", sql=f"SELECT name FROM {TABLE}")
    page = opened(standing.keeper, size)
    for address in ("data/", f"data/resources/{row.key}/", f"data/resources/{row.key}/items/",
                    f"data/resources/{row.key}/lineage/", f"data/workbench/?table={TABLE}",
                    "data/requests/", "data/quality/"):  # fmt: skip
        page.goto(f"/{address}")
        assert violations(page) == [], address
        assert fits(page), address
    visitor = opened(None, size)
    for address in ("opendata/", f"opendata/{row.key}/"):
        visitor.goto(f"/{address}")
        assert violations(visitor) == [], address
        assert fits(visitor), address
    with visitor.expect_download() as coming:
        visitor.get_by_role("link", name="CSV").click()
    assert coming.value.suggested_filename.endswith(".csv")
