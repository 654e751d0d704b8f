"""What a statement of a user may be: one SELECT over the tables shown to him, and nothing that
reads files, the network, settings or the engine's own tables. DuckDB's parser reads it; the
engine's own locks (see ``asked_process``) hold besides.

Also run in the short-lived process of a query, so it imports nothing of the framework.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

if TYPE_CHECKING:
    import duckdb

LENGTH_MAX = 100_000
_TABLE_FUNCTIONS = {"range", "generate_series", "unnest", "repeat_row"}
_REFERENCES = {"BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT", "EMPTY_FROM"}  # fmt: skip
_FUNCTIONS_REFUSED = {
    "getenv", "current_setting", "getvariable", "write_log", "nextval", "currval", "query",
    "query_table", "current_database", "current_schemas", "json_execute_serialized_sql",
}  # fmt: skip
ONE_SELECT = T(
    "只能执行一条查询语句（SELECT）：不能修改数据、设置参数或读写文件。",
    "Only one SELECT can be run: data, settings and files cannot be changed.",
)
NOT_SQL = T("语句有误：{}", "The statement has a fault: {}")
NO_TABLE = T(
    "没有可查询的数据表“{}”，或您没有权限；可用的表见左侧目录。",
    "There is no table “{}” here, or you may not see it; the list names those that you may.",
)
NO_FUNCTION = T("此处不能使用函数“{}”。", "The function “{}” cannot be used here.")
NO_PLACE = T(
    "请直接写表名“{}”，不要加库名或版本。",
    "Write the table's name “{}” alone, without a catalogue, schema or version.",
)
NO_FORM = T("此处不能使用这种写法：{}。", "This form cannot be used here: {}.")
TOO_LONG = T("语句过长。", "The statement is too long.")


def parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """The one SELECT as DuckDB understood it. Raises Invalid."""
    import duckdb

    if len(sql) > LENGTH_MAX:
        raise Invalid(TOO_LONG, code="sql")
    try:
        found = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    except duckdb.Error as error:
        raise Invalid(NOT_SQL.format(first_line(error)), code="sql") from error
    tree: dict[str, Any] = json.loads(found[0]) if found else {"error": True}
    if tree.get("error"):
        if tree.get("error_type") == "not implemented":
            raise Invalid(ONE_SELECT, code="sql")
        said = str(tree.get("error_message", "")).splitlines()
        raise Invalid(NOT_SQL.format(said[0] if said else "?"), code="sql")
    if len(tree["statements"]) != 1:
        raise Invalid(ONE_SELECT, code="sql")
    return tree


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def tables_of(tree: dict[str, Any]) -> set[str]:
    """Names of the tables that it reads; the ones it makes by WITH are left out."""
    made = {key for node in _nodes(tree) for key in _made_by_with(node)}
    return {
        node["table_name"]
        for node in _nodes(tree)
        if node.get("type") == "BASE_TABLE" and "table_name" in node
    } - made


def _made_by_with(node: dict[str, Any]) -> list[str]:
    named = node.get("cte_map")
    made = [entry["key"] for entry in named.get("map", ())] if isinstance(named, dict) else []
    if node.get("type") in ("RECURSIVE_CTE_NODE", "CTE_NODE") and node.get("cte_name"):
        made.append(node["cte_name"])
    return made


def raw_of(
    connection: duckdb.DuckDBPyConnection, queries: Collection[str], raw: Collection[str]
) -> set[str]:
    """The raw tables that the views of a query are made of."""
    trees = [parsed(connection, query) for query in queries]
    return {name for tree in trees for name in tables_of(tree) if name in raw}


def check(connection: duckdb.DuckDBPyConnection, sql: str, allowed: Collection[str]) -> set[str]:
    """The tables it reads. Raises Invalid for what is not one harmless SELECT over ``allowed``."""
    tree = parsed(connection, sql)
    made = {key for node in _nodes(tree) for key in _made_by_with(node)}
    shown = {name.lower() for name in allowed} | {name.lower() for name in made}
    for node in _nodes(tree):
        if "sample" in node and "alias" in node and "class" not in node:
            _check_reference(node, shown)
        elif node.get("class") == "FUNCTION":
            _check_function(node)
    by_lower = {name.lower(): name for name in allowed}
    return {by_lower[n.lower()] for n in tables_of(tree) if n.lower() in by_lower}


def _check_reference(node: dict[str, Any], shown: Collection[str]) -> None:
    kind = node.get("type")
    if kind not in _REFERENCES:
        raise Invalid(NO_FORM.format(str(kind).replace("_", " ")), code="sql")
    if kind == "BASE_TABLE":
        name = node["table_name"]
        place = (node.get("catalog_name", ""), node.get("schema_name", ""))
        if place not in {("", ""), ("", "main"), ("memory", "main")} or node.get("at_clause"):
            raise Invalid(NO_PLACE.format(name), code="sql")
        if name.lower() not in shown:
            raise Invalid(NO_TABLE.format(name), code="no_table")
    if kind == "TABLE_FUNCTION":
        name = node["function"].get("function_name", "?")
        if name.lower() not in _TABLE_FUNCTIONS:
            raise Invalid(NO_FUNCTION.format(name), code="sql")


def _check_function(node: dict[str, Any]) -> None:
    name = str(node.get("function_name", ""))
    elsewhere = node.get("catalog") not in (None, "", "system") or node.get("schema") not in (
        None, "", "main", "pg_catalog",
    )  # fmt: skip
    if elsewhere or name.lower() in _FUNCTIONS_REFUSED:
        raise Invalid(NO_FUNCTION.format(name), code="sql")


def first_line(error: Exception) -> str:
    """What the engine says, without its drawing of the place and its class of error."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return line.partition(": ")[2] or line
