"""The one door through which rows leave the lake: planned, written down, and only then read.

Every page, sheet and interface of the data centre comes here; nothing else in the app asks the
lake for rows (a test holds that).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Unavailable
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.lake.public import IS_CUT, Limits, lake

from ..models import Resource
from ..queries.planning import Planned, exposed, plan
from ..queries.resources import by_table, use_by
from ..rules.reading import quoted, view_of

SECONDS, MEMORY_MB = 30, 512
BACKGROUND_ROWS, BACKGROUND_SECONDS, BACKGROUND_MEMORY_MB = 1_000_000, 1_800, 1_024
NOTE_CHARACTERS_MAX = 500
SQL_KEPT_CHARACTERS = 2_000
WAYS: dict[str, T] = {
    "query": T("在线查询", "Query"),
    "preview": T("预览", "Preview"),
    "download": T("下载", "Download"),
    "interface": T("接口调用", "Interface"),
    "background": T("后台查询", "Background query"),
    "quality": T("质量核查", "Check of quality"),
}


@dataclass(frozen=True)
class Opened:
    """``table``: pyarrow.Table of at most the rows asked; ``is_cut``: there were more."""

    table: Any
    is_cut: bool
    planned: Planned


def lake_stands() -> bool:
    """Whether this install has a lake yet."""
    try:
        return lake().place.exists
    except Unavailable:
        return False


def _may_use(actor: Actor, /, uses: list[dict[str, Any]], purpose: str, **_: Any) -> bool:
    """Asked again in the transaction: a grant may have been withdrawn a moment ago."""
    found = by_table([use["table"] for use in uses])
    return bool(uses) and all(
        use_by(actor, found[use["table"].lower()], purpose).is_allowed for use in uses
    )


@action("data_centre.use", allows=_may_use, title=T("使用信息资源", "Use a resource"))
def record_use(
    actor: Actor, *, uses: list[dict[str, Any]], purpose: str, way: str, note: str = "",
    sql: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Write down who uses which columns of which resources, for what and how."""
    for use in uses:
        told = {
            "purpose": purpose, "way": way, "note": note[:NOTE_CHARACTERS_MAX],
            "columns": use["columns"][:200], "personal": use["personal"], "grant": use["grant"],
            "organisation": actor.organisation or 0, "sql": sql[:SQL_KEPT_CHARACTERS],
            "sql_sha256": hashlib.sha256(sql.encode()).hexdigest(),
        }  # fmt: skip
        append(f"{Resource.collection}/{use['resource']}", "data_centre.used", actor, told)
    return {"resources": [use["resource"] for use in uses]}


def open_rows(
    actor: Actor, *, sql: str, purpose: str, way: str, note: str = "", rows_max: int = 1_000,
    seconds: int = SECONDS, memory_mb: int = MEMORY_MB,
) -> Opened:  # fmt: skip
    """The rows of a query as the actor may see them for the purpose; the use is journaled first.

    Raises Invalid by field (sql, purpose), Forbidden where a resource is not shared with the
    actor, Unavailable where the query was stopped or the lake does not answer.
    """
    planned = plan(actor, sql, purpose)
    return _opened(actor, planned, way, note, Limits(rows_max, seconds, memory_mb))


def _opened(actor: Actor, planned: Planned, way: str, note: str, limits: Limits) -> Opened:
    if planned.uses:
        record_use(
            actor, uses=planned.uses, purpose=planned.purpose, way=way, note=note, sql=planned.sql
        )
    table = lake().query(planned.sql, limits, views=planned.views)
    return Opened(table, (table.schema.metadata or {}).get(IS_CUT) == b"1", planned)


def open_in_background(
    actor: Actor, *, sql: str, purpose: str, note: str, step: Callable[[int], None]
) -> Opened:
    """The same with wider limits, for the worker; ``step`` is told the per cent as it runs, and
    what it raises ends the query. Raises as ``open_rows``.
    """
    planned = plan(actor, sql, purpose)
    if planned.uses:
        record_use(
            actor, uses=planned.uses, purpose=purpose, way="background", note=note, sql=planned.sql
        )
    limits = Limits(BACKGROUND_ROWS, BACKGROUND_SECONDS, BACKGROUND_MEMORY_MB)
    running = lake().start(planned.sql, limits, views=planned.views)
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(running.result)
        try:
            while not coming.done():
                step(int(running.progress))
                wait([coming], timeout=0.5)
        except BaseException:
            running.cancel()
            raise
        table = coming.result()
    return Opened(table, (table.schema.metadata or {}).get(IS_CUT) == b"1", planned)


def open_resource(
    actor: Actor, resource: Resource, *, purpose: str, way: str, note: str = "", rows_max: int
) -> Opened:
    """The rows of one resource with every column shown to the actor."""
    view, _ = exposed(actor, resource, purpose)
    if not view.columns or not resource.table:
        raise Invalid(T("没有可提供的信息项。", "No item of it is provided."))
    listed = ", ".join(quoted(name) for name in view.columns)
    sql = f"SELECT {listed} FROM {quoted(resource.table)}"
    return open_rows(actor, sql=sql, purpose=purpose, way=way, note=note, rows_max=rows_max)


def count_failing(resource: Resource, condition: str) -> tuple[int, int]:
    """(rows, failing rows) of a rule's condition over the bare table: two counts leave, no row.

    condition: from ``rules.quality``. Raises Unavailable, Invalid.
    """
    judged = f"SELECT ({condition}) AS fails FROM raw.{quoted(resource.table)}"
    sql = "SELECT count(*) AS n, count(*) FILTER (WHERE fails) AS failed FROM judged"
    found = lake().query(sql, Limits(1, 120, MEMORY_MB), views={"judged": judged})
    row = found.to_pylist()[0]
    return int(row["n"]), int(row["failed"])


def open_failing(actor: Actor, resource: Resource, condition: str, rows_max: int = 100) -> Opened:
    """The failing rows of a rule, masked as for checks of quality, to who may use the resource."""
    purpose = "quality"
    view, use = exposed(actor, resource, purpose)
    table = quoted(resource.table)
    marked = f'(SELECT *, ({condition}) AS "_fails" FROM raw.{table})'
    failing = view_of(view, view.columns).replace(f"FROM raw.{table}", f"FROM {marked}")
    uses = [{"resource": resource.key, "table": resource.table, "grant": use.grant,
             "columns": list(view.columns), "personal": sorted(view.personal)}]  # fmt: skip
    planned = Planned(
        "SELECT * FROM failing_rows", {"failing_rows": f'{failing} WHERE "_fails"'},
        {resource.table: resource}, purpose, {}, uses,
    )  # fmt: skip
    return _opened(actor, planned, "quality", condition, Limits(rows_max, SECONDS, MEMORY_MB))
