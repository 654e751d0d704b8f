"""Engines outside as the officers see them: state, proof, address, secrets, what was not taken."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.connector.public import (
    ENGINES,
    HOLD_SECRETS,
    KEEP_CONNECTIONS,
    KIND_TITLES,
    SEE_CONNECTIONS,
    STATE_TITLES,
    Connection,
    Engine,
    FailedCall,
    ask_to_test,
    connection_of,
    discard_call,
    engine_of,
    retry_call,
    set_address,
    set_credential,
    switch_engine,
)
from guanggu.kernel.identity.public import actor_of, demand
from guanggu.kernel.journal.public import Event, history
from guanggu.web import addresses, event_words, navigation
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

HOME = "/connectors/"
TITLE = T("外部引擎", "Engines")
LETTERS = T("未送达消息", "Messages not taken")
TONES = {"present": "ok", "absent": "warn", "failing": "bad", "disabled": "quiet", "unknown": ""}
LETTER_TONES = {"waiting": "bad", "retrying": "info", "delivered": "ok", "discarded": "quiet"}
ASKED = T("已安排检测，几秒后刷新查看。", "The test is arranged: look again in a few seconds.")
KEPT = T("已保存。", "Saved.")


@require_safe
def connections_page(request: HttpRequest) -> HttpResponse:
    """GET /connectors/"""
    actor = actor_of(request)
    demand(actor, SEE_CONNECTIONS)
    rows = {row.key: row for row in Connection.objects.select_related("probe")}
    pairs = [(engine, rows.get(key) or connection_of(key)) for key, engine in ENGINES.items()]
    pairs.sort(key=lambda pair: (pair[1].state == "present", pair[0].key))
    waiting = FailedCall.objects.filter(state="waiting").count()
    context = {
        "title": TITLE,
        "tiles": _tiles(pairs, waiting),
        "table": _table(pairs),
        "crumbs": [(TITLE, "")],
    }
    return render(request, "guanggu/connectors/list.html", context)


def _tiles(pairs: list[tuple[Engine, Connection]], waiting: int) -> list[dict[str, Any]]:
    def count(state: str) -> int:
        return sum(row.state == state for _, row in pairs)

    failing, absent = count("failing"), count("absent")
    return [
        {"label": T("正常", "Present"), "value": count("present"), "tone": "ok"},
        {"label": T("缺席", "Absent"), "value": absent, "tone": "warn" if absent else "ok"},
        {"label": T("故障", "Failing"), "value": failing, "tone": "bad" if failing else "ok"},
        {"label": LETTERS, "value": waiting, "href": f"{HOME}messages/",
         "tone": "bad" if waiting else "ok"},
    ]  # fmt: skip


def _table(pairs: list[tuple[Engine, Connection]]) -> Table:
    table = Table(
        TITLE,
        [Column(T("引擎", "Engine")), Column(T("类别", "Kind")), Column(T("状态", "State")),
         Column(T("说明", "What it says")), Column(T("状态起始", "Since")),
         Column(T("最近正常", "Last well"))],
    )  # fmt: skip
    for engine, row in pairs:
        probe = getattr(row, "probe", None)
        said = row.reason
        if row.state == "present" and probe:
            said = T(f"{probe.version} {probe.told}", f"{probe.version} {probe.told_en}")
        table.add(
            engine.title, KIND_TITLES[engine.kind],
            Cell(row.state_title, tone=TONES[row.state] or "quiet"), said,
            instant(row.since) if row.pk else "—",
            instant(probe.proved_at) if probe else "—", href=f"{HOME}{engine.key}/",
        )  # fmt: skip
    return table


@require_http_methods(["GET", "HEAD", "POST"])
def connection_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /connectors/<key>/; POST ``do``: test, address, credential, on or off."""
    actor = actor_of(request)
    demand(actor, SEE_CONNECTIONS)
    engine = engine_of(key)
    if request.method == "POST" and _done(request, actor, key):
        return redirect("connection", key=key)
    row = connection_of(key)
    probe = getattr(row, "probe", None) if row.pk else None
    set_at = {each.name: each.set_at for each in row.credentials.all()} if row.pk else {}
    return render(
        request,
        "guanggu/connectors/connection.html",
        {
            "engine": engine,
            "row": row,
            "tone": TONES[row.state],
            "rows": _told(engine, row, probe),
            "credentials": [
                {"name": name, "title": title, "set_at": set_at.get(name)}
                for name, title in engine.credentials.items()
            ],
            "may_keep": KEEP_CONNECTIONS.is_possible(actor),
            "may_hold": HOLD_SECRETS.is_possible(actor) and engine.credentials,
            "letters": FailedCall.objects.filter(engine=key, state="waiting").count(),
            "entries": _entries(row),
            "crumbs": [(TITLE, HOME), (engine.title, "")],
        },
    )


def _done(request: HttpRequest, actor: Actor, key: str) -> bool:
    posted, said = request.POST, KEPT
    request_key = posted.get("request_key", "")[:64] or None
    try:
        match posted.get("do", ""):
            case "test":
                ask_to_test(actor, key=request_key, connection=key)
                said = ASKED
            case "address":
                set_address(actor, key=request_key, connection=key,
                            address=posted.get("address", ""))  # fmt: skip
            case "credential":
                set_credential(actor, connection=key, name=posted.get("name", ""),
                               value=posted.get("value", ""))  # fmt: skip
            case "on" | "off" as wanted:
                switch_engine(actor, key=request_key, connection=key, is_enabled=wanted == "on",
                              reason=posted.get("reason", ""))  # fmt: skip
            case _:
                raise Invalid(T("请选择一项操作。", "Choose what to do."))
    except (Invalid, Conflict) as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(said))
    return True


def _told(engine: Engine, row: Connection, probe: Any) -> list[tuple[Any, Any]]:
    rows = [
        (T("类别", "Kind"), KIND_TITLES[engine.kind]),
        (T("状态起始", "Since"), instant(row.since) if row.pk else "—"),
        (T("原因", "Reason"), row.reason),
    ]
    if engine.takes_address:
        address = row.address or engine.default_address()
        rows.append((T("地址", "Address"), address or T("未设置", "None set")))
    if probe is not None:
        rows += [
            (T("版本", "Version"), probe.version),
            (T("最近应答", "Last answer"), T(probe.told, probe.told_en)),
            (T("最近正常", "Last well"), instant(probe.proved_at)),
            (T("最近检测", "Last asked"), instant(probe.asked_at)),
            (T("应答用时", "Took"), T("{} 毫秒", "{} ms").format(probe.took_ms)),
        ]
    return [(label, value) for label, value in rows if value]


def _entries(row: Connection) -> list[dict[str, Any]]:
    return event_words.entries_of(history(row.ref).order_by("-sequence")[:30], text=_text_of)


def _text_of(event: Event) -> Any:
    """Into which state it came, and why."""
    changes = event.body.get("changes", {})
    state = changes.get("state", [None, ""])[1]
    reason = T(*(changes.get(name, [None, ""])[1] or "" for name in ("error", "error_en")))
    if state not in STATE_TITLES:
        return ""
    return STATE_TITLES[state] + (T("：", ": ") + reason if reason else "")


@require_http_methods(["GET", "HEAD", "POST"])
def messages_page(request: HttpRequest) -> HttpResponse:
    """GET /connectors/messages/?all=1; POST ``message`` with ``retry`` or ``discard`` and reason."""
    actor = actor_of(request)
    demand(actor, SEE_CONNECTIONS)
    if request.method == "POST" and _settled(request, actor):
        return redirect("connector-messages")
    rows: QuerySet[FailedCall] = FailedCall.objects.all()
    shows_all = request.GET.get("all") == "1"
    if not shows_all:
        rows = rows.filter(state__in=("waiting", "retrying"))
    page = keyset_page(
        rows, order="-failed_at", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    context = {
        "title": LETTERS,
        "letters": [_letter(row) for row in page],
        "page": page,
        "shows_all": shows_all,
        "may_keep": KEEP_CONNECTIONS.is_possible(actor),
        "crumbs": [(TITLE, HOME), (LETTERS, "")],
    }
    return render(request, "guanggu/connectors/messages.html", context)


def _letter(row: FailedCall) -> dict[str, Any]:
    engine = ENGINES.get(row.engine)
    known = engine.operations.get(row.operation) if engine else None
    return {
        "row": row,
        "engine": engine.title if engine else row.engine,
        "operation": known.title if known else row.operation,
        "tone": LETTER_TONES[row.state],
        "rows": [
            (T("失败原因", "Reason"), row.reason),
            (T("已尝试", "Attempts"), row.attempts),
            (T("失败时间", "Failed"), instant(row.failed_at)),
            (T("处理说明", "Note"), row.note or "—"),
        ],
    }


def _settled(request: HttpRequest, actor: Actor) -> bool:
    request_key = request.POST.get("request_key", "")[:64] or None
    message = request.POST.get("message", "")
    try:
        if "retry" in request.POST:
            retry_call(actor, key=request_key, message=message)
        else:
            discard_call(actor, key=request_key, message=message,
                         reason=request.POST.get("reason", ""))  # fmt: skip
    except (Invalid, Conflict, Missing) as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
    return True


urlpatterns = [
    path("connectors/", connections_page, name="connections"),
    path("connectors/messages/", messages_page, name="connector-messages"),
    path("connectors/<str:key>/", connection_page, name="connection"),
]
addresses.declare("connections", f"{HOME}{{key}}/")
navigation.entry("administration", TITLE, HOME, order=50, allows=SEE_CONNECTIONS.is_possible)
for _kind, _said, _tone in (
    ("created", T("登记引擎", "Engine known"), ""),
    ("state_changed", T("状态变化", "State changed"), "warn"),
    ("test_asked", T("要求检测", "Test asked for"), ""),
    ("address_set", T("设置地址", "Address set"), ""),
    ("credential_set", T("设置凭据", "Secret set"), ""),
    ("switched", T("启用或停用", "Switched"), "warn"),
    ("set_aside", T("消息未送达", "Message set aside"), "bad"),
    ("retried", T("重新投递", "Tried again"), ""),
    ("delivered_after_all", T("消息已送达", "Delivered after all"), "ok"),
    ("discarded", T("放弃消息", "Message discarded"), "warn"),
):
    event_words.say(f"connector.{_kind}", _said, _tone)
