"""The pages of the environment with data: for a visitor, an officer, a firm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from guanggu.apps.environment.actions.assessing import assess
from guanggu.apps.environment.actions.reporting import draft_report
from guanggu.apps.environment.actions.totalling import compute_totals
from guanggu.apps.environment.models import MonthlyReport, PollutionSource, Station
from guanggu.base import clock
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.document.public import verify_pdf
from guanggu.kernel.identity.testing import a_firm_agent, sign_in
from guanggu.kernel.journal.public import run_until_quiet
from guanggu.kernel.register.public import save_record

from .people import Bureau, report
from .test_assessing import air


@pytest.fixture(autouse=True)
def _in_june():
    with clock.fixed_at(datetime(2026, 6, 2, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def measured(bureau: Bureau) -> Bureau:
    air("AQ-01", "2026-05-30", a34004=75.0)
    air("AQ-01", "2026-06-02", hours=10, a34004=40.0)
    for code, value in {"w01009": 8.0, "w01019": 3.0, "w21003": 0.3, "w21011": 0.35}.items():
        report("SW-01", code, "2026-06-01 00:00", [value] * 33)
    report("NS-01", "Leq", "2026-06-01 00:00", [50.5] * 33)
    report("RD-01", "dose_rate", "2026-06-01 00:00", [62.0] * 33)
    report("PS-01-DW001", "w01018", "2026-06-01 00:00", [40.0] * 33)
    report("PS-01-DW001", "w00000", "2026-06-01 00:00", [2000.0] * 33)
    assess(bureau.monitor, first="2026-05-30", last="2026-06-02")
    compute_totals(bureau.monitor, month="2026-06-01")
    return bureau


def test_a_visitor_reads_the_air_and_the_waters_of_today(measured: Bureau):
    page = Client().get("/environment/").content.decode()
    assert "空气质量指数" in page
    assert "极少数异常敏感人群应减少户外活动" in page
    assert 'class="grade air-2"' in page
    assert "Ⅴ类" in page
    assert "示例站点与示例数据" in page


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("AQ-01", ("实时空气质量指数", "HJ 633-2026", "PM₂.₅", "乙站")),
        ("SW-01", ("实时水质类别", "总磷", "GB 3838-2002", "Ⅴ类")),
        ("NS-01", ("小时等效声级", "GB 3096-2008")),
        ("RD-01", ("剂量率", "HJ 61-2021")),
    ],
)
def test_the_page_of_a_station_names_value_class_and_clause(measured: Bureau, key, words):
    page = Client().get(f"/environment/stations/{key}/").content.decode()
    for each in words:
        assert each in page, each
    assert '<figure class="chart curve"' in page


def test_stations_are_compared_and_taken_away_as_sheets(measured: Bureau):
    air("AQ-02", "2026-06-02", hours=10, a34004=55.0)
    query = "?factor=a34004&period=week&on=2026-06-02&with=AQ-02"
    page = Client().get(f"/environment/stations/AQ-01/{query}").content.decode()
    assert "乙站" in page.split('<ul class="legend">')[1].split("</ul>")[0]
    data = Client().get(f"/environment/stations/AQ-01/curve.json{query}").json()
    assert [c["name"] for c in data["curves"]] == ["甲站", "乙站"]
    assert data["limits"][0]["value"] == 60
    sheet = Client().get(f"/environment/stations/AQ-01/curve.csv{query}")
    assert "55.0" in b"".join(sheet.streaming_content).decode("utf-8-sig")


def test_what_is_not_public_is_not_shown_to_visitors(measured: Bureau):
    station = Station.objects.get(key="AQ-01")
    station.is_public = False
    save_record(measured.monitor, station, "environment.changed")
    assert Client().get("/environment/stations/AQ-01/").status_code == 404
    assert Client().get("/environment/stations/AQ-01/curve.json").status_code == 404
    assert sign_in(measured.monitor).get("/environment/stations/AQ-01/").status_code == 200
    assert Client().get("/environment/sources/PS-01/").status_code == 404


def test_a_firm_reads_its_own_source_and_no_other(measured: Bureau):
    source = PollutionSource.objects.get()
    source.unified_code = "91420100MA4KLYG10D"
    save_record(measured.monitor, source, "environment.changed")
    own = sign_in(a_firm_agent("91420100MA4KLYG10D"))
    other = sign_in(a_firm_agent("91420100MA4KLYG20X"))
    assert own.get("/environment/sources/PS-01/").status_code == 200
    assert own.get("/environment/outlet/PS-01-DW001/curve.json?factor=w01018").status_code == 200
    assert other.get("/environment/sources/PS-01/").status_code == 404


def test_totals_and_rates_show_what_was_counted(measured: Bureau):
    client = sign_in(measured.monitor)
    page = client.get("/environment/totals/").content.decode()
    assert "某污水厂 DW001" in page
    assert "9.504" in page
    page = client.get("/environment/sources/PS-01/").content.decode()
    assert "许可限值 50" in page
    page = client.get("/environment/rates/?month=2026-06").content.decode()
    assert "传输有效率" in page
    assert Client().get("/environment/rates/").status_code in (302, 403)


@pytest.mark.parametrize("address", ["air/", "air/?station=AQ-01&year=2026", "water/", "noise/"])
def test_the_year_is_open_to_everybody(measured: Bureau, address):
    assert Client().get(f"/environment/{address}").status_code == 200


def test_a_report_is_drafted_sealed_and_then_public(measured: Bureau):
    monitor, leader = sign_in(measured.monitor), sign_in(measured.leader)
    answer = monitor.post("/environment/reports/", {"month": "2026-05-01"})
    assert answer.headers["Location"] == "/environment/reports/YB202605/"
    preview = monitor.get("/environment/reports/YB202605/report.pdf")
    assert preview.content.startswith(b"%PDF")
    assert Client().get("/environment/reports/YB202605/").status_code == 404
    assert monitor.post("/environment/reports/YB202605/").status_code == 403
    assert leader.post("/environment/reports/YB202605/").status_code == 302
    run_until_quiet()
    page = Client().get("/environment/reports/YB202605/").content.decode()
    assert "环境月报〔2026〕1号" in page
    pdf = b"".join(Client().get("/environment/reports/YB202605/report.pdf").streaming_content)
    assert not verify_pdf(pdf).altered
    assert verify_pdf(pdf).covers_whole_document
    with pytest.raises(Conflict):
        draft_report(measured.monitor, month="2026-05-01")


def test_no_report_of_a_month_that_is_not_over_or_by_anybody_else(measured: Bureau):
    with pytest.raises(Invalid):
        draft_report(measured.monitor, month="2026-06-01")
    with pytest.raises(Forbidden):
        draft_report(measured.enforcer, month="2026-05-01")
    assert not MonthlyReport.objects.exists()
