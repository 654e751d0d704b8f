"""The one door: no personal column leaves without a recorded purpose, and nothing goes around it."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path
from typing import Any

import pytest

from guanggu.apps.data_centre.actions.opening import open_resource, open_rows
from guanggu.apps.data_centre.rules.masking import CHOOSABLE
from guanggu.base.actor import VISITOR
from guanggu.base.errors import Forbidden, Invalid, Problem
from guanggu.kernel.journal.public import Event, verify

from .people import NAMES, TABLE, Town, answer, ask, change

HERE = Path(__file__).resolve().parents[1]
QUERIES = (
    f"SELECT owner_name FROM {TABLE}",
    f"SELECT * FROM {TABLE}",
    f"FROM {TABLE}",
    f"SELECT t FROM {TABLE} t",
    f"SELECT upper(owner_name) AS n, count(*) FROM {TABLE} GROUP BY ALL",
    f"WITH x AS (SELECT owner_name AS n FROM {TABLE}) SELECT list(n) AS all FROM x",
    f"SELECT name FROM {TABLE} WHERE owner_name LIKE '张三%'",
    f"SELECT a.owner_name FROM {TABLE} a JOIN {TABLE} b USING (key) ORDER BY 1",
    f"SELECT (SELECT max(owner_name) FROM {TABLE}) AS m",
    f"SELECT COLUMNS('owner.*') FROM {TABLE}",
    f"SELECT struct_pack(n := owner_name) AS s FROM {TABLE}",
)
AROUND = (
    f"SELECT owner_name FROM raw.{TABLE}",
    f"SELECT owner_name FROM memory.main.{TABLE} WHERE owner_name = getenv('HOME')",
    f"SELECT owner_name FROM main.{TABLE}_history",
    f"SELECT owner_name FROM {TABLE}_history",
    f"SELECT owner_name FROM lake.main.{TABLE}",
    f"WITH {TABLE} AS (SELECT * FROM {TABLE}) SELECT owner_name FROM {TABLE}",
    f"SELECT * FROM query('SELECT owner_name FROM {TABLE}')",
    f"SELECT * FROM query_table('{TABLE}')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_tables",
    "SELECT getenv('HOME')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM information_schema.tables",
    f"SELECT * FROM {TABLE}; SELECT 1",
    "ATTACH '/tmp/x.db'",
)  # fmt: skip


def _text(opened: Any) -> str:
    return str(opened.table.to_pylist())


def _used() -> list[dict[str, Any]]:
    return [event.body for event in Event.objects.filter(kind="data_centre.used").order_by("id")]


@pytest.mark.django_db
def test_no_name_leaves_without_its_purpose_written_down(lake_town: Town) -> None:
    purposes = itertools.cycle(sorted(CHOOSABLE))
    for sql in QUERIES:
        before = len(_used())
        for unsaid in ("", "made up"):
            with pytest.raises(Invalid) as refused:
                open_rows(lake_town.keeper, sql=sql, purpose=unsaid, way="query")
            assert "purpose" in refused.value.fields
        assert len(_used()) == before
        purpose = next(purposes)
        opened = open_rows(lake_town.keeper, sql=sql, purpose=purpose, way="query")
        told = _used()[before:]
        # Nobody was granted the bare names.
        assert not any(name in _text(opened) for name in NAMES), sql
        assert [use["purpose"] for use in told] == [purpose]
        assert "owner_name" in told[0]["columns"], sql


@pytest.mark.django_db
def test_no_way_leads_around_the_views(lake_town: Town) -> None:
    change(lake_town.keeper, TABLE, sharing="unconditional")
    for sql in AROUND:
        with pytest.raises((Invalid, Forbidden)):
            open_rows(lake_town.asker, sql=sql, purpose="verification", way="query")


@pytest.mark.django_db
def test_masks_hold_in_conditions_too(lake_town: Town) -> None:
    asked = f"SELECT count(*) AS n FROM {TABLE} WHERE owner_name = '张三丰'"
    opened = open_rows(lake_town.keeper, sql=asked, purpose="verification", way="query")
    assert opened.table.to_pylist() == [{"n": 0}]
    shown = f"SELECT owner_name FROM {TABLE} ORDER BY key"
    opened = open_rows(lake_town.keeper, sql=shown, purpose="verification", way="query")
    assert {row["owner_name"] for row in opened.table.to_pylist()} == {"张**", "欧**", "李*"}


@pytest.mark.django_db
def test_a_grant_gives_its_columns_its_bare_names_and_nothing_after_its_end(
    lake_town: Town,
) -> None:
    sql = f"SELECT name, owner_name FROM {TABLE}"
    with pytest.raises(Forbidden, match="有条件共享"):
        open_rows(lake_town.asker, sql=sql, purpose="verification", way="query")
    grant = ask(lake_town, columns=["name", "owner_name"], cleared=["owner_name"])
    answer(lake_town, grant, "grant", clears=True)
    opened = open_rows(lake_town.asker, sql=sql, purpose="verification", way="query")
    assert {row["owner_name"] for row in opened.table.to_pylist()} == set(NAMES)
    assert _used()[-1]["grant"] == grant.key
    assert _used()[-1]["personal"] == ["owner_name"]
    with pytest.raises(Problem):  # a column that was not asked for
        open_rows(
            lake_town.asker, sql=f"SELECT sql FROM {TABLE}", purpose="verification", way="query"
        )
    with pytest.raises(Forbidden):  # another purpose than the granted one
        open_rows(lake_town.asker, sql=sql, purpose="statistics", way="query")


@pytest.mark.django_db
def test_the_public_gets_open_items_only(lake_town: Town, the_lake: Any) -> None:
    resource = lake_town.resource
    with pytest.raises(Forbidden):
        open_resource(VISITOR, resource, purpose="open", way="download", rows_max=10)
    resource = change(lake_town.keeper, TABLE, sharing="unconditional", is_open=True)
    opened = open_resource(VISITOR, resource, purpose="open", way="download", rows_max=10)
    assert "name" in opened.table.column_names
    assert "owner_name" not in opened.table.column_names
    assert _used()[-1] | {"way": "download", "purpose": "open"} == _used()[-1]
    assert verify().is_sound


@pytest.mark.django_db
def test_a_query_that_takes_too_long_or_too_much_is_stopped_and_told_so(lake_town: Town) -> None:
    change(lake_town.keeper, TABLE, sharing="unconditional")
    endless = "SELECT count(*) FROM range(10000000000) a, range(1000) b WHERE a.range % 7 = b.range"
    with pytest.raises(Problem, match="秒"):
        open_rows(lake_town.asker, sql=endless, purpose="", way="query", seconds=1)
    greedy = "SELECT list(x) AS l FROM (SELECT range AS x FROM range(300000000))"
    with pytest.raises(Problem, match="MB"):
        open_rows(lake_town.asker, sql=greedy, purpose="", way="query", memory_mb=64, seconds=20)


def test_only_the_door_asks_the_lake_for_rows() -> None:
    asking = []
    for path in sorted(HERE.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_import = isinstance(node, ast.ImportFrom) and "kernel.lake" in (node.module or "")
            if is_import and {alias.name for alias in node.names} & {"lake", "Lake"}:
                asking.append(path.relative_to(HERE).as_posix())
    assert asking == ["actions/opening.py"]
