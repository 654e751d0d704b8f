"""Values and their revisions: what was known when, and who may say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from guanggu.base import clock
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.indicator.models import Indicator, Revision, Value
from guanggu.kernel.indicator.public import (
    Target,
    latest,
    path_value,
    record_values,
    required_growth,
    revisions,
    series,
    standing,
    value,
)
from guanggu.kernel.indicator.rules import State
from guanggu.kernel.indicator.testing import TESTS, an_indicator, give_values
from guanggu.kernel.journal.public import verify
from guanggu.kernel.register.public import (
    change_record,
    create_record,
    delete_record,
    import_rows,
    retry_row,
)

pytestmark = pytest.mark.django_db
T0 = datetime(2020, 1, 20, tzinfo=UTC)


def test_what_was_known_when_stays_known():
    an_indicator("gdp")
    for days, status, number in ((0, "estimate", "100.5"), (60, "preliminary", "101"),
                                 (400, "final", "99.75")):  # fmt: skip
        with clock.fixed_at(T0 + timedelta(days=days)):
            give_values("gdp", {"2019": number}, status=status)
    assert value("gdp", "2019") == Decimal("99.75")
    assert value("gdp", "2019", as_of=T0 - timedelta(days=1)) is None
    assert value("gdp", "2019", as_of=T0) == Decimal("100.5")
    assert value("gdp", "2019", as_of=T0 + timedelta(days=399)) == Decimal(101)
    assert [(r.revision, r.status) for r in revisions("gdp", "2019")] == [
        (1, "estimate"), (2, "preliminary"), (3, "final"),
    ]  # fmt: skip
    assert latest("gdp") == ("2019", Decimal("99.75"))
    assert verify().is_sound


def test_the_same_value_again_is_no_revision():
    an_indicator("same")
    assert give_values("same", {"2019": "5.0", "2020": 6}, status="estimate") == 2
    assert give_values("same", {"2019": "5", "2020": 7}, status="estimate") == 1
    assert len(revisions("same", "2019")) == 1


def test_numbers_are_exact_beyond_binary_fractions():
    an_indicator("exact")
    long = "1234567890123456789.123456789"
    give_values("exact", {"2019": "0.1", "2020": long})
    assert value("exact", "2019") == Decimal("0.1")
    assert value("exact", "2020") == Decimal(long)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"period": "2019-01", "number": "1"}, "period"),
        ({"period": "2019", "number": "about 1"}, "number"),
        ({"period": "2019", "number": "NaN"}, "number"),
        ({"period": "2019", "number": "1", "status": "sure"}, "status"),
        ({"period": "2019", "number": "1", "dimension": "a~b"}, "dimension"),
        ({"period": "2019", "number": "1", "known_at": "2999-01-01T00:00:00+00:00"}, "known_at"),
        ({"period": "2018", "number": "2", "status": "estimate"}, "reason"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(told, field):
    an_indicator("strict")
    give_values("strict", {"2018": 1})
    with pytest.raises(Invalid) as refused:
        record_values(TESTS, indicator="strict", values=[{"period": "2017", "number": "1"}, told])
    assert field in refused.value.fields
    assert series("strict") == {"2018": Decimal(1)}


def test_a_final_figure_is_changed_with_a_reason_and_withdrawn_without_a_number():
    an_indicator("final")
    give_values("final", {"2018": 1, "2019": 2})
    give_values("final", {"2018": 3}, reason="经济普查修订")
    record_values(
        TESTS, indicator="final", values=[{"period": "2019", "number": "", "reason": "误报"}]
    )
    assert series("final") == {"2018": Decimal(3)}
    assert revisions("final", "2018")[-1].reason == "经济普查修订"
    assert revisions("final", "2019")[-1].number is None


def test_an_earlier_publication_does_not_come_after_a_later_one():
    an_indicator("order")
    give_values("order", {"2019": 1}, known_at="2020-03-01T00:00:00+00:00", status="estimate")
    with pytest.raises(Invalid) as refused:
        give_values("order", {"2019": 2}, known_at="2020-02-01T00:00:00+00:00", status="estimate")
    assert "known_at" in refused.value.fields


def test_only_the_answerable_post_and_the_statisticians_enter_values():
    body = an_organisation()
    owner, other = an_official(body, roles=["draft"]), an_official(body, roles=["draft"])
    statistician = an_official(roles=["statistics"])
    an_indicator("owned", owner=f"posts/{owner.post}")
    assert Indicator.objects.get(key="owned").organisation == body
    told = [{"period": "2019", "number": "1"}]
    with pytest.raises(Missing):
        record_values(other, indicator="owned", values=told)
    assert record_values(owner, indicator="owned", values=told) == {"added": 1}
    told = [{"period": "2020", "number": "1"}]
    assert record_values(statistician, indicator="owned", values=told) == {"added": 1}
    assert revisions("owned", "2019")[0].by == owner.ref


def test_a_revision_is_never_changed_and_its_value_never_removed():
    an_indicator("kept")
    give_values("kept", {"2019": 1})
    row = Revision.objects.get()
    row.number = Decimal(2)
    with pytest.raises(RuntimeError):
        row.save()
    with pytest.raises(RuntimeError):
        row.delete()
    with pytest.raises(Conflict):
        delete_record(TESTS, collection="indicator_values", record="kept~2019", reason="误")
    assert value("kept", "2019") == 1


def test_a_sheet_gives_values_row_by_row_and_bad_rows_wait():
    statistician = an_official(roles=["statistics"])
    an_indicator("sheet", period="month")
    rows = [
        (2, {"indicator": "sheet", "period": "2019-01", "number": "10", "status": "estimate"}),
        (3, {"indicator": "sheet", "period": "2019", "number": "11", "status": "estimate"}),
        (4, {"indicator": "none", "period": "2019-01", "number": "11", "status": "estimate"}),
        (5, {"indicator": "sheet", "period": "2019-02", "number": "x", "status": "estimate"}),
        (6, {"indicator": "sheet", "period": "2019-03", "number": "12", "status": "estimate"}),
    ]
    run = import_rows(
        statistician, key="s1", collection="indicator_values", file_name="a.csv", rows=rows
    )
    assert (run.created, run.quarantined) == (2, 3)
    assert [sorted(row.errors) for row in run.rows.all()] == [["period"], ["indicator"], ["number"]]
    waiting = run.rows.get(row=3)
    retry_row(statistician, collection="indicator_values", row=waiting.pk,
              values={**waiting.values, "period": "2019-02"})  # fmt: skip
    assert list(series("sheet")) == ["2019-01", "2019-02", "2019-03"]
    assert revisions("sheet", "2019-01")[0].provenance["kind"] == "sheet"
    again = import_rows(
        statistician, key="s2", collection="indicator_values", file_name="a.csv", rows=rows[:1]
    )
    assert (again.unchanged, len(revisions("sheet", "2019-01"))) == (1, 1)
    assert verify().is_sound


def test_the_register_writes_revisions_too_and_moves_no_value():
    an_indicator("form")
    made = create_record(
        TESTS, collection="indicator_values",
        values={"indicator": "form", "period": "2019", "number": "5", "status": "estimate"},
    )  # fmt: skip
    assert made["key"] == "form~2019"
    change_record(TESTS, collection="indicator_values", record=made["key"], version=1,
                  values={"number": "6", "status": "final"})  # fmt: skip
    assert [r.number for r in revisions("form", "2019")] == [5, 6]
    with pytest.raises(Invalid):
        change_record(TESTS, collection="indicator_values", record=made["key"], version=2,
                      values={"period": "2018", "reason": "x"})  # fmt: skip


def test_a_definition_names_its_owner_by_body_and_post_and_bad_ones_are_refused():
    owner = an_official(an_organisation(code="stat-body"), roles=["draft"])
    values = {"name": "指标", "period": "year", "owner": "stat-body/测试岗"}
    create_record(TESTS, collection="indicators", values={"key": "good", **values})
    assert Indicator.objects.get(key="good").owner == f"posts/{owner.post}"
    with pytest.raises(Invalid) as refused:
        create_record(
            TESTS, collection="indicators",
            values={"key": "a~b", **values, "owner": "nobody", "kind": "formula", "formula": "no"},
        )  # fmt: skip
    assert {"key", "owner", "formula"} <= set(refused.value.fields)
    with pytest.raises(Forbidden):
        create_record(owner, collection="indicators", values={"key": "mine", **values})


def test_an_indicator_stands_against_its_next_target():
    an_indicator(
        "path",
        targets=[
            {"kind": "baseline", "period": "2015", "value": "100"},
            {"kind": "target", "period": "2020", "value": "200"},
            {"kind": "target", "period": "2030", "value": "400"},
        ],
    )
    at_2018 = datetime(2018, 6, 1, tzinfo=UTC)
    give_values("path", {"2016": 120, "2017": 120}, known_at="2018-01-20T00:00:00+00:00")
    found = standing("path", as_of=at_2018)
    assert (found.state, found.expected, found.target_period) == (State.BEHIND, 140, "2020")
    assert float(required_growth("path", as_of=at_2018).per_year) == pytest.approx(
        18.5631, abs=1e-4
    )
    assert path_value(Target.objects.get(period="2020"), "2018") == 160
    give_values("path", {"2020": 210})
    ended = standing("path", target=Target.objects.get(period="2020", kind="target"))
    assert ended.state is State.REACHED
    assert standing("path").target_period == "2030"
    an_indicator("bare")
    assert standing("bare").state is State.NO_DATA
    with pytest.raises(Missing):
        standing("nothing")


def test_a_month_is_not_held_against_a_year():
    an_indicator(
        "monthly", period="month", targets=[{"kind": "target", "period": "2030", "value": "9"}]
    )
    give_values("monthly", {"2019-01": 3})
    assert standing("monthly").state is State.NO_DATA
    an_indicator(
        "rate", period="month", measure="share",
        targets=[{"kind": "target", "period": "2030", "value": "9"}],
    )  # fmt: skip
    give_values("rate", {"2019-01": 3})
    assert standing("rate").period == "2019-01"


class KnownWhen(TestCase):
    """Hypothesis needs a transaction for each example."""

    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(2010, 2014), st.integers(-9, 9), st.integers(0, 30)),
            max_size=12,
        )
    )
    def test_as_of_any_day_the_last_value_given_until_then_is_known(self, given_values):
        an_indicator("random")
        day, told = 0, []
        for year, number, later in given_values:
            day += later
            at = T0 + timedelta(days=day)
            told.append((at, str(year), Decimal(number)))
            give_values("random", {str(year): number}, known_at=at.isoformat(), status="estimate")
        for as_of in (T0 - timedelta(days=1), *(at for at, _, _ in told)):
            expected: dict[str, Decimal] = {}
            for at, year, number in told:
                if at <= as_of:
                    expected[year] = number
            assert series("random", as_of=as_of) == dict(sorted(expected.items()))
        assert series("random") == {v.period: v.number for v in Value.objects.order_by("period")}
