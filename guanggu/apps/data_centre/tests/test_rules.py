"""Rules of the data centre: who may use what, what a query names, the scores, descriptions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.data_centre.rules.describing import Column, item_of, merged_items
from guanggu.apps.data_centre.rules.lineage import Graph, Node, lay_out, referring
from guanggu.apps.data_centre.rules.quality import failing_condition, score_of, weighted
from guanggu.apps.data_centre.rules.reading import Exposed, read, view_of
from guanggu.apps.data_centre.rules.sharing import Grant, period_error, use_of
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

DAY = date(2026, 6, 1)
GRANT = Grant("G-1", "verification", DAY - timedelta(days=1), DAY, frozenset(), frozenset({"name"}))


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({"sharing": "unconditional"}, True),
        ({"sharing": "conditional"}, False),
        ({"sharing": "conditional", "grants": [GRANT]}, True),
        ({"sharing": "conditional", "grants": [GRANT], "purpose": "statistics"}, False),
        ({"sharing": "conditional", "grants": [GRANT], "day": DAY + timedelta(days=1)}, False),
        ({"sharing": "none", "grants": [GRANT]}, False),
        ({"sharing": "none", "is_own": True}, True),
        ({"sharing": "conditional", "is_own": True}, True),
        ({"sharing": "unconditional", "is_official": False}, False),
        ({"sharing": "unconditional", "is_official": False, "is_open": True}, True),
        ({"sharing": "unconditional", "is_provided": False}, False),
    ],
)  # fmt: skip
def test_use_follows_the_class_the_grant_its_purpose_and_its_days(
    changes: dict, allowed: bool
) -> None:
    values = {
        "is_open": False, "is_provided": True, "is_official": True, "is_own": False,
        "purpose": "verification", "grants": [], "day": DAY, "sharing": "", **changes,
    }  # fmt: skip
    use = use_of("办件", **values)
    assert use.is_allowed is allowed
    assert use.is_allowed or "办件" in use.reason.zh


@given(st.dates(), st.integers(-400, 800), st.dates())
def test_a_period_begins_before_it_ends_and_lasts_a_year_at_most(
    start: date, days: int, today: date
) -> None:
    try:
        end = start + timedelta(days=days)
    except OverflowError:
        return
    fits = start <= end >= today and days < 366
    assert (period_error(start, end, today) is None) == fits


@pytest.mark.parametrize(
    ("sql", "tables", "named", "whole"),
    [
        ("SELECT name FROM People", ("people",), {"name"}, False),
        ("FROM people", ("people",), set(), True),
        ("SELECT count(*) FROM people WHERE phone IS NULL", ("people",), {"phone"}, False),
        ("SELECT p.* FROM people p", ("people",), set(), True),
        ("WITH x AS (SELECT id FROM a) SELECT id FROM x JOIN b USING (key)", ("a", "b"), {"id", "key"}, False),
        ("SELECT * FROM a NATURAL JOIN b;", ("a", "b"), set(), True),
        ("SELECT COLUMNS('n.*') FROM a", ("a",), set(), True),
        ("SELECT a FROM t UNION ALL SELECT b FROM u", ("t", "u"), {"a", "b"}, False),
    ],
)  # fmt: skip
def test_a_query_tells_its_tables_and_columns(
    sql: str, tables: tuple[str, ...], named: set[str], whole: bool
) -> None:
    found = read(sql)
    assert (found.tables, found.is_whole) == (tables, whole)
    assert named <= found.columns


@pytest.mark.parametrize(
    "sql",
    ["", "DELETE FROM a", "SELECT 1; SELECT 2", "ATTACH 'x' AS y", "COPY a TO 'x'", "SELECT FROM WHERE",
     "PRAGMA database_list", "SET threads = 9", "INSTALL httpfs", "x" * 20_001],
)  # fmt: skip
def test_what_is_not_one_select_is_refused_at_its_field(sql: str) -> None:
    with pytest.raises(Invalid) as told:
        read(sql)
    assert "sql" in told.value.fields


def test_a_view_holds_the_columns_that_are_named_and_no_other() -> None:
    view = Exposed("people", {"name": "'x'", "phone": '"phone"'}, frozenset({"name"}))
    assert view_of(view, read("SELECT phone FROM people").columns_of(view)) == (
        'SELECT "phone" AS "phone" FROM raw."people"'
    )
    assert view_of(view, read("SELECT count(*) FROM people").columns_of(view)).startswith(
        "SELECT 1 "
    )


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 9)), max_size=8)
)
def test_scores_lie_between_nought_and_a_hundred(rules: list[tuple[int, int, int]]) -> None:
    scores = [(score_of(rows, min(failed, rows)), weight) for rows, failed, weight in rules]
    whole = weighted(scores)
    known = [score for score, weight in scores if score is not None and weight]
    assert (whole is None) == (not known)
    assert whole is None or min(known) <= whole <= max(known)


def test_the_formula_of_the_page_is_the_one_that_counts() -> None:
    assert score_of(200, 3) == Decimal("98.50")
    assert score_of(0, 0) is None
    assert weighted([(Decimal(100), 1), (Decimal(50), 3), (None, 9)]) == Decimal("62.50")


@pytest.mark.parametrize(
    ("kind", "column", "parameter", "field"),
    [
        ("validity", "a", "", "parameter"), ("validity", "a", "(", "parameter"),
        ("timeliness", "a", "soon", "parameter"), ("referential", "a", "b", "parameter"),
        ("consistency", "", "a = (SELECT 1)", "parameter"), ("consistency", "", "read_text('x') = ''", "parameter"),
        ("completeness", 'a" OR 1=1 --', "", "column"), ("wrong", "a", "", "kind"),
        ("referential", "a", "b.c) OR (1=1", "parameter"),
    ],
)  # fmt: skip
def test_a_rule_that_the_engine_must_not_read_is_refused(
    kind: str, column: str, parameter: str, field: str
) -> None:
    with pytest.raises(Invalid) as told:
        failing_condition(kind, column, parameter, "2026-06-01 00:00:00")
    assert field in told.value.fields


def test_a_keepers_setting_stays_until_its_register_marks_the_column_personal() -> None:
    held = [{**item_of(Column("note", T("备注", "Note"), "VARCHAR")), "is_shared": False}]
    (same,) = merged_items(held, [Column("note", T("备注", "Note"), "VARCHAR")])
    assert same["is_shared"] is False
    assert same["mask"] == ""
    (now,) = merged_items(held, [Column("note", T("备注", "Note"), "VARCHAR", is_personal=True)])
    assert (now["mask"], now["is_open"]) == ("drop", False)
    assert item_of(Column("data", T("内容", "Data"), "JSON"))["mask"] == "drop"


def test_lineage_is_laid_in_columns_and_walked_both_ways() -> None:
    graph = Graph()
    for key, stage in (("s", "source"), ("r", "register"), ("t", "table"), ("q", "query")):
        graph.add(Node(key, stage, f"很长很长的名称{key}" * 4))
    for pair in (("s", "r"), ("r", "t"), ("t", "q")):
        graph.join(*pair)
    assert [n.key for n in graph.above("q")] == ["t", "r", "s"]
    assert [n.key for n in graph.below("s")] == ["r", "t", "q"]
    picture = lay_out(graph)
    xs = [box.x for box in picture.boxes]
    assert xs == sorted(set(xs))
    assert len(picture.paths) == 3
    assert all(len(box.lines) <= 2 and box.x + 168 <= picture.width for box in picture.boxes)
    assert referring(["CASE_CASES"], "case_cases_history")
