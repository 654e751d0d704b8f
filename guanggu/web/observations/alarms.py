"""Alarms: what goes on now, and one alarm with its curve, answers and history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Unavailable
from guanggu.kernel.identity.public import actor_of, demand, get, may_reach, visible
from guanggu.kernel.journal.public import history
from guanggu.kernel.observation.public import (
    HANDLE_ALARMS,
    SEE_ALARMS,
    Alarm,
    acknowledge_alarm,
    close_alarm,
    judging,
)
from guanggu.kernel.register.public import snapshots
from guanggu.web import curves, event_words
from guanggu.web.addresses import address_of, record_address
from guanggu.web.dates import instant_text
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from .showing import (
    SEVERITY_TONES,
    STATE_TONES,
    alarm_kind,
    choice_title,
    property_title,
    with_unit,
)

_WAITING = ("open", "cleared")
VIEWS: dict[str, tuple[T, tuple[str, ...]]] = {
    "waiting": (T("待确认", "To be acknowledged"), _WAITING),
    "going_on": (T("处理中", "Acknowledged"), ("acknowledged",)),
    "closed": (T("已关闭", "Closed"), ("closed",)),
    "all": (T("全部", "All"), ("open", "acknowledged", "cleared", "closed")),
}
_TITLE = T("报警", "Alarms")
_NOTE_MISSING = T("请填写处理说明。", "Say what was found or done.")


def _rows(actor: Actor) -> QuerySet[Alarm]:
    rows = Alarm.objects.select_related("rule", "thing", "datastream__observed_property")
    return visible(actor, rows, SEE_ALARMS)


@require_safe
def alarms_page(request: HttpRequest) -> HttpResponse:
    """GET /sensing/alarms/?view=waiting|going_on|closed|all&severity="""
    actor = actor_of(request)
    demand(actor, SEE_ALARMS)
    rows = _rows(actor)
    chosen = request.GET.get("view", "")
    chosen = chosen if chosen in VIEWS else "waiting"
    shown = rows.filter(state__in=VIEWS[chosen][1])
    severity = request.GET.get("severity", "")
    if severity in SEVERITY_TONES:
        shown = shown.filter(severity=severity)
    page = keyset_page(
        shown, order="-opened_at", after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    return render(
        request,
        "guanggu/observations/alarms.html",
        {
            "title": _TITLE,
            "tiles": _tiles(rows),
            "views": [(code, title) for code, (title, _) in VIEWS.items()],
            "view": chosen,
            "severity": severity,
            "severities": Alarm._meta.get_field("severity").choices,
            "table": _table(VIEWS[chosen][0], page),
            "page": page,
            "notices": _notices(),
            "crumbs": [(_TITLE, "")],
        },
    )


def _notices() -> list[T]:
    """What keeps alarms from being raised in time, said openly."""
    stands = judging()
    found = []
    if stands.deaf_since is not None:
        found.append(
            T(
                "采集服务自 {} 起未接收数据，期间不判定各站点缺数。请检查采集服务。",
                "The ingest service has heard nothing since {}; meanwhile no station is called "
                "silent. See to the service.",
            ).format(instant_text(stands.deaf_since))
        )
    if stands.is_late:
        assert stands.since is not None
        found.append(
            T(
                "自 {} 起的数据尚未判定（待判定 {} 条，另有 {} 个时段），报警可能延后产生。"
                "后台任务恢复后自动补判，不会遗漏。",
                "Data queued since {} have yet to be judged ({} data and {} stretches of time): "
                "alarms may come late. They are judged once the worker is back; none is lost.",
            ).format(instant_text(stands.since), f"{stands.waiting:,}", f"{stands.stretches:,}")
        )
    return found


def _tiles(rows: QuerySet[Alarm]) -> list[dict[str, Any]]:
    waiting = rows.filter(state__in=_WAITING)
    day = curves.window_of({}).start_at
    severe = waiting.filter(severity="severe").count()
    return [
        {"label": T("待确认", "To be acknowledged"), "value": waiting.count()},
        {"label": T("其中严重", "Severe ones"), "value": severe, "tone": "bad" if severe else "ok"},
        {"label": T("正在报警", "Going on"),
         "value": rows.filter(cleared_at=None).exclude(state="closed").count()},
        {"label": T("今日新增", "New today"), "value": rows.filter(created_at__gte=day).count()},
    ]  # fmt: skip


def _table(title: T, page: Any) -> Table:
    table = Table(
        title,
        [Column(T("监测设施", "Thing")), Column(T("报警", "Alarm")), Column(T("项目", "Property")),
         Column(T("触发值", "Value"), numeric=True), Column(T("限值", "Limit"), numeric=True),
         Column(T("级别", "Severity")), Column(T("发生时间", "Opened")),
         Column(T("状态", "State"))],
    )  # fmt: skip
    for alarm in page:
        table.add(
            alarm.thing.name, T(alarm.rule.name, alarm.rule.name_en or alarm.rule.name),
            property_title(alarm.datastream), with_unit(alarm.value, alarm.datastream),
            _limit_text(alarm),
            Cell(choice_title(alarm, "severity"), tone=SEVERITY_TONES[alarm.severity]),
            instant(alarm.opened_at),
            Cell(choice_title(alarm, "state"), tone=STATE_TONES[alarm.state]),
            href=record_address(alarm),
        )  # fmt: skip
    return table


def _limit_text(alarm: Alarm) -> Any:
    if alarm.limit is None:
        return "—"
    if alarm.rule.kind == "missing":
        return T("{} 分钟", "{} min").format(round(alarm.limit / 60))
    if alarm.rule.kind == "rate":
        return T("{}/小时", "{} an hour").format(with_unit(alarm.limit, alarm.datastream))
    return with_unit(alarm.limit, alarm.datastream)


@require_http_methods(["GET", "HEAD", "POST"])
def alarm_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /sensing/alarms/<key>/ – POST with ``acknowledge`` or ``close`` and ``note``."""
    actor = actor_of(request)
    alarm = get(actor, _rows(actor), SEE_ALARMS, key=key)
    if request.method == "POST" and _answered(request, actor, key):
        return redirect("sensing-alarm", key=key)
    chart, no_chart = _chart(alarm)
    may = may_reach(actor, alarm, HANDLE_ALARMS)
    is_over = alarm.cleared_at is not None or not alarm.rule.is_active
    return render(
        request,
        "guanggu/observations/alarm.html",
        {
            "alarm": alarm,
            "kind": alarm_kind(alarm),
            "severity": choice_title(alarm, "severity"),
            "severity_tone": SEVERITY_TONES[alarm.severity],
            "state": choice_title(alarm, "state"),
            "state_tone": STATE_TONES[alarm.state],
            "rows": _told(actor, alarm),
            "chart": chart,
            "no_chart": no_chart,
            "may_acknowledge": may and alarm.acknowledged_at is None and alarm.state != "closed",
            "may_close": may and alarm.state == "acknowledged" and is_over,
            "note": request.POST.get("note", ""),
            "entries": _entries(alarm),
            "crumbs": [(_TITLE, "/sensing/alarms/"), (alarm.key, "")],
        },
    )


def _answered(request: HttpRequest, actor: Actor, key: str) -> bool:
    request_key = request.POST.get("request_key", "")[:64] or None
    note = request.POST.get("note", "")
    act = close_alarm if "close" in request.POST else acknowledge_alarm
    try:
        act(actor, key=request_key, alarm=key, note=note)
    except (Invalid, Conflict) as problem:
        messages.error(request, str(problem.message))
        return False
    messages.success(request, str(T("已办理。", "Done.")))
    return True


def _link(ref: str, title: Any) -> Any:
    address = address_of(ref)
    return format_html('<a href="{}">{}</a>', address, title) if address else title


def _told(actor: Actor, alarm: Alarm) -> list[tuple[Any, Any]]:
    stream = alarm.datastream
    rows = [
        (T("监测设施", "Thing"), _link(str(alarm.thing.ref), alarm.thing.name)),
        (T("监测项目", "Property"), property_title(stream)),
        (T("报警规则", "Rule"), _link(str(alarm.rule.ref), alarm.rule.name)),
        (T("触发值", "Value"), with_unit(alarm.value, stream)),
        (T("限值", "Limit"), _limit_text(alarm)),
        (T("极值", "Peak"), with_unit(alarm.peak, stream)),
        (T("依据", "Basis"), alarm.rule.clause),
        (T("发生时间", "Opened"), instant(alarm.opened_at)),
        (T("恢复时间", "Cleared"), instant(alarm.cleared_at)),
        (T("确认", "Acknowledged"),
         format_html("{} · {}", alarm.acknowledged_by, instant(alarm.acknowledged_at))
         if alarm.acknowledged_at else ""),
        (T("处理说明", "Note"), alarm.note),
        (T("通知单位", "Organisation told"), alarm.organisation.name if alarm.organisation else ""),
        (T("关联办件", "Case"), _link(alarm.case, alarm.case) if alarm.case else ""),
    ]  # fmt: skip
    if alarm.thing.subject:
        rows.insert(
            1, (T("所属对象", "Belongs to"), _link(alarm.thing.subject, alarm.thing.subject))
        )
    return [(label, value) for label, value in rows if value not in ("", None, "—")]


def _subject(actor: Actor, ref: str) -> Any:
    """By its name, where the reader may see it."""
    collection, _, key = ref.partition("/")
    found = next(snapshots(collection, actor, key=key), None)
    return _link(ref, found["title"] if found else key)


def _chart(alarm: Alarm) -> tuple[curves.Chart | None, T | None]:
    """The days around its beginning; None with why, where the store does not answer."""
    stream = alarm.datastream
    if stream is None:
        return None, None
    on = clock.local(alarm.opened_at).date()
    end = clock.local(alarm.cleared_at or clock.now()).date()
    period = "day" if end - on <= timedelta(days=0) else "week"
    window = curves.window_of({"on": on.isoformat(), "period": period})
    drawn = (alarm.rule.upper, alarm.rule.lower, alarm.limit) if alarm.rule.kind == "limit" else ()
    limits = [
        curves.Limit(value, T("报警限值", "Limit"))
        for value in dict.fromkeys(drawn)
        if value is not None
    ]
    try:
        lines = curves.read_curves([stream], window, [property_title(stream)])
    except Unavailable as problem:
        return None, problem.message
    return curves.Chart(
        T("报警期间的数据", "Data around the alarm"), window, lines, stream.unit, limits
    ), None


def _entries(alarm: Alarm) -> list[dict[str, Any]]:
    return event_words.entries_of(history(alarm.ref).order_by("-sequence")[:50])
