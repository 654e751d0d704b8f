"""The lake's tables and views, made and brought up to the declarations.

Of each source there are three tables: ``now`` holds the rows as they stand, ``past`` the versions
that are over, and ``recent`` what came since the last fold (see ``folding``), in many small files.
The views in ``main`` put them together: ``<name>`` is the rows as they stand this moment,
``<name>_history`` every version. So a batch only ever appends, and reading needs no window over
all of the past. A column that is declared no more stays in the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict

from .place import ALIAS, named
from .sources import EVENT_COLUMNS, EVENTS, OBSERVATION_COLUMNS, VERSION_COLUMNS, Source

if TYPE_CHECKING:
    import duckdb

SCHEMAS = ("now", "past", "recent", "meta")
NOT_LEVEL = T(
    "写入进程数与此前的 {} 个不同，而此前各进程的进度不一致。请先以原进程数运行至追平，停止后再更改。",
    "The number of writers differs from the former {}, which have not come equally far. Run the "
    "former number until they have caught up, stop them, then change it.",
)
# Before a type was changed to one that it does not widen to, the column is kept under this name.
_BEFORE = "__before_"
Columns = Sequence[tuple[str, str]]


def table(schema: str, name: str) -> str:
    return f"{ALIAS}.{schema}.{named(name)}"


def listed(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(prefix + named(name) for name in names)


def position_of(shard: tuple[int, int]) -> str:
    """The table of how far this writer of so many has read."""
    return f"position_{shard[0]}_of_{shard[1]}"


def make(
    connection: duckdb.DuckDBPyConnection, known: dict[str, Source], shard: tuple[int, int] = (0, 1)
) -> list[str]:
    """Bring tables and views up to the declarations, in one transaction; answers the sources whose
    rows have to be compared with the database, for columns came to them. Raises Conflict where
    another number of writers has not read up to one event."""
    there = _columns_there(connection)
    connection.execute("BEGIN")
    try:
        for schema in SCHEMAS:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {ALIAS}.{schema}")
        grown = []
        for source in known.values():
            if _tables(connection, source, there):
                grown.append(source.name)
        _plain_table(connection, EVENTS, [(n, t) for n, t, *_ in EVENT_COLUMNS], there)
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {table('recent', 'observations')} "
            f"({', '.join(f'{named(n)} {t}' for n, t, *_ in OBSERVATION_COLUMNS)})"
        )
        _positions(connection, shard, there)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return grown


def _positions(
    connection: duckdb.DuckDBPyConnection, shard: tuple[int, int],
    there: dict[tuple[str, str], dict[str, str]],
) -> None:  # fmt: skip
    """How far each writer has read. Where their number changes, the new ones go on together from
    where all the former have come: from anywhere else events would be missing or come twice."""
    if ("meta", position_of(shard)) in there:
        return
    former = [name for schema, name in there if schema == "meta" and name.startswith("position_")]
    read = {
        connection.execute(f"SELECT * FROM {table('meta', name)}").fetchone() for name in former
    }
    if len({row[:2] for row in read if row}) > 1:
        raise Conflict(NOT_LEVEL.format(len(former)))
    begin = next(iter(read), None) or (0, 0, None)
    for which in range(shard[1]):
        place = table("meta", position_of((which, shard[1])))
        connection.execute(
            f"CREATE TABLE {place} (transaction_id BIGINT, event_id BIGINT, happened_at TIMESTAMP)"
        )
        connection.execute(f"INSERT INTO {place} VALUES (?, ?, ?)", list(begin))
    for name in former:
        connection.execute(f"DROP TABLE {table('meta', name)}")


def _columns_there(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, str]]:
    """(schema, table) -> its columns and their types."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, name, column, kind in connection.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
        f"WHERE database_name = '{ALIAS}' ORDER BY column_index"
    ).fetchall():
        found.setdefault((schema, name), {})[column] = kind
    return found


def _tables(
    connection: duckdb.DuckDBPyConnection, source: Source,
    there: dict[tuple[str, str], dict[str, str]],
) -> bool:  # fmt: skip
    """Whether columns came to tables that stood there already."""
    has_grown = has_changed = False
    for schema in ("now", "past", "recent"):
        wanted = [*source.columns, *VERSION_COLUMNS]
        if schema == "recent":
            wanted.append(("is_removed", "BOOLEAN"))
        known = there.get((schema, source.name))
        if known is None:
            columns = ", ".join(f"{named(name)} {kind}" for name, kind in wanted)
            connection.execute(f"CREATE TABLE {table(schema, source.name)} ({columns})")
            known, has_changed = dict(wanted), True
            there[schema, source.name] = known
        elif _widen(connection, table(schema, source.name), known, wanted):
            has_grown = True
    shown = list(there.get(("main", source.name), ()))
    if has_grown or has_changed or shown != [name for name, _ in source.columns]:
        views(connection, source, there["now", source.name])
    return has_grown


def _widen(
    connection: duckdb.DuckDBPyConnection, place: str, known: dict[str, str], wanted: Columns
) -> bool:
    """Add what is missing; a column of another type is kept under another name beside the new."""
    has_grown = False
    for name, kind in wanted:
        if known.get(name) == kind:
            continue
        if name in known:
            before = f"{name}{_BEFORE}{sum(c.startswith(name + _BEFORE) for c in known) + 1}"
            connection.execute(
                f"ALTER TABLE {place} RENAME COLUMN {named(name)} TO {named(before)}"
            )
            known[before] = known.pop(name)
        connection.execute(f"ALTER TABLE {place} ADD COLUMN {named(name)} {kind}")
        known[name] = kind
        has_grown = True
    return has_grown


def _read(name: str, kind: str, there: Iterable[str]) -> str:
    """The column with what it was before its type changed."""
    older = sorted((c for c in there if c.startswith(name + _BEFORE)), reverse=True)
    if not older:
        return named(name)
    casts = ", ".join(f"TRY_CAST({named(c)} AS {kind})" for c in older)
    return f"coalesce({named(name)}, {casts}) AS {named(name)}"


def views(connection: duckdb.DuckDBPyConnection, source: Source, there: dict[str, str]) -> None:
    key = named(source.key)
    own = ", ".join(_read(name, kind, there) for name, kind in source.columns)
    extra = {name for name, _ in (*source.columns, *VERSION_COLUMNS)} | {"is_removed"}
    gone = [c for c in there if c not in extra and _BEFORE not in c]
    every = ", ".join([own, *map(named, gone)])
    now, past, recent = (table(s, source.name) for s in ("now", "past", "recent"))
    order = "ORDER BY event_sequence, known_from"
    last = f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY event_sequence DESC, known_from DESC) = 1"
    current = (
        f"SELECT {own} FROM {now} ANTI JOIN (SELECT DISTINCT {key} FROM {recent}) USING ({key}) "
        f"UNION ALL SELECT {own} FROM (SELECT * FROM {recent} {last}) WHERE NOT is_removed"
    )
    by = "event_id, event_actor"
    history = (
        f"SELECT {every}, known_from, known_to, {by} FROM {past} UNION ALL "
        f"SELECT {every}, known_from, first_after AS known_to, {by} FROM {now} LEFT JOIN "
        f"(SELECT {key}, min(known_from) AS first_after FROM {recent} GROUP BY {key}) "
        f"USING ({key}) UNION ALL "
        f"SELECT {every}, known_from, next_from AS known_to, {by} FROM (SELECT *, "
        f"lead(known_from) OVER (PARTITION BY {key} {order}) AS next_from FROM {recent}) "
        "WHERE NOT is_removed"
    )
    for name, query in ((source.name, current), (f"{source.name}_history", history)):
        connection.execute(f"CREATE OR REPLACE VIEW {table('main', name)} AS {query}")


def _plain_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns,
    there: dict[tuple[str, str], dict[str, str]],
) -> None:  # fmt: skip
    """One that only grows: folded into larger files, never changed."""
    for schema in ("past", "recent"):
        if (schema, name) not in there:
            shape = ", ".join(f"{named(c)} {kind}" for c, kind in columns)
            connection.execute(f"CREATE TABLE {table(schema, name)} ({shape})")
    if ("main", name) not in there:
        whole = listed(c for c, _ in columns)
        connection.execute(
            f"CREATE VIEW {table('main', name)} AS SELECT {whole} FROM {table('past', name)} "
            f"UNION ALL SELECT {whole} FROM {table('recent', name)}"
        )
