"""The security officer's page of files that did not pass, and everybody's own uploads."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.connector.public import connection_of
from guanggu.kernel.document.public import HELD_TITLES, StoredFile, screening_is_required
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.kernel.journal.public import history, start_job
from guanggu.web import event_words
from guanggu.web.addresses import address_of
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from .actions import OPEN_STATES, confirm, release, rescan
from .connector import KEY
from .models import STATE_TITLES, QuarantinedFile
from .queries import (
    DECIDE,
    SEE_QUARANTINE,
    counts,
    shut_files_of,
    signature_age_days,
    signature_set,
)
from .rules import age_tone

TITLE = T("查毒与隔离", "Antivirus")
MINE = T("我上传的文件", "My uploads")
SIGN_IN = T("请先登录。", "Sign in first.")
TONES = {"infected": "bad", "held": "warn", "cleared": "ok", "released": "warn",
         "confirmed": "bad"}  # fmt: skip
FILE_TONES = {"infected": "bad", "unscanned": "info"}
ENGINE_TONES = {"present": "ok", "absent": "bad", "failing": "bad", "disabled": "bad"}


@require_http_methods(["GET", "HEAD", "POST"])
def antivirus_page(request: HttpRequest) -> HttpResponse:
    """GET /antivirus/?view=open|all; POST ``again``: every file that is kept is scanned anew."""
    actor = actor_of(request)
    demand(actor, SEE_QUARANTINE)
    if request.method == "POST":
        key = request.POST.get("request_key", "")[:64] or None
        return redirect("job", key=start_job(actor, "antivirus.scan_again", key=key))
    view = "all" if request.GET.get("view") == "all" else "open"
    rows = QuarantinedFile.objects.all()
    if view == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    page = keyset_page(
        rows, order="-found_at", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    engine = connection_of(KEY)
    context = {
        "title": TITLE,
        "is_required": screening_is_required(),
        "is_own": not settings.GUANGGU_CLAMD,
        "engine": engine,
        "engine_key": KEY,
        "tiles": _tiles(engine),
        "view": view,
        "table": _table(page),
        "page": page,
        "may_decide": DECIDE.is_possible(actor),
        "crumbs": [(TITLE, "")],
    }
    return render(request, "antivirus/antivirus.html", context)


def _tiles(engine: Any) -> list[dict[str, Any]]:
    found, days, given = counts(), signature_age_days(), signature_set()
    age = T("未知", "unknown") if days is None else T("{} 天", "{} days").format(days)
    shipped = T("内置特征及自有 {} 条", "shipped and {} of our own").format(
        given.own if given else 0
    )
    return [
        {"label": T("引擎", "Scanner"), "value": engine.state_title, "href": f"/connectors/{KEY}/",
         "tone": ENGINE_TONES.get(engine.state, "")},
        {"label": T("病毒特征距今", "Newest signature"), "value": age, "note": shipped,
         "href": "/antivirus/virus_signatures/", "tone": age_tone(days)},
        {"label": T("等待查毒", "Waiting"), "value": found.waiting + found.absent,
         "tone": "warn" if found.absent else ""},
        {"label": T("暂存待处理", "Held"), "value": found.held,
         "tone": "warn" if found.held else "ok"},
        {"label": T("查出病毒", "Infected"), "value": found.infected,
         "tone": "bad" if found.infected else "ok"},
    ]  # fmt: skip


def _table(page: Any) -> Table:
    table = Table(
        T("未通过的文件", "Files that did not pass"),
        [Column(T("文件", "File")), Column(T("状态", "State")), Column(T("引擎结论", "Finding")),
         Column(T("归属", "Belongs to")), Column(T("发现时间", "Found"))],
    )  # fmt: skip
    for row in page:
        table.add(
            row.name, Cell(row.state_title, tone=TONES[row.state]),
            row.finding or held_title(row.held_for), Cell(row.owner, href=address_of(row.owner)),
            instant(row.found_at), href=f"/antivirus/files/{row.key}/",
        )  # fmt: skip
    return table


@require_http_methods(["GET", "HEAD", "POST"])
def file_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /antivirus/files/<key>/; POST ``do``: release, confirm or rescan, with ``reason``."""
    actor = actor_of(request)
    row = get(actor, QuarantinedFile, SEE_QUARANTINE, key=key)
    if request.method == "POST" and _decided(request, actor, key):
        return redirect("antivirus:file", key=key)
    context = {
        "row": row,
        "state": STATE_TITLES[row.state],
        "tone": TONES[row.state],
        "rows": _told(row),
        "may_decide": DECIDE.is_possible(actor) and row.state in OPEN_STATES,
        "is_infected": row.state == "infected",
        "entries": event_words.entries_of(history(row.ref).order_by("-sequence")[:30]),
        "crumbs": [(TITLE, "/antivirus/"), (row.name, "")],
    }
    return render(request, "antivirus/file.html", context)


def _told(row: QuarantinedFile) -> list[tuple[Any, Any]]:
    told = [
        (T("暂存原因", "Held for"), held_title(row.held_for)),
        (T("引擎结论", "What the engine said"), row.finding),
        (T("归属", "Belongs to"), row.owner), (T("上传人", "Uploaded by"), row.uploaded_by),
        (T("大小（字节）", "Size in bytes"), f"{row.size_bytes:,}"),
        (T("摘要（SHA-256）", "SHA-256"), row.sha256),
        (T("发现时间", "Found"), instant(row.found_at)),
        (T("处理人", "Decided by"), row.decided_by), (T("处理理由", "Reason"), row.reason),
        (T("处理时间", "Decided"), instant(row.decided_at) if row.decided_at else ""),
    ]  # fmt: skip
    return [(label, value) for label, value in told if value]


def _decided(request: HttpRequest, actor: Actor, key: str) -> bool:
    given: dict[str, Any] = {
        "key": request.POST.get("request_key", "")[:64] or None, "quarantined": key,
    }  # fmt: skip
    reason = request.POST.get("reason", "")
    try:
        match request.POST.get("do", ""):
            case "release":
                release(actor, **given, reason=reason)
            case "confirm":
                confirm(actor, **given, reason=reason)
            case "rescan":
                rescan(actor, **given)
            case _:
                raise Invalid(T("请选择一项操作。", "Choose what to do."))
    except (Invalid, Conflict) as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
    return True


@require_safe
def mine_page(request: HttpRequest) -> HttpResponse:
    """GET /antivirus/mine/ – what one has uploaded and nobody can open now, and why."""
    actor = actor_of(request)
    if not actor.is_known:
        raise Forbidden(SIGN_IN)
    table = Table(
        T("暂不能打开的文件", "Files that cannot be opened now"),
        [Column(T("文件", "File")), Column(T("状态", "State")), Column(T("原因", "Why")),
         Column(T("上传时间", "Uploaded"))],
    )  # fmt: skip
    for row in shut_files_of(actor) if screening_is_required() else []:
        table.add(
            row.name, Cell(row.scan_label, tone=FILE_TONES.get(row.scan_state, "warn")), _why(row),
            instant(row.created_at),
        )  # fmt: skip
    context = {"title": MINE, "table": table, "crumbs": [(MINE, "")]}
    return render(request, "antivirus/mine.html", context)


def _why(row: StoredFile) -> T | str:
    if row.scan_state == "infected":
        return T(
            "请清除本机病毒后重新上传；如系误报，请联系安全管理员。",
            "Clean your machine and upload it again; ask the security officer if it is a mistake.",
        )
    if row.scan_state == "unscanned":
        return T("通常几秒内完成", "It takes a few seconds")
    return held_title(row.scan_state)


def held_title(code: str) -> T | str:
    return HELD_TITLES.get(code, "")


urlpatterns = [
    path("", antivirus_page, name="home"),
    path("files/<str:key>/", file_page, name="file"),
    path("mine/", mine_page, name="mine"),
]
