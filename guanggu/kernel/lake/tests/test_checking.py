"""What a user's statement may be, by table; what it reads is known before it runs."""

from __future__ import annotations

import duckdb
import pytest

from guanggu.base.errors import Invalid
from guanggu.kernel.lake.checking import check, parsed, tables_of

SHOWN = ["firms", "case_cases"]


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT 1", set()),
        ("SELECT * FROM firms", {"firms"}),
        ("SELECT * FROM Firms -- 注释", {"firms"}),
        ("FROM firms SELECT count(*)", {"firms"}),
        ('SELECT * FROM "main"."firms"', {"firms"}),
        ("WITH a AS (SELECT * FROM firms) SELECT * FROM a JOIN case_cases USING (k)", set(SHOWN)),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) FROM n", set()),
        ("SELECT (SELECT max(k) FROM case_cases) FROM range(3)", {"case_cases"}),
        ("SELECT * FROM (VALUES (1), (2)) AS v(a)", set()),
        ("SELECT unnest([1, 2]) UNION ALL SELECT k FROM firms", {"firms"}),
        ("SELECT date_trunc('month', opened_at), count(*) FROM case_cases GROUP BY ALL", {"case_cases"}),
        ("SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM firms", {"firms"}),
        ("PIVOT firms ON a IN ('x', 'y') USING sum(b)", {"firms"}),
    ],
)  # fmt: skip
def test_a_select_over_what_is_shown_may_run(engine, sql, tables):
    assert check(engine, sql, SHOWN) == tables


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE firms", "INSERT INTO firms VALUES (1)", "UPDATE firms SET a = 1",
        "CREATE TABLE x AS SELECT 1", "COPY firms TO '/tmp/x.csv'", "ATTACH '/tmp/x.db'",
        "INSTALL httpfs", "LOAD httpfs", "SET memory_limit = '9GB'", "PRAGMA version",
        "CALL pragma_version()", "EXPLAIN SELECT 1", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE x",
        "", "SELECT", "SELECT * FROM firms WHERE", "EXPORT DATABASE '/tmp/x'", "DETACH lake",
        "SELECT * FROM secrets", "SELECT * FROM '/etc/passwd'", "SELECT * FROM 'a.parquet'",
        "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_csv('x')",
        "SELECT * FROM glob('/*')", "SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_tables()",
        "SELECT * FROM sqlite_scan('/tmp/x', 't')", "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('lake.main.case_cases')", "SELECT getenv('HOME')",
        "SELECT current_setting('temp_directory')", "SELECT * FROM lake.main.case_cases",
        "SELECT * FROM raw.firms", "SELECT * FROM information_schema.tables", "DESCRIBE firms",
        "SHOW TABLES", "SUMMARIZE firms", "SELECT * FROM (DESCRIBE firms)",
        "SELECT * FROM firms WHERE k IN (SELECT k FROM lake.main.case_cases)",
        "SELECT * FROM firms AT (VERSION => 1)",
        "WITH a AS (FROM read_blob('/etc/passwd')) FROM firms, a",
        "SELECT (SELECT content FROM read_text('/etc/passwd'))",
        "SELECT list_transform([1], x -> (SELECT getenv('HOME')))",
        "SELECT * FROM firms ORDER BY (SELECT count(*) FROM glob('/*'))",
        "SELECT * FROM json_execute_serialized_sql('{}')", "VACUUM", "CHECKPOINT",
        "SELECT * FROM ducklake_snapshots('lake')", "FROM parquet_metadata('x')",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_reason(engine, sql):
    with pytest.raises(Invalid) as caught:
        check(engine, sql, SHOWN)
    assert caught.value.message.zh
    assert caught.value.message.en


def test_a_name_made_by_with_does_not_open_a_table_of_that_name_elsewhere(engine):
    # The engine then finds nothing outside of where it was made: only shown views have that place.
    sql = "SELECT * FROM (WITH hidden AS (SELECT 1) FROM hidden) AS a, firms"
    assert check(engine, sql, SHOWN) == {"firms"}
    assert tables_of(parsed(engine, sql)) == {"firms"}
