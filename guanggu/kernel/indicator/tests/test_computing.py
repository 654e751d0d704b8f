"""Formulas over a lake: computed, kept with where they came from, and explained by their rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing, Unavailable
from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.indicator import formulas
from guanggu.kernel.indicator.models import Indicator
from guanggu.kernel.indicator.public import (
    declare_indicator,
    explain,
    month_of,
    reading_from,
    recompute,
    record_values,
    request_recompute,
    revisions,
    series,
    take_in_declared,
)
from guanggu.kernel.indicator.testing import TESTS, SmallLake
from guanggu.kernel.journal.public import Event, run_until_quiet, verify

pytestmark = pytest.mark.django_db


def _case(number: int, day: str, channel: str) -> dict:
    # 17:00 UTC is the next morning in the district.
    return {
        "ref": f"cases/C-{number}", "opened_at": datetime.fromisoformat(f"{day} 17:00:00"),
        "channel": channel, "applicant": f"张{number}",
    }  # fmt: skip


@pytest.fixture
def lake():
    rows = [_case(n, "2019-01-10", "web") for n in range(70)]
    rows += [_case(n, "2019-01-31", "hall") for n in range(70, 73)]
    rows += [_case(73, "2019-02-05", "web")]
    with reading_from(SmallLake({"case_cases": rows}, {"case_cases": {"applicant"}})) as door:
        yield door


@pytest.fixture(autouse=True)
def declared():
    known = dict(formulas.DECLARED), dict(formulas.FORMULAS)
    declare_indicator(
        key="online", title=T("网上办理率", "Handled online"), unit="%", period="month",
        measure="share", decimals=1, rows=lambda tables: _cases(tables),
        value=lambda rows: (rows.channel == "web").cast("int64").mean() * 100,
    )  # fmt: skip
    declare_indicator(
        key="missing", title=T("缺表", "No table"), unit="", period="month",
        rows=lambda tables: tables.table("nowhere"), value=lambda rows: rows.count(),
    )  # fmt: skip
    yield
    for held, before in zip((formulas.DECLARED, formulas.FORMULAS), known, strict=True):
        held.clear()
        held.update(before)


def _cases(tables):
    cases = tables.table("case_cases")
    return cases.mutate(period=month_of(cases.opened_at))


def test_declared_indicators_become_records_once_and_stay_as_the_district_left_them():
    assert take_in_declared() >= 2
    Indicator.objects.filter(key="online").update(name="改名")
    assert take_in_declared() == 0
    assert Indicator.objects.get(key="online").name == "改名"


def test_a_formula_is_computed_kept_with_its_query_and_recomputed_only_where_it_changed(lake):
    take_in_declared()
    assert recompute("online") == {"added": 2, "periods": 2}
    assert series("online") == {"2019-01": Decimal(100), "2019-02": Decimal(25)}
    kept = revisions("online", "2019-02")[0].provenance
    assert (kept["kind"], kept["snapshot"], kept["rows"]) == ("formula", "1", 4)
    assert "case_cases" in kept["sql"]
    assert recompute("online")["added"] == 0
    lake.backend.insert("case_cases", lake.backend.table("case_cases").limit(0))
    lake.backend.raw_sql("UPDATE case_cases SET channel = 'web' WHERE ref = 'cases/C-70'")
    lake.version = 2
    assert recompute("online")["added"] == 1
    assert [r.number for r in revisions("online", "2019-02")] == [25, 50]
    lake.backend.raw_sql("DELETE FROM case_cases WHERE opened_at < '2019-01-15'")
    recompute("online")
    assert list(series("online")) == ["2019-02"]
    assert verify().is_sound


def test_a_figure_is_explained_by_its_rows_page_by_page_without_personal_columns(lake):
    take_in_declared()
    recompute("online")
    indicator = Indicator.objects.get(key="online")
    found = explain(indicator, "2019-01", page=2)
    assert (found.count, found.page, found.pages, len(found.rows)) == (70, 2, 2, 20)
    assert found.columns == ("ref", "opened_at", "channel")
    assert found.agrees
    assert found.tables == ("case_cases",)
    first = explain(indicator, "2019-01")
    refs = [row["ref"] for row in (*first.rows, *found.rows)]
    assert len(set(refs)) == 70
    lake.backend.raw_sql("UPDATE case_cases SET channel = 'hall' WHERE ref = 'cases/C-1'")
    assert not explain(indicator, "2019-01").agrees


def test_a_table_that_the_lake_has_not_got_is_told(lake):
    take_in_declared()
    with pytest.raises(Unavailable):
        recompute("missing")
    told = explain(Indicator.objects.get(key="missing"), "2019-01")
    assert told.problem is not None
    assert told.rows == []


def test_the_worker_computes_what_a_keeper_asked_for(lake):
    take_in_declared()
    with pytest.raises(Forbidden):
        request_recompute(an_official(roles=["draft"]), indicator="online")
    request_recompute(an_official(roles=["statistics"]), indicator="online")
    run_until_quiet()
    assert list(series("online")) == ["2019-01", "2019-02"]
    assert Event.objects.filter(kind="indicator.recomputed").count() >= 1


def test_a_computed_indicator_takes_no_typed_value(lake):
    take_in_declared()
    with pytest.raises(Invalid):
        record_values(TESTS, indicator="online", values=[{"period": "2019-01", "number": "1"}])
    with pytest.raises(RuntimeError):
        declare_indicator(key="half", title=T("半", "Half"), unit="", period="year", rows=_cases)
    with pytest.raises(Missing):
        recompute("nothing")
