"""Quality: the engine judges codes as the standards do, every kind counts, mending is asked for."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from guanggu.apps.data_centre.actions.judging import ask_to_mend, count_all, judge, mend
from guanggu.apps.data_centre.actions.opening import open_failing
from guanggu.apps.data_centre.models import QualityRule, QualityRun
from guanggu.apps.data_centre.queries.quality import condition_of, score_of_resource, trend_of
from guanggu.apps.data_centre.rules.quality import failing_condition
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.case.public import Task
from guanggu.kernel.register.public import create_record
from guanggu.standards import gb_11643_1999 as citizen
from guanggu.standards import gb_32100_2015 as codes

from .people import NAMES, TABLE, Town, change


def _failing(kind: str, parameter: str, values: list[Any], column: str = "c") -> list[bool]:
    engine = duckdb.connect(":memory:")
    engine.execute("CREATE SCHEMA raw; CREATE TABLE raw.other AS SELECT 'a' AS k")
    engine.execute("CREATE TABLE t (n INTEGER, c VARCHAR)")
    engine.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(values)))
    condition = failing_condition(kind, column, parameter, "2026-06-01 12:00:00")
    found = engine.execute(f"SELECT n, ({condition}) FROM t ORDER BY n").fetchall()
    return [bool(fails) for _, fails in found]


def _altered(rng: random.Random, text: str, alphabet: str) -> str:
    place = rng.randrange(len(text))
    return text[:place] + rng.choice(alphabet) + text[place + 1 :]


def test_codes_are_judged_by_the_engine_as_by_the_standard() -> None:
    rng = random.Random(7)
    good = [codes.generate(rng, department="9", category="1") for _ in range(60)]
    bad = [_altered(rng, code, codes.ALPHABET) for code in good] + ["91", "9142O" + "1" * 13]
    judged = _failing("validity", "uscc", good + bad)
    expected = [
        len(c) != 18 or any(x not in codes.ALPHABET for x in c)
        or codes.check_character(c[:17]) != c[17] for c in good + bad
    ]  # fmt: skip
    assert judged == expected
    numbers = [citizen.generate(rng, date(1980, 1, 1) + timedelta(days=n)) for n in range(60)]
    numbers += [_altered(rng, number, "0123456789X") for number in numbers]
    expected = [not n[:17].isdigit() or citizen.check_character(n[:17]) != n[17] for n in numbers]
    assert _failing("validity", "citizen_id", numbers) == expected


@pytest.mark.parametrize(
    ("kind", "parameter", "values", "failing"),
    [
        ("completeness", "", ["a", "", None, " ", "[]"], [False, True, True, True, True]),
        ("uniqueness", "", ["a", "b", "a", None, None], [True, False, True, False, False]),
        ("validity", "^[0-9]{3}$", ["123", "12", None, ""], [False, True, False, False]),
        ("validity", "air|water", ["air", "noise"], [False, True]),
        ("consistency", "c <> 'x' OR n > 1", ["a", "x", "x"], [False, True, False]),
        ("timeliness", "2", ["2026-06-01 11:00:00", "2020-01-01 00:00:00"], [False, False]),
        ("timeliness", "2", ["2026-06-01 09:00:00", "2020-01-01 00:00:00"], [True, False]),
        ("referential", "other.k", ["a", "z", None, ""], [False, True, False, False]),
    ],
)  # fmt: skip
def test_every_kind_finds_its_rows(
    kind: str, parameter: str, values: list[Any], failing: list[bool]
) -> None:
    assert _failing(kind, parameter, values) == failing


def _rule(town: Town, **changes: Any) -> QualityRule:
    values = {
        "resource": town.resource.key, "name": "所有者为李白", "kind": "validity",
        "column": "owner_name", "parameter": "李白|杜甫", "weight": 2, "threshold": "95", **changes,
    }  # fmt: skip
    told = create_record(town.keeper, collection="quality_rules", values=values)
    return QualityRule.objects.get(key=told["key"])


@pytest.mark.django_db
def test_rules_are_scored_failing_rows_shown_masked_and_mending_asked_for(lake_town: Town) -> None:
    failing = _rule(lake_town)
    _rule(lake_town, name="名称必填", kind="completeness", column="name", parameter="", weight=1)
    broken = _rule(lake_town, name="没有此列", kind="completeness", column="gone", parameter="")
    told = judge(platform("data_centre"), counted=count_all())
    assert told["failing"] == 1
    result = failing.results.get()
    assert (result.rows, result.failed, result.score) == (3, 2, Decimal("33.33"))
    assert broken.results.get().error  # told, and the others judged
    assert score_of_resource(lake_town.resource) == Decimal("55.55")
    assert [score for _, score in trend_of(lake_town.resource)] == [Decimal("55.55")]
    opened = open_failing(lake_town.keeper, lake_town.resource, condition_of(failing))
    rows = opened.table.to_pylist()
    assert len(rows) == 2
    assert not any(name in str(rows) for name in NAMES)
    assert {row["owner_name"] for row in rows} == {"张**", "欧**"}
    case = ask_to_mend(lake_town.keeper, rule=failing.key)["case"]
    with pytest.raises(Conflict):
        ask_to_mend(lake_town.keeper, rule=failing.key)
    task = Task.objects.get(case__number=case, state="open")
    assert (task.organisation_id, task.role) == (lake_town.provider.pk, "data")
    mend(lake_town.keeper, task=task.pk, outcome="mended", data={"opinion": "已核对更正"})
    assert not Task.objects.filter(case__number=case, state="open").exists()


@pytest.mark.django_db
def test_a_rule_that_passes_needs_no_mending_and_a_bad_one_is_refused(lake_town: Town) -> None:
    passing = _rule(lake_town, kind="completeness", column="name", parameter="")
    judge(lake_town.keeper, counted=count_all())
    with pytest.raises(Conflict):
        ask_to_mend(lake_town.keeper, rule=passing.key)
    with pytest.raises(Invalid):
        _rule(lake_town, parameter="(")
    run = QualityRun.objects.get()
    assert (run.rules, run.failing, run.at.date()) == (1, 0, clock.now().date())


@pytest.mark.django_db
def test_who_may_not_use_a_resource_does_not_see_its_failing_rows(lake_town: Town) -> None:
    rule = _rule(lake_town)
    change(lake_town.keeper, TABLE, sharing="none", basis="内部")
    from guanggu.base.errors import Forbidden

    with pytest.raises(Forbidden):
        open_failing(lake_town.asker, lake_town.resource, condition_of(rule))
