"""The catalogue for officials: search, one resource with its items and uses, setting the items."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.identity.public import actor_of, get
from guanggu.standards.gb_t_21063 import (
    CLASSES,
    DATA_TYPES,
    FORMATS,
    ITEMS,
    SHARING,
    SHARING_CODES,
    SHARING_WAYS,
    UPDATE_CYCLES,
    errors_of,
)
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table

from ..actions.describing import set_items
from ..actions.opening import WAYS
from ..models import Resource
from ..queries.quality import last_run, score_of_resource
from ..queries.resources import (
    catalogue,
    count_of_uses,
    counts_by,
    grants,
    is_own,
    metadata_of,
    narrowed,
    providers,
    use_by,
    uses_of,
    without_history,
)
from ..queries.scopes import CHANGE_RESOURCES, VIEW_RESOURCES, is_official
from ..rules.describing import SENSITIVITY
from ..rules.masking import MASKS, PURPOSES
from ..rules.sharing import STATES, TONES
from .showing import SHARING_TONES, options

FOR_OFFICIALS = T(
    "资源目录供机关工作人员使用。公众请使用“公共数据开放”。",
    "The catalogue is for officials. The public finds its data under Open data.",
)
_PUBLIC_SWITCH = {"yes": T("已开放", "Open"), "no": T("未开放", "Not open")}


def official(request: HttpRequest) -> Actor:
    """Raises Forbidden for anybody else."""
    actor = actor_of(request)
    if not is_official(actor):
        raise Forbidden(FOR_OFFICIALS)
    return actor


@require_safe
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """GET /data/?q=&category=&sharing=&provider=&open="""
    actor = official(request)
    every = catalogue(actor)
    listed = without_history(every)
    asked = {name: request.GET.get(name, "")[:100] for name in
             ("q", "category", "sharing", "provider", "open")}  # fmt: skip
    rows = narrowed(
        actor, every, text=asked["q"], category=asked["category"], sharing=asked["sharing"],
        provider=asked["provider"], openness=asked["open"],
    )  # fmt: skip
    page = keyset_page(
        rows, order="code", after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    counts = counts_by(listed, "sharing")
    run = last_run()
    return render(
        request,
        "data_centre/catalogue.html",
        {
            "tiles": [
                {"label": T("信息资源", "Resources"), "value": sum(counts.values())},
                {"label": SHARING["unconditional"], "value": counts.get("unconditional", 0), "tone": "ok"},
                {"label": SHARING["conditional"], "value": counts.get("conditional", 0), "tone": "warn"},
                {"label": SHARING["none"], "value": counts.get("none", 0), "tone": "quiet"},
                {"label": T("质量得分", "Quality"), "value": run.score if run and run.score is not None else "—",
                 "href": "/data/quality/"},
            ],
            "tree": _tree(counts_by(listed, "category"), asked["category"]),
            "asked": asked,
            "selects": [
                ("sharing", T("共享类型", "Sharing class"), options(SHARING, asked["sharing"])),
                ("open", T("开放", "Openness"), options(_PUBLIC_SWITCH, asked["open"])),
                ("provider", T("提供方", "Provider"),
                 options([(p.code, p.title) for p in providers(listed)], asked["provider"])),
            ],
            "table": _table(page),
            "page": page,
            "may_add": CHANGE_RESOURCES.is_possible(actor),
            "crumbs": [(T("资源目录", "Catalogue"), "")],
        },
    )  # fmt: skip


def _tree(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    """The classes with their items, each with the number of its resources."""
    return [
        {
            "code": code, "title": title, "chosen": chosen == code,
            "count": sum(n for item, n in counts.items() if item.startswith(code)),
            "items": [
                {"code": item, "title": words, "count": counts[item], "chosen": chosen == item}
                for item, words in ITEMS.items() if item.startswith(code) and counts.get(item)
            ],
        }
        for code, title in CLASSES.items()
    ]  # fmt: skip


def _table(rows: Any) -> Table:
    table = Table(
        T("信息资源", "Resources"),
        [Column(T("信息资源名称", "Name")), Column(T("代码", "Code")), Column(T("提供方", "Provider")),
         Column(T("共享类型", "Sharing")), Column(T("开放", "Open")), Column(T("更新周期", "Cycle"))],
    )  # fmt: skip
    for row in rows:
        table.add(
            row.title, row.code, row.provider.title if row.provider else T("待定", "none yet"),
            Cell(SHARING[row.sharing], tone=SHARING_TONES[row.sharing]),
            Cell(T("开放", "open"), tone="ok") if row.is_open else "—", UPDATE_CYCLES[row.update_cycle],
            href=f"/data/resources/{row.key}/",
        )  # fmt: skip
    return table


@require_safe
def resource_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /data/resources/<key>/"""
    actor = official(request)
    row = get(actor, Resource.objects.select_related("provider"), VIEW_RESOURCES, key=key)
    mine = list(grants(actor).filter(resource=row)[:20])
    plain = use_by(actor, row, "")
    lacking = errors_of(metadata_of(row))
    return render(
        request,
        "data_centre/resource.html",
        {
            "row": row,
            "sharing": SHARING[row.sharing],
            "tone": SHARING_TONES[row.sharing],
            "facts": _facts(row),
            "items": items_table(row),
            "lacking": list(lacking.values()),
            "score": score_of_resource(row),
            "grants": _grants(mine),
            "uses": _uses(row),
            "uses_count": count_of_uses(row),
            "may_query": bool(row.table) and (plain.is_allowed or any(g.state == "granted" for g in mine)),
            "may_request": row.sharing == "conditional" and row.is_provided
            and not is_own(actor, row) and row.provider is not None,
            "reason": plain.reason,
            "may_change": bool(CHANGE_RESOURCES.is_possible(actor)) and is_own(actor, row),
            "crumbs": [(T("资源目录", "Catalogue"), "/data/"), (row.title, "")],
        },
    )  # fmt: skip


def _facts(row: Resource) -> list[tuple[Any, Any]]:
    return [
        (T("信息资源代码", "Code"), row.code),
        (T("信息资源分类", "Classification"), T("{} › {}", "{} › {}").format(
            CLASSES[row.category[:1]], ITEMS[row.category])),
        (T("信息资源提供方", "Provider"), row.provider.title if row.provider else T("待定", "none yet")),
        (T("提供方代码", "Code of the provider"), row.provider.unified_code if row.provider else ""),
        (T("信息资源格式", "Format"), FORMATS[row.format]),
        (T("共享类型", "Sharing class"), T("{}（{}）", "{} ({})").format(
            SHARING[row.sharing], SHARING_CODES[row.sharing])),
        (T("共享条件", "Condition of sharing"), row.sharing_condition),
        (T("不予共享依据", "Why not shared"), row.basis),
        (T("共享方式", "Way of sharing"), SHARING_WAYS[row.sharing_way]),
        (T("是否向社会开放", "Open to the public"), row.is_open),
        (T("开放条件", "Condition of openness"), row.open_condition),
        (T("更新周期", "Update cycle"), UPDATE_CYCLES[row.update_cycle]),
        (T("敏感级", "Sensitivity"), SENSITIVITY[row.sensitivity]),
        (T("发布日期", "Published"), row.published_on),
        (T("关键字", "Keywords"), row.keywords),
        (T("关联资源代码", "Related"), row.related),
        (T("数据湖表", "Table of the lake"), row.table),
    ]  # fmt: skip


def items_table(row: Resource, only_open: bool = False) -> Table:
    """The items (信息项) with their types and what is done to personal ones."""
    columns = [
        Column(T("信息项", "Item")),
        Column(T("列名", "Column")),
        Column(T("数据类型", "Type")),
    ]
    if not only_open:
        columns += [Column(T("敏感级", "Sensitivity")), Column(T("脱敏方式", "Mask")),
                    Column(T("共享", "Shared")), Column(T("开放", "Open"))]  # fmt: skip
    table = Table(T("信息项", "Items"), columns)
    for item in row.items:
        if only_open and (not item.get("is_open") or item.get("mask")):
            continue
        level = item.get("sensitivity", "internal")
        cells: list[Any] = [
            T(item["title"], item.get("title_en") or item["title"]), item["name"],
            DATA_TYPES.get(item.get("type", "C"), item.get("type", "")),
        ]  # fmt: skip
        if not only_open:
            tone = "bad" if level in ("personal", "sensitive") else "quiet"
            cells += [Cell(SENSITIVITY.get(level, level), tone=tone),
                      MASKS.get(item.get("mask", ""), "—"), item.get("is_shared", True),
                      bool(item.get("is_open"))]  # fmt: skip
        table.add(*cells)
    return table


def _grants(rows: list[Any]) -> Table:
    table = Table(
        T("共享申请与授权", "Requests and grants"),
        [Column(T("编号", "Key")), Column(T("使用部门", "Used by")), Column(T("使用目的", "Purpose")),
         Column(T("使用期限", "Period")), Column(T("状态", "State"))],
    )  # fmt: skip
    for each in rows:
        table.add(
            each.key, each.organisation.title, PURPOSES[each.purpose],
            f"{each.from_on} – {each.until_on}", Cell(STATES[each.state], tone=TONES[each.state]),
            href=f"/data/requests/{each.key}/",
        )  # fmt: skip
    return table


def _uses(row: Resource) -> list[dict[str, Any]]:
    entries = []
    for event in uses_of(row, 15):
        told = event.body
        purpose = PURPOSES.get(told.get("purpose", ""), T("未涉及个人信息", "no personal data"))
        way = WAYS.get(told.get("way", ""), "")
        text = T("信息项 {} 个，其中个人信息 {} 个", "{} items, {} of them personal").format(
            len(told.get("columns", ())), len(told.get("personal", ()))
        )
        entries.append(
            {"at": event.at, "title": T("{}：{}", "{}: {}").format(way, purpose),
             "who": event.actor_name, "text": text}
        )  # fmt: skip
    return entries


@require_http_methods(["GET", "HEAD", "POST"])
def items_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /data/resources/<key>/items/"""
    actor = official(request)
    row = get(actor, Resource.objects.select_related("provider"), CHANGE_RESOURCES, key=key)
    problem = None
    if request.method == "POST":
        values = {
            item["name"]: {
                "mask": request.POST.get(f"mask-{n}", ""),
                "sensitivity": request.POST.get(f"level-{n}", "internal"),
                "is_shared": f"shared-{n}" in request.POST,
                "is_open": f"open-{n}" in request.POST,
            }
            for n, item in enumerate(row.items)
        }
        version = request.POST.get("version", "")
        try:
            set_items(
                actor, key=request.POST.get("request_key", "")[:64] or None, resource=row.key,
                version=int(version[:9]) if version.isdecimal() else 0, items=values,
            )  # fmt: skip
        except Invalid as error:
            problem = next(iter(error.fields.values()), error.message)
            row.items = [{**item, **values[item["name"]]} for item in row.items]
        else:
            messages.success(request, str(T("信息项已保存。", "The items are saved.")))
            return redirect(f"/data/resources/{row.key}/")
    lines = [
        {"n": n, "item": item, "title": T(item["title"], item.get("title_en") or item["title"]),
         "masks": options({"": T("非个人信息", "not personal"), **MASKS}, item.get("mask", "")),
         "levels": options(SENSITIVITY, item.get("sensitivity", "internal"))}
        for n, item in enumerate(row.items)
    ]  # fmt: skip
    return render(
        request,
        "data_centre/items.html",
        {"row": row, "lines": lines, "problem": problem,
         "crumbs": [(T("资源目录", "Catalogue"), "/data/"), (row.title, f"/data/resources/{row.key}/"),
                    (T("设置信息项", "Set the items"), "")]},
    )  # fmt: skip
