"""The pages of the economy as people open them."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from guanggu.apps.macro_economy.actions import computing
from guanggu.kernel.identity.testing import an_official, sign_in


@pytest.fixture
def computed(economy, monkeypatch):
    monkeypatch.setattr(computing, "YEARS_BACK", 1)
    computing.refresh("macro-retail")
    return economy


def test_a_visitor_sees_the_board_and_each_public_series(computed, client):
    page = client.get("/macro_economy/").content.decode()
    assert "社会消费品零售总额" in page
    assert "示例数据" in page
    assert "全年预测" in page
    for key in ("macro-retail", "macro-gdp"):
        answer = client.get(f"/macro_economy/series/{key}/")
        assert answer.status_code == 200
    client.cookies["language"] = "en"
    page = client.get("/macro_economy/series/macro-retail/").content.decode()
    assert "Holt–Winters" in page
    assert "Kruskal–Wallis" in page
    assert "At the same time of the 1 past years" in page
    assert client.get("/macro_economy/series/nothing/").status_code == 404
    assert "GDP" in client.get("/sdmx/").content.decode()


def test_a_figure_leads_to_its_revisions(computed, client):
    page = client.get("/indicators/macro-retail/2024-05/").content.decode()
    assert "年度核算修订" in page
    assert "快报数" in page
    assert client.get("/indicators/macro-retail/2031-05/").status_code == 404
    assert client.get("/indicators/macro-retail/soon/").status_code == 422
    assert "macro-retail" in client.get("/indicators/macro-retail/").content.decode()
    assert "零售" in client.get("/indicators/?q=零售").content.decode()


def test_the_bulletin_is_a_workbook_of_the_month(computed, client):
    answer = client.get("/macro_economy/bulletin.xlsx?month=2026-06")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == "指标"
    assert {row[2] for row in rows[1:7]} == {"2026-06", "2026Q2"}
    last = book.get_sheet_by_index(2).to_python()
    assert last[-1][0] == "2026Q2"
    latest = client.get("/macro_economy/bulletin.xlsx")
    expected = CalamineWorkbook.from_filelike(io.BytesIO(latest.content)).get_sheet_by_index(1)
    assert [row[0] for row in expected.to_python()] == ["指标", "社会消费品零售总额"]
    assert client.get("/macro_economy/bulletin.xlsx?month=2000-01").status_code == 422
    assert client.get("/macro_economy/bulletin.xlsx?month=2026").status_code == 422


def test_the_statistician_enters_a_figure_by_the_form(computed):
    client = sign_in(an_official(roles=["statistics"]))
    page = client.get("/indicators/macro-retail/enter/").content.decode()
    assert 'value="2026-11"' in page
    told = {"period": "2026-10", "number": "50", "status": "final", "request_key": "a"}
    assert client.post("/indicators/macro-retail/enter/", told).status_code == 302
    wrong = client.post(
        "/indicators/macro-retail/enter/", {**told, "number": "51", "request_key": "b"}
    )
    assert wrong.status_code == 422
    assert "修订原因" in wrong.content.decode()
    other = sign_in(an_official(roles=["draft"]))
    assert other.get("/indicators/macro-retail/enter/").status_code == 404


def test_the_series_is_read_over_the_interface_as_it_was_known(computed, client):
    now = client.get("/api/v1/indicators/macro-retail/series").json()
    assert now["values"][-1]["period"] == "2026-10"
    assert now["standing"]["state"] == "no_data"
    then = client.get("/api/v1/indicators/macro-retail/series?as_of=2020-01-01T00:00:00Z").json()
    assert then["values"][-1]["period"] == "2019-11"
    assert client.get("/api/v1/indicators/macro-retail/series?as_of=soon").status_code == 422
