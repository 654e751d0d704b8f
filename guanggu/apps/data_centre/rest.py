"""A query by interface: what a department's own software asks of the resources granted to it."""

# No "from __future__ import annotations": the shapes must be seen when the routes are made.

from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.web.rate import account_or_address, count
from guanggu.web.rest import PROBLEMS, ProblemDocument, api

from .actions.opening import open_rows
from .queries.scopes import VIEW_QUERIES

ROWS_MAX = 10_000
_TITLE = T("数据中心", "Data centre")


class Asked(Schema):
    """``purpose`` is asked for where personal columns are named; the use is written down."""

    sql: str = Field(max_length=20_000)
    purpose: str = Field(default="", max_length=14)
    note: str = Field(default="", max_length=500)
    limit: int = Field(default=1_000, ge=1, le=ROWS_MAX)


class Answered(Schema):
    """``is_cut``: there were more rows than the limit."""

    columns: list[str]
    rows: list[list[Any]]
    is_cut: bool


@api.post(
    "/v1/data/query",
    response={200: Answered, PROBLEMS: ProblemDocument},
    operation_id="data_query",
    tags=[f"{_TITLE.zh} / {_TITLE.en}"],
)
def query(request: HttpRequest, given: Asked) -> Any:
    """One SELECT over the tables that are open to the caller, personal columns masked by purpose."""
    actor = actor_of(request)
    demand(actor, VIEW_QUERIES)
    count("data_query", account_or_address(request), times=60, seconds=60)
    opened = open_rows(
        actor, sql=given.sql, purpose=given.purpose, way="interface", note=given.note,
        rows_max=given.limit,
    )  # fmt: skip
    names = opened.table.column_names
    rows = [[_plain(row[name]) for name in names] for row in opened.table.to_pylist()]
    return 200, {"columns": names, "rows": rows, "is_cut": opened.is_cut}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
