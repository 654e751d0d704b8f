"""Pages of the indicators: from the list to a figure and from the figure to its rows."""

from __future__ import annotations

import pytest

from guanggu.base.bilingual import T
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.indicator import formulas
from guanggu.kernel.indicator.public import (
    declare_indicator,
    reading_from,
    recompute,
    take_in_declared,
)
from guanggu.kernel.indicator.testing import SmallLake, an_indicator, give_values
from guanggu.kernel.journal.public import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted():
    """An indicator that counts rows of a small lake."""
    known = dict(formulas.DECLARED), dict(formulas.FORMULAS)
    declare_indicator(
        key="counted", title=T("受理量", "Accepted"), unit=T("件", "cases"), period="month",
        decimals=0, is_public=True, rows=lambda tables: tables.table("case_cases"),
        value=lambda rows: rows.count(),
    )  # fmt: skip
    rows = [
        {"period": "2019-01", "ref": f"indicators/counted-{n}", "day": f"2019-01-{n:02d}",
         "phone": "13812345678"}
        for n in range(1, 61)
    ]  # fmt: skip
    take_in_declared()
    with reading_from(SmallLake({"case_cases": rows}, {"case_cases": {"phone"}})) as lake:
        recompute("counted")
        yield lake
    for held, before in zip((formulas.DECLARED, formulas.FORMULAS), known, strict=True):
        held.clear()
        held.update(before)


def test_an_official_clicks_a_figure_and_sees_its_rows_and_query(counted):
    client = sign_in(an_official(roles=["draft"]))
    assert (
        'href="/indicators/counted/2019-01/"' in client.get("/indicators/counted/").content.decode()
    )
    page = client.get("/indicators/counted/2019-01/").content.decode()
    assert "现在重新计算得到同一数值" in page
    assert "indicators/counted-1<" in page
    assert "SELECT" in page
    assert "13812345678" not in page
    assert "?page=2" in page
    client.cookies["language"] = "en"
    second = client.get("/indicators/counted/2019-01/?page=2").content.decode()
    assert "60 rows" in second
    counted.backend.raw_sql("DELETE FROM case_cases WHERE day = '2019-01-07'")
    changed = client.get("/indicators/counted/2019-01/").content.decode()
    assert "not what is kept" in changed


def test_the_public_sees_the_figure_and_its_revisions_but_no_rows(counted, client):
    page = client.get("/indicators/counted/2019-01/").content.decode()
    assert "历次数值" in page
    assert "counted-1<" not in page
    an_indicator("inside", name="内部指标")
    assert client.get("/indicators/inside/").status_code == 404
    assert "内部指标" not in sign_in(a_person()).get("/indicators/").content.decode()
    assert "内部指标" in sign_in(an_official(roles=[])).get("/indicators/").content.decode()


def test_a_keeper_has_it_computed_again_and_others_may_not(counted):
    page = "/indicators/counted/"
    assert sign_in(an_official(roles=["draft"])).post(page, {"request_key": "a"}).status_code == 403
    assert (
        sign_in(an_official(roles=["statistics"])).post(page, {"request_key": "b"}).status_code
        == 302
    )
    assert Job.objects.filter(name="indicator.recompute").count() == 1


def test_the_list_tells_how_each_stands_and_can_be_narrowed(client):
    for key, value in (("good", "150"), ("late", "100")):
        an_indicator(
            key, name=f"指标{key}", is_public=True, theme="主题",
            targets=[{"kind": "baseline", "period": "2015", "value": "100"},
                     {"period": "2035", "value": "200"}],
        )  # fmt: skip
        give_values(key, {"2025": value})
    page = client.get("/indicators/?theme=主题").content.decode()
    assert "符合进度" in page
    assert "滞后" in page
    narrowed = client.get("/indicators/?state=behind").content.decode()
    assert "指标late" in narrowed
    assert "指标good" not in narrowed
    detail = client.get("/indicators/late/").content.decode()
    assert "今后每年须增长" in detail
    assert "推进路径" in detail


def test_the_answerable_post_enters_a_value_and_a_wrong_one_is_told():
    owner = an_official(roles=["draft"])
    an_indicator("owned", owner=f"posts/{owner.post}")
    client = sign_in(owner)
    told = {"period": "2019", "number": "5.5", "status": "estimate", "request_key": "1"}
    assert client.post("/indicators/owned/enter/", told).status_code == 302
    assert "5.5" in client.get("/indicators/owned/").content.decode()
    for wrong in ({"number": "x"}, {"period": "2019-05"}, {"known_on": "2999-01-01"}):
        answer = client.post("/indicators/owned/enter/", {**told, "request_key": "2", **wrong})
        assert answer.status_code == 422, wrong
    assert sign_in(an_official(roles=["draft"])).get("/indicators/owned/enter/").status_code == 404
