"""What a query of the workbench names: its tables and columns, read before it runs.

The reading decides which masked views the query is given and what is written down of it. It is
not what keeps a query harmless: the lake's own check, with the engine's parser, lets it see those
views and nothing else, and runs it in a process of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

QUERY_CHARACTERS_MAX = 20_000
TABLES_A_QUERY_MAX = 20
_ONE_SELECT = T(
    "只能提交一条 SELECT 查询语句，不能修改数据、读取文件或更改设置。",
    "Only one SELECT may be sent: no change of data, no file, no setting.",
)
_UNREADABLE = T("查询语句无法识别：{}", "The query cannot be read: {}")
_TOO_LONG = T("查询语句最长 {} 字。", "A query has at most {} characters.")
_TOO_MANY = T("一次最多查询 {} 张表。", "At most {} tables in a query.")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Exposed:
    """A table as its asker sees it: expressions by column, and which of them are personal."""

    table: str
    columns: Mapping[str, str]
    personal: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Read:
    """``tables`` and ``columns`` in small letters; ``is_whole``: whole rows may be asked for."""

    sql: str
    tables: tuple[str, ...]
    columns: frozenset[str]
    is_whole: bool

    def columns_of(self, view: Exposed) -> tuple[str, ...]:
        """The columns of the view that the query may touch: one more at most, never one less."""
        return tuple(c for c in view.columns if self.is_whole or c.lower() in self.columns)


def _wrong(message: T) -> Invalid:
    return Invalid(message, fields={"sql": message})


def read(sql: str) -> Read:
    """The one SELECT. Raises Invalid with what is wrong, at field ``sql``."""
    import sqlglot
    from sqlglot import exp

    text = sql.strip().rstrip(";").strip()
    if not text:
        raise _wrong(T("请填写查询语句。", "Write a query."))
    if len(text) > QUERY_CHARACTERS_MAX:
        raise _wrong(_TOO_LONG.format(QUERY_CHARACTERS_MAX))
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        said = _COLOURS.sub("", str(error)).split("\n")[0][:200]
        raise _wrong(_UNREADABLE.format(said)) from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise _wrong(_ONE_SELECT)
    tree = trees[0]
    made = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    tables = [t.name.lower() for t in tree.find_all(exp.Table) if t.name]
    named = tuple(sorted({name for name in tables if name not in made}))
    if len(named) > TABLES_A_QUERY_MAX:
        raise _wrong(_TOO_MANY.format(TABLES_A_QUERY_MAX))
    return Read(text, named, *_columns(tree))


def _columns(tree: Any) -> tuple[frozenset[str], bool]:
    """Every identifier counts as a column: a name too many costs nothing, one missed would."""
    from sqlglot import exp

    stars = any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
    natural = any(join.args.get("method") for join in tree.find_all(exp.Join))
    # PIVOT, COLUMNS(…) and set operations BY NAME name columns in ways of their own.
    others = tree.find(exp.Pivot, exp.Columns) is not None
    named = frozenset(identifier.name.lower() for identifier in tree.find_all(exp.Identifier))
    # ``SELECT t FROM goods t`` is a whole row as one value.
    tables = {table.alias_or_name.lower() for table in tree.find_all(exp.Table)}
    whole = any(c.name.lower() in tables and not c.table for c in tree.find_all(exp.Column))
    return named, stars or natural or others or whole


def view_of(view: Exposed, columns: Iterable[str]) -> str:
    """The SELECT over the bare table that stands for it in a query."""
    parts = [f"{view.columns[name]} AS {quoted(name)}" for name in columns] or ['1 AS "_"']
    return f"SELECT {', '.join(parts)} FROM raw.{quoted(view.table)}"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
