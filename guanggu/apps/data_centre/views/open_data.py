"""Open public data for everybody: list, one resource, its files. No personal column is in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.actor import VISITOR
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing, Unavailable
from guanggu.standards.gb_t_21063 import CLASSES, ITEMS, UPDATE_CYCLES
from guanggu.web.paging import keyset_page
from guanggu.web.rate import limited

from ..actions.opening import open_resource
from ..models import Resource
from ..queries.resources import count_of_uses, counts_by, narrowed, open_resources
from ..rules.cataloguing import MEDIA_TYPES
from .catalogue import items_table
from .dcat import LICENCE
from .showing import answer_with, result_table, titles_of

PURPOSE = "open"
PREVIEW_ROWS, FILE_ROWS = 20, 100_000
_NOT_THERE = T("没有这项开放数据。", "There is no such open data.")
_TOO_LARGE = T(
    "该数据超过 {} 行，请通过接口分批读取。",
    "More than {} rows: read it in parts by the interface.",
)


def open_one(key: str) -> Resource:
    """Raises Missing where it is not open, whoever asks."""
    row = open_resources().filter(key=key).first()
    if row is None:
        raise Missing(_NOT_THERE)
    return row


@require_safe
def open_list(request: HttpRequest) -> HttpResponse:
    """GET /opendata/?q=&category="""
    rows = open_resources()
    text, category = request.GET.get("q", "")[:100], request.GET.get("category", "")[:6]
    counts = counts_by(rows, "category")
    found = narrowed(VISITOR, rows, text=text, category=category)
    page = keyset_page(
        found,
        order="code",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(
        request,
        "data_centre/open_list.html",
        {
            "page": page, "text": text, "category": category, "total": sum(counts.values()),
            "categories": [(c, t, counts[c]) for c, t in ITEMS.items() if counts.get(c)],
            "cards": [
                {"row": row, "theme": ITEMS[row.category], "cycle": UPDATE_CYCLES[row.update_cycle],
                 "items": sum(1 for i in row.items if i.get("is_open") and not i.get("mask"))}
                for row in page
            ],
            "is_sample": any(row.is_sample for row in page),
            "crumbs": [(T("公共数据开放", "Open data"), "")],
        },
    )  # fmt: skip


@require_safe
@limited("open_page", times=120, seconds=60)
def open_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /opendata/<key>/"""
    row = open_one(key)
    preview: Any = None
    wrong: Any = ""
    if row.table:
        try:
            opened = open_resource(
                VISITOR, row, purpose=PURPOSE, way="preview", rows_max=PREVIEW_ROWS
            )
            preview = result_table(T("数据预览", "Preview"), opened.table, titles_of(row))
        except (Unavailable, Invalid) as problem:
            wrong = problem.message
    return render(
        request,
        "data_centre/open_page.html",
        {
            "row": row, "preview": preview, "wrong": wrong, "items": items_table(row, only_open=True),
            "kinds": list(MEDIA_TYPES) if row.table else [], "licence": LICENCE,
            "uses": count_of_uses(row),
            "base": settings.GUANGGU_ADDRESS.rstrip("/"),
            "facts": [
                (T("提供方", "Provider"), row.provider.title if row.provider else ""),
                (T("主题", "Theme"), T("{} › {}", "{} › {}").format(
                    CLASSES[row.category[:1]], ITEMS[row.category])),
                (T("信息资源代码", "Code"), row.code),
                (T("更新周期", "Update cycle"), UPDATE_CYCLES[row.update_cycle]),
                (T("发布日期", "Published"), row.published_on),
                (T("开放条件", "Conditions"), row.open_condition),
            ],
            "crumbs": [(T("公共数据开放", "Open data"), "/opendata/"), (row.title, "")],
        },
    )  # fmt: skip


@require_safe
@limited("open_file", times=30, seconds=60)
def open_file(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """GET /opendata/<key>/data.<kind> – csv, xlsx, json, parquet."""
    row = open_one(key)
    if kind not in MEDIA_TYPES:
        raise Missing(_NOT_THERE)
    opened = open_resource(VISITOR, row, purpose=PURPOSE, way="download", rows_max=FILE_ROWS)
    if opened.is_cut:
        raise Invalid(_TOO_LARGE.format(f"{FILE_ROWS:,}"))
    titles = titles_of(row) if kind in ("csv", "xlsx") else None
    return answer_with(opened.table, kind, row.name, titles)
