"""The workbench: a query, its purpose, the answer as table, picture or file. Works without scripts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Problem
from guanggu.kernel.identity.public import get, visible
from guanggu.kernel.journal.public import start_job
from guanggu.web.rate import account_or_address, limited

from ..actions.opening import MEMORY_MB, SECONDS, Opened, open_rows
from ..actions.querying import remove_query, save_query
from ..models import SavedQuery
from ..queries.planning import plan, shown_items
from ..queries.resources import catalogue, use_by
from ..queries.scopes import VIEW_QUERIES
from ..rules.masking import CHOOSABLE, MASKS, PURPOSES
from .catalogue import official
from .showing import answer_with, chart_of, number_columns, options, result_table

ROWS_SHOWN, ROWS_A_FILE = 1_000, 100_000
_CHARTS = {"": T("不画图", "none"), "bars": T("柱状图", "bars"), "lines": T("折线图", "lines")}


@require_http_methods(["GET", "HEAD", "POST"])
@limited("data_query", times=60, seconds=60, by=account_or_address, methods=("POST",))
def workbench_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /data/workbench/ – POST with ``do``: run, background, save, remove, csv, xlsx, parquet.

    GET ``?query=<key>`` loads a saved query and ``?table=<name>`` begins one.
    """
    actor = official(request)
    asked = _asked(request, actor)
    opened: Opened | None = None
    problem: Problem | None = None
    if request.method == "POST":
        try:
            done = _do(request, actor, asked)
        except Problem as error:
            if error.status == 404:
                raise
            problem = error
        else:
            if isinstance(done, HttpResponse):
                return done
            opened = done
    return render(request, "data_centre/workbench.html", _context(actor, asked, opened, problem))


def _asked(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the form holds: as posted, or of the saved query, or a beginning."""
    names = ("sql", "purpose", "note", "name", "query", "chart", "x", "y")
    if request.method == "POST":
        asked: dict[str, Any] = {name: request.POST.get(name, "")[:20_500] for name in names}
        asked["is_shared"] = "is_shared" in request.POST
        return asked
    asked = dict.fromkeys(names, "") | {"is_shared": False}
    if key := request.GET.get("query", ""):
        row = get(actor, SavedQuery, VIEW_QUERIES, key=key)
        asked |= {
            "sql": row.sql, "purpose": row.purpose, "name": row.name, "is_shared": row.is_shared,
            "query": row.key if row.owner == actor.account else "",
            "chart": row.chart.get("kind", ""), "x": row.chart.get("x", ""),
            "y": row.chart.get("y", ""),
        }  # fmt: skip
    elif table := request.GET.get("table", "")[:80]:
        asked["sql"] = f'SELECT *\nFROM "{table}"\nLIMIT 100' if table.isidentifier() else ""
    return asked


def _do(request: HttpRequest, actor: Actor, asked: dict[str, Any]) -> Opened | HttpResponse:
    what = request.POST.get("do", "run")
    key = request.POST.get("request_key", "")[:64] or None
    chart = {"kind": asked["chart"], "x": asked["x"], "y": asked["y"]} if asked["chart"] else {}
    if what == "save":
        told = save_query(
            actor, key=key, name=asked["name"], sql=asked["sql"], purpose=asked["purpose"],
            is_shared=asked["is_shared"], chart=chart, query=asked["query"],
        )  # fmt: skip
        messages.success(request, str(T("查询已保存。", "The query is saved.")))
        return redirect(f"/data/workbench/?query={told['key']}")
    if what == "remove":
        remove_query(actor, key=key, query=asked["query"])
        messages.success(request, str(T("查询已删除。", "The query is removed.")))
        return redirect("/data/workbench/")
    common = {"sql": asked["sql"], "purpose": asked["purpose"], "note": asked["note"]}
    if what in ("csv", "xlsx", "parquet"):
        found = open_rows(actor, **common, way="download", rows_max=ROWS_A_FILE)
        if found.is_cut:
            message = T(
                "结果超过 {} 行，请缩小范围后分次下载。",
                "More than {} rows: narrow it and download in parts.",
            )
            raise Invalid(message.format(f"{ROWS_A_FILE:,}"))
        return answer_with(found.table, what, asked["name"] or "query")
    if what == "background":
        plan(actor, asked["sql"], asked["purpose"])  # what is wrong is told now, not by the job
        title = T("后台查询：{}", "Background query: {}").format(asked["name"] or asked["sql"][:60])
        job = start_job(
            actor, "data_centre.query", key=key, title=title, account=actor.account,
            post=actor.post, **common,
        )  # fmt: skip
        return redirect(f"/jobs/{job}/")
    return open_rows(actor, **common, way="query", rows_max=ROWS_SHOWN)


def _context(
    actor: Actor, asked: dict[str, Any], opened: Opened | None, problem: Problem | None
) -> dict[str, Any]:
    saved = visible(actor, SavedQuery.objects.all(), VIEW_QUERIES).order_by("-updated_at")[:30]
    context: dict[str, Any] = {
        "asked": asked, "problem": problem, "opened": opened, "saved": saved,
        "details": list(problem.fields.values()) if problem and problem.fields else [],
        "purposes": options([(c, PURPOSES[c]) for c in CHOOSABLE], asked["purpose"]),
        "tables": _schema(actor, asked["purpose"]),
        "limits": T("最多显示 {} 行、运行 {} 秒、使用 {} MB 内存；只读，不能访问文件和网络。",
                    "At most {} rows shown, {} seconds, {} MB; read-only, no files, no network.").format(
            f"{ROWS_SHOWN:,}", SECONDS, MEMORY_MB),
        "crumbs": [(T("资源目录", "Catalogue"), "/data/"), (T("查询工作台", "Workbench"), "")],
    }  # fmt: skip
    if opened is not None:
        names = opened.table.schema.names
        context |= {
            "table": result_table(T("查询结果", "Result"), opened.table),
            "rows": opened.table.num_rows,
            "rows_text": T("共 {} 行", "{} rows").format(f"{opened.table.num_rows:,}"),
            "personal": sorted({c for cs in opened.planned.personal.values() for c in cs}),
            "drawn": chart_of(opened.table, {"kind": asked["chart"], "x": asked["x"], "y": asked["y"]},
                              asked["name"] or T("查询结果", "Result")),
            "charts": options(_CHARTS, asked["chart"]),
            "xs": options([(n, n) for n in names], asked["x"]),
            "ys": options([(n, n) for n in number_columns(opened.table)], asked["y"]),
        }  # fmt: skip
    return context


def _schema(actor: Actor, purpose: str) -> list[dict[str, Any]]:
    """The tables that the actor may query, with the columns shown to him."""
    found = []
    rows = catalogue(actor).exclude(table="").filter(is_provided=True)
    for resource in rows.exclude(table__endswith="_history").order_by("table"):
        use = use_by(actor, resource, purpose)
        if use.reason is not None:
            use = next(
                (u for u in (use_by(actor, resource, code) for code in CHOOSABLE) if u.is_allowed),
                use,
            )
        if use.reason is not None:
            continue
        found.append(
            {
                "table": resource.table, "title": resource.title, "key": resource.key,
                "columns": [
                    {"name": i["name"], "title": T(i["title"], i.get("title_en") or i["title"]),
                     "mask": MASKS.get(i.get("mask", ""), "")}
                    for i in shown_items(actor, resource, use)
                ],
            }
        )  # fmt: skip
    return found
