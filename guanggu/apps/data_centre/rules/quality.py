"""Quality of data: rules as conditions of the engine, and the open formula of the scores.

The six kinds follow GB/T 36344-2018 (规范性、完整性、准确性、一致性、时效性、可访问性), of which access is
watched elsewhere, with uniqueness and references told apart. A rule's score is the share of rows
that pass, in per cent; a table's is the mean of its rules' scores by weight; that of all is the
mean of the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.standards.gb_32100_2015 import ALPHABET

KINDS: dict[str, T] = {
    "completeness": T("完整性", "Completeness"),
    "uniqueness": T("唯一性", "Uniqueness"),
    "validity": T("有效性", "Validity"),
    "consistency": T("一致性", "Consistency"),
    "timeliness": T("及时性", "Timeliness"),
    "referential": T("引用完整性", "References"),
}
FORMULA = T(
    "规则得分 = 合格行数 ÷ 检查行数 × 100；表得分 = Σ(规则得分 × 权重) ÷ Σ权重；总得分 = 各表得分的平均值。"
    "没有可检查的行，不计分。",
    "Score of a rule = rows passing ÷ rows looked at × 100; of a table = Σ(score × weight) ÷ "
    "Σ weight; of all = mean of the tables. Nothing to look at gives no score.",
)
_CENT = Decimal("0.01")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_ID_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]


def _wrong(field: str, message: T) -> Invalid:
    return Invalid(message, fields={field: message})


def quoted(name: str) -> str:
    """A column as an identifier. Raises Invalid for what is no plain name."""
    if not _NAME.fullmatch(name):
        raise _wrong("column", T("请填写信息项名称。", "Give the name of an item."))
    return f'"{name}"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _uscc(text: str) -> str:
    """Valid by the check character of GB 32100-2015."""
    total = " + ".join(
        f"(instr({_text(ALPHABET)}, substr({text}, {place + 1}, 1)) - 1) * {weight}"
        for place, weight in enumerate(_WEIGHTS)
    )
    last = f"substr({_text(ALPHABET)}, CAST(1 + (31 - ({total}) % 31) % 31 AS BIGINT), 1)"
    return f"(regexp_matches({text}, '^[{ALPHABET}]{{18}}$') AND substr({text}, 18, 1) = {last})"


def _citizen_id(text: str) -> str:
    """Valid by the check character of GB 11643-1999."""
    total = " + ".join(
        f"CAST(substr({text}, {place + 1}, 1) AS INTEGER) * {weight}"
        for place, weight in enumerate(_ID_WEIGHTS)
    )
    return (
        f"CASE WHEN regexp_matches({text}, '^[0-9]{{17}}[0-9X]$') THEN "
        f"substr({text}, 18, 1) = substr('10X98765432', CAST(1 + ({total}) % 11 AS BIGINT), 1) "
        "ELSE false END"
    )


def _validity(column: str, parameter: str) -> str:
    text = f"CAST({column} AS VARCHAR)"
    if not parameter:
        raise _wrong("parameter", T("请填写有效性的判断方法。", "Say what is valid."))
    if parameter == "uscc":
        return _uscc(text)
    if parameter == "citizen_id":
        return _citizen_id(text)
    if "|" in parameter and not parameter.startswith("^"):
        values = ", ".join(_text(value.strip()) for value in parameter.split("|"))
        return f"{text} IN ({values})"
    try:
        re.compile(parameter)
    except re.error as error:
        raise _wrong("parameter", T("正则表达式有误。", "The pattern is wrong.")) from error
    return f"regexp_full_match({text}, {_text(parameter)})"


def failing_condition(kind: str, column: str, parameter: str, now: str) -> str:
    """True for a row that fails; NULL counts as passing, except where completeness is asked.

    Bare tables are in the schema ``raw``; now: instant UTC, "2026-06-01 02:00:00". Of timeliness
    only the newest row can fail: older ones are as old as they should be. Raises Invalid by field.
    """
    if kind == "consistency":
        return f"NOT ({_condition(parameter)})"
    name = quoted(column)
    if kind == "completeness":
        return f"({name} IS NULL OR trim(CAST({name} AS VARCHAR)) IN ('', '[]', '{{}}'))"
    if kind == "uniqueness":
        return f"({name} IS NOT NULL AND count(*) OVER (PARTITION BY {name}) > 1)"
    if kind == "validity":
        blank = f"{name} IS NULL OR CAST({name} AS VARCHAR) = ''"
        return f"NOT ({blank} OR coalesce({_validity(name, parameter)}, false))"
    if kind == "timeliness":
        if not re.fullmatch(r"\d{1,6}", parameter):
            raise _wrong("parameter", T("请填写小时数。", "Give a number of hours."))
        limit = f"TIMESTAMP {_text(now)} - INTERVAL {int(parameter)} HOUR"
        return f"({name} = max({name}) OVER () AND CAST({name} AS TIMESTAMP) < {limit})"
    if kind == "referential":
        other, _, key = parameter.partition(".")
        if not (_NAME.fullmatch(other) and _NAME.fullmatch(key)):
            raise _wrong("parameter", T("请按“表.列”填写。", "Write table.column."))
        return (
            f"({name} IS NOT NULL AND CAST({name} AS VARCHAR) <> '' AND CAST({name} AS VARCHAR) "
            f'NOT IN (SELECT CAST("{key}" AS VARCHAR) FROM raw."{other}" WHERE "{key}" IS NOT NULL))'
        )
    raise _wrong("kind", T("没有这类规则。", "There is no such kind."))


def _condition(text: str) -> str:
    """One condition over the row's own columns. Raises Invalid for anything more."""
    import sqlglot
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise _wrong("parameter", T("条件无法识别。", "The condition cannot be read.")) from error
    refused = (exp.Query, exp.Table, exp.Command, exp.DML, exp.DDL, exp.Anonymous)
    if isinstance(tree, refused) or any(isinstance(n, refused) for n in tree.walk()):
        raise _wrong(
            "parameter",
            T("条件只能使用本表的列和比较。", "A condition compares columns of its own table."),
        )
    return f"coalesce(({tree.sql(dialect='duckdb')}), true)"


def score_of(rows: int, failed: int) -> Decimal | None:
    """Share of the passing rows in per cent; None where there was nothing to look at."""
    if rows <= 0:
        return None
    return (Decimal(rows - failed) * 100 / rows).quantize(_CENT, ROUND_HALF_UP)


def weighted(scores: Iterable[tuple[Decimal | None, int]]) -> Decimal | None:
    """Mean by weight; entries without a score and weights of zero are left out."""
    known = [(score, weight) for score, weight in scores if score is not None and weight > 0]
    total = sum(weight for _, weight in known)
    if not total:
        return None
    summed = sum((score * weight for score, weight in known), Decimal(0))
    return (summed / total).quantize(_CENT, ROUND_HALF_UP)
