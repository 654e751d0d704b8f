"""Supervised systems: our own and imported ones, side by side with the same figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Missing, Problem
from guanggu.kernel.case.public import Procedure, definition_of
from guanggu.kernel.document.public import read_upload
from guanggu.kernel.identity.public import actor_of, get
from guanggu.kernel.register.public import write_csv
from guanggu.web.table import Cell, Column, Table

from ..actions import import_log, own_log
from ..models import EventLog, WatchedCase
from ..queries import mining
from ..queries.scopes import VIEW_WATCHED, may_supervise
from .flow_map import draw, duration_text


class LogForm(forms.Form):
    code = forms.CharField(
        label=T("来源代码", "Code"), max_length=40,
        help_text=T("字母、数字和短横线，例如 construction-2026", "Letters, digits and dashes"),
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", T(
            "请用小写字母、数字和短横线。", "Use small letters, digits and dashes."))],
    )  # fmt: skip
    name = forms.CharField(label=T("来源系统名称", "System"), max_length=120)
    origin = forms.CharField(label=T("数据出处", "Origin"), max_length=300, required=False)
    file = forms.FileField(
        label=T("事件日志（CSV 或 XES）", "Event log (CSV or XES)"),
        help_text=T(
            "必须有案件编号、环节、时间三列；可有期限、部门、办理人。",
            "Needs case, activity and time; may have deadline, department and resource.",
        ),
    )


def _demand_supervision(request: HttpRequest) -> None:
    if not may_supervise(actor_of(request)):
        raise Forbidden(T("仅监察岗位可用。", "Only supervision may use this."))


@require_safe
def logs(request: HttpRequest) -> HttpResponse:
    """GET /supervision/logs/"""
    _demand_supervision(request)
    own_log()
    table = Table(
        T("被监察系统", "Supervised systems"),
        [
            Column(T("系统", "System")), Column(T("办件", "Cases"), numeric=True),
            Column(T("事件", "Events"), numeric=True),
            Column(T("办理路径", "Variants"), numeric=True),
            Column(T("超期率", "Late"), numeric=True), Column(T("中位用时", "Median")),
            Column(T("导入人", "Imported by")),
        ],
    )  # fmt: skip
    for log in EventLog.objects.order_by("pk"):
        found = mining.summary(log)
        table.add(
            log.name, found.cases, found.events, found.variants, _share(found.late_share),
            duration_text(found.median_seconds), log.imported_by,
            href=f"/supervision/logs/{log.code}/",
        )  # fmt: skip
    return render(request, "supervision/logs.html", {"table": table})


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /supervision/logs/import/"""
    _demand_supervision(request)
    form = LogForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and (log := _imported(request, form)):
        text = T("已导入 {} 个事件，{} 行未采用。", "{} events taken, {} rows refused.")
        messages.success(request, str(text.format(log.rows, log.refused)))
        return redirect("supervision:log", code=log.code)
    return render(
        request,
        "guanggu/form.html",
        {
            "form": form,
            "title": T("导入外部系统日志", "Import the log of another system"),
            "lead": T(
                "外部系统的办件将按其自身期限接受监察，与本平台办件并列显示。",
                "Its cases are watched by its own deadlines and shown beside ours.",
            ),
            "submit_label": T("导入", "Import"),
            "back": "/supervision/logs/",
            "crumbs": [
                (T("电子监察", "Supervision"), "/supervision/"),
                (T("被监察系统", "Systems"), "/supervision/logs/"),
                (T("导入", "Import"), ""),
            ],
        },
    )


def _imported(request: HttpRequest, form: LogForm) -> EventLog | None:
    given = form.cleaned_data
    try:
        return import_log(
            actor_of(request),
            key=request.POST.get("request_key", "")[:64] or None,
            code=given["code"], name=given["name"], origin=given["origin"],
            content=read_upload(given["file"]), file_name=given["file"].name,
        )  # fmt: skip
    except Problem as problem:
        fields = problem.fields or {"": problem.message}
        for name, message in fields.items():
            form.add_error(name if name in form.fields else None, str(message))
    return None


def _log(request: HttpRequest, code: str) -> EventLog:
    _demand_supervision(request)
    log = EventLog.objects.filter(code=code).first()
    if log is None:
        raise Missing(T("没有这个来源。", "There is no such source."))
    return log


def labels_of(log: EventLog) -> Callable[[str], Any]:
    """How a log's steps are called: our own by their procedures, others as they call themselves."""
    if not log.is_own:
        return lambda activity: activity
    fixed = {
        "opened": T("收件", "Received"), "closed": T("办结", "Closed"),
        "withdrawn": T("撤回", "Withdrawn"), "reopened": T("重新办理", "Reopened"),
        "jumped": T("跳转", "Jumped"),
    }  # fmt: skip

    steps: dict[str, Any] = {}
    outcomes: dict[str, Any] = {}
    for procedure in Procedure.objects.exclude(state="draft").order_by("version"):
        for key, step in definition_of(procedure).steps.items():
            steps[key] = step.title
            outcomes.update({f"{key}:{each.key}": each.title for each in step.outcomes.values()})

    def label(activity: str) -> Any:
        step = steps.get(activity.partition(":")[0])
        if step is None or activity not in outcomes:
            return fixed.get(activity, activity)
        return T("{}·{}", "{}: {}").format(step, outcomes[activity])

    return label


@require_safe
def log_page(request: HttpRequest, code: str) -> HttpResponse:
    """GET /supervision/logs/<code>/"""
    log = _log(request, code)
    found, label = mining.summary(log), labels_of(log)
    flows, steps = mining.flows(log), mining.steps(log)
    return render(
        request,
        "supervision/log.html",
        {
            "log": log,
            "summary": found,
            "tiles": _tiles(found),
            "map": draw(steps, flows, label),
            "steps": _steps_table(steps, label),
            "flows": _flows_table(flows, label),
            "variants": [
                {"cases": row["cases"], "share": row["cases"] / max(found.cases, 1),
                 "steps": [label(step) for step in row["steps"]]}
                for row in mining.variants(log)
            ],
            "organisations": _organisations_table(log),
            "problems": log.problems[:100],
            "crumbs": [
                (T("电子监察", "Supervision"), "/supervision/"),
                (T("被监察系统", "Systems"), "/supervision/logs/"), (log.name, ""),
            ],
        },
    )  # fmt: skip


def _tiles(found: mining.Summary) -> list[dict[str, Any]]:
    late_note = T("{} / {} 件有期限；按最后事件计 {} 件", "{} of {} with a limit; {} by last event")
    return [
        {"label": T("办件", "Cases"), "value": f"{found.cases:,}"},
        {"label": T("事件", "Events"), "value": f"{found.events:,}"},
        {"label": T("办理路径", "Variants"), "value": f"{found.variants:,}"},
        {"label": T("超期率", "Late share"), "value": _share(found.late_share),
         "tone": "bad" if found.late else "ok",
         "note": late_note.format(found.late, found.due, found.late_by_last_event)},
        {"label": T("中位用时（开始至办结）", "Median, opening to end"),
         "value": duration_text(found.median_seconds)},
        {"label": T("中位用时（首末事件）", "Median, first to last event"),
         "value": duration_text(found.median_span_seconds)},
    ]  # fmt: skip


def _steps_table(steps: list[mining.StepFigures], label: Callable[[str], Any]) -> Table:
    table = Table(
        T("环节用时（由慢到快）", "Steps, the slowest first"),
        [Column(T("环节", "Step")), Column(T("次数", "Times"), numeric=True),
         Column(T("等待中位数", "Median wait"), numeric=True),
         Column(T("超过步骤期限", "Over its limit"), numeric=True)],
        caption_hidden=False,
    )  # fmt: skip
    for step in steps:
        table.add(label(step.activity), step.count, duration_text(step.seconds), step.late or 0)
    return table


def _flows_table(flows: list[mining.Flow], label: Callable[[str], Any]) -> Table:
    table = Table(
        T("直接后继频次", "Directly-follows"),
        [Column(T("前一环节", "From")), Column(T("后一环节", "To")),
         Column(T("次数", "Times"), numeric=True),
         Column(T("等待中位数", "Median wait"), numeric=True)],
        caption_hidden=False,
    )  # fmt: skip
    for flow in flows:
        table.add(label(flow.before), label(flow.after), flow.count, duration_text(flow.seconds))
    return table


def _organisations_table(log: EventLog) -> Table:
    table = Table(
        T("各单位超期情况", "Late cases by department"),
        [Column(T("单位", "Department")), Column(T("有期限办件", "With a limit"), numeric=True),
         Column(T("超期", "Late"), numeric=True), Column(T("超期率", "Share"), numeric=True)],
        caption_hidden=False,
    )  # fmt: skip
    for row in mining.late_by_organisation(log):
        table.add(
            row["name"] or T("未注明", "Not given"),
            row["cases"],
            row["late"],
            _share(row["late"] / row["cases"]),
        )
    return table


@require_safe
def sheet(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """GET /supervision/logs/<code>/variants.csv – every variant with its cases."""
    log = _log(request, code)
    rows = [[str(T("办件数", "Cases")), str(T("办理路径", "Variant"))]]
    rows += [[row["cases"], " → ".join(row["steps"])] for row in mining.variants(log, 10_000)]
    answer = StreamingHttpResponse(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{log.code}-variants.csv"'
    return answer


@require_safe
def case_page(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """GET /supervision/logs/<code>/cases/<number>/"""
    actor = actor_of(request)
    rows = WatchedCase.objects.select_related("log")
    case = get(actor, rows, VIEW_WATCHED, log__code=code, number=number)
    label = labels_of(case.log)
    entries = [
        {"at": step.at, "title": label(step.activity), "who": step.resource,
         "text": T("距上一环节 {}", "{} after the step before").format(duration_text(step.seconds))
         if step.seconds is not None else "", "tone": "bad" if step.is_late else ""}
        for step in case.steps.order_by("sequence")[:500]
    ]  # fmt: skip
    return render(
        request,
        "supervision/case.html",
        {"case": case, "entries": entries, "cell": Cell, "crumbs": [
            (T("电子监察", "Supervision"), "/supervision/"),
            (case.log.name, f"/supervision/logs/{case.log.code}/"), (case.number, "")]},
    )  # fmt: skip
