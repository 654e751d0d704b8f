"""SDMX in by file and out by address: sdmx1 reads ours, and we read what it could write."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanggu.apps.macro_economy.actions.laying import lay_sample
from guanggu.apps.macro_economy.models import SdmxUpload
from guanggu.apps.macro_economy.queries.exchange import flow_of
from guanggu.base.actor import VISITOR, platform
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.indicator.public import Indicator, revisions, value
from guanggu.kernel.journal.public import run_until_quiet, verify
from guanggu.standards.sdmx import ml_2_1

from .conftest import KEYS, MONTHS, QUARTERS

sdmx = pytest.importorskip("sdmx")
pytest.importorskip("sdmx.reader.xml.v30")


@pytest.fixture(autouse=True)
def nothing_computed(monkeypatch):
    """The worker turns for the files; what it would compute besides is tested elsewhere."""
    monkeypatch.setattr("guanggu.apps.macro_economy.tasks.refresh", lambda key: {})


def _send(client, name: str, content: bytes, reason: str = "") -> SdmxUpload:
    answer = client.post(
        "/macro_economy/sdmx/",
        {"file": SimpleUploadedFile(name, content), "reason": reason, "request_key": name},
    )
    assert answer.status_code == 302, answer.content.decode()[:500]
    run_until_quiet()
    return SdmxUpload.objects.latest("pk")


CSV = """DATAFLOW,FREQ,INDICATOR,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS
G:M(1.0),M,FDI,420118,2026-10,9.5,P
G:M(1.0),M,FDI,420118,2026-13,9.5,A
G:M(1.0),M,FDI,420118,2020-01,1.5,A
G:M(1.0),Q,FDI,420118,2026-Q3,9.5,A
G:M(1.0),M,XYZ,420118,2026-10,9.5,A
G:M(1.0),M,TRD,420118,2026-10,n/a,A
G:M(1.0),Q,GDP,420118,2026-Q3,1000.5,P
G:M(1.0),M,TRD,420118,2026-10,77,Z
"""


def test_a_file_is_taken_in_row_by_row_and_what_does_not_fit_is_told(economy):
    client = sign_in(an_official(roles=["statistics"], name="统计员"))
    upload = _send(client, "十月.csv", CSV.encode())
    assert (upload.state, upload.observed, upload.added, upload.unchanged) == ("done", 8, 2, 0)
    assert [row[0] for row in upload.wrong] == [2, 3, 4, 5, 6, 8]
    assert value("macro-fdi", "2026-10") == Decimal("9.5")
    kept = revisions("macro-fdi", "2026-10")[-1]
    assert (kept.provenance["file"], kept.provenance["by"]) == ("十月.csv", "统计员")
    assert value("macro-gdp", "2026Q3") == Decimal("1000.5")
    page = client.get(f"/macro_economy/sdmx/{upload.key}/").content.decode()
    assert "2026-13" in page
    assert "XYZ" in page
    again = _send(client, "again.csv", CSV.encode(), reason="核定")
    assert (again.added, again.unchanged, len(again.wrong)) == (1, 2, 5)  # the final one, with why
    assert verify().is_sound


def test_what_we_give_out_we_take_in_unchanged(economy):
    written = ml_2_1.generic_data(flow_of(VISITOR)).encode()
    upload = _send(sign_in(an_official(roles=["statistics"])), "own.xml", written)
    assert upload.state == "done"
    assert upload.observed == 5 * MONTHS + QUARTERS
    assert (upload.added, upload.unchanged, upload.wrong) == (0, upload.observed, [])


def test_a_file_that_is_no_data_is_refused_and_other_posts_cannot_send(economy):
    client = sign_in(an_official(roles=["statistics"]))
    upload = _send(client, "x.xml", b"<?xml version='1.0'?><a/>")
    assert upload.state == "refused"
    page = client.get(f"/macro_economy/sdmx/{upload.key}/").content.decode()
    assert "SDMX" in page
    other = sign_in(an_official(roles=["draft"]))
    assert other.get("/macro_economy/sdmx/").status_code == 403
    assert client.post("/macro_economy/sdmx/", {}).status_code == 422


FORMS = [
    ("/sdmx/2.1/datastructure/GUANGGU/MACRO_DSD", "structure+xml;version=2.1"),
    ("/sdmx/2.1/codelist/all/all/latest", "structure+xml;version=2.1"),
    ("/sdmx/2.1/data/MACRO", "genericdata+xml;version=2.1"),
    ("/sdmx/2.1/data/GUANGGU,MACRO,1.0/M.FAI.", "genericdata+xml;version=2.1"),
    ("/sdmx/2.1/data/MACRO/all?format=csv", "data+csv"),
    ("/sdmx/3.0/structure/codelist/GUANGGU/*/+", "structure+xml;version=3.0.0"),
    ("/sdmx/3.0/data/dataflow/GUANGGU/MACRO/1.0/*", "data+xml;version=3.0.0"),
]


def test_each_path_answers_in_its_form(economy, client):
    for address, kind in FORMS:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert kind in answer.headers["Content-Type"], address


WRONG = {
    "/sdmx/2.1/nothing": 404, "/sdmx/9.9/data/MACRO": 404, "/sdmx/2.1/data/OTHER": 404,
    "/sdmx/2.1/data/MACRO/Q.FAI.": 404, "/sdmx/2.1/data/MACRO/a.b.c.d": 422,
    "/sdmx/2.1/data/MACRO/all?startPeriod=soon": 422,
    "/sdmx/2.1/data/MACRO/all?asOf=2020": 422, "/sdmx/3.0/data/dataflow/X/MACRO/1.0": 404,
}  # fmt: skip


def test_a_path_that_names_nothing_is_told(economy, client):
    for address, status in WRONG.items():
        assert client.get(address).status_code == status, address


def test_data_are_those_of_the_span_and_of_the_day_asked_for(economy, client):
    text = client.get(
        "/sdmx/2.1/data/MACRO/M.FAI.?startPeriod=2024-01&endPeriod=2024-03&format=csv"
    ).content.decode()
    assert text.count("\n") == 4
    then = client.get(
        "/sdmx/2.1/data/MACRO/M.FAI.?format=csv&asOf=2024-05-01T00:00:00Z"
    ).content.decode()
    assert "2024-03" in then
    assert "2024-04" not in then
    span = client.get(
        "/sdmx/3.0/data/dataflow/GUANGGU/MACRO/1.0/Q.GDP.*?c[TIME_PERIOD]=ge:2026-Q1&format=csv"
    ).content.decode()
    assert span.count("\n") == 4


def test_series_that_are_not_public_are_not_given_to_visitors(economy, client):
    Indicator.objects.filter(key="macro-fdi").update(is_public=False)
    assert "FDI" not in client.get("/sdmx/2.1/data/MACRO/all?format=csv").content.decode()
    official = sign_in(an_official(roles=["draft"]))
    assert "FDI" in official.get("/sdmx/2.1/data/MACRO/all?format=csv").content.decode()


@pytest.mark.django_db(transaction=True)
def test_sdmx1_reads_our_service_over_the_wire(few_series, live_server):
    lay_sample(platform("sample"))
    for version, number in (("2.1", "2.1"), ("3.0", "3.0.0")):
        name = f"GG{version.replace('.', '')}"
        sdmx.add_source(
            {"id": name, "url": f"{live_server.url}/sdmx/{version}", "name": "Guanggu",
             "versions": [number]},
            override=True,
        )  # fmt: skip
        reader = sdmx.Client(name)
        reader.session.trust_env = False
        owner = "agency_id" if version == "3.0" else "provider"
        flow = reader.dataflow("MACRO", **{owner: "GUANGGU"}, params={"references": "all"})
        assert flow.structure["MACRO_DSD"].dimensions.get("FREQ") is not None
        assert len(flow.codelist["CL_INDICATOR"]) == len(KEYS)
    reader = sdmx.Client("GG21")
    reader.session.trust_env = False
    message = reader.data("MACRO", key="M.FAI.", params={"startPeriod": "2020-01"})
    series = sdmx.to_pandas(message)
    assert len(series) >= 70
    assert set(series.index.names) == {"FREQ", "INDICATOR", "REF_AREA", "TIME_PERIOD"}
    expected = value("macro-investment", "2020-02")
    assert float(series.xs("2020-02", level="TIME_PERIOD").iloc[0]) == float(expected)
