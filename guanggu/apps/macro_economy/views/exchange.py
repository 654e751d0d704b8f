"""Sending an SDMX file, and what became of it."""

from __future__ import annotations

from hashlib import sha256

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.document.public import read_upload
from guanggu.kernel.identity.public import actor_of, demand, get, visible
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..actions.exchanging import receive_upload, set_aside
from ..models import SdmxUpload
from ..queries.scopes import VIEW_UPLOADS
from ..rules.exchange import BYTES_MAX
from ..rules.words import UPLOAD_STATES, UPLOAD_TONES
from .board import TITLE as ECONOMY

TITLE = T("数据交换（SDMX）", "Exchange (SDMX)")
_RECEIVED = T("已收到文件，正在入库。", "Received; it is being taken in.")
_LISTED = 30


class UploadForm(forms.Form):
    """A file of series."""

    file = forms.FileField(
        label=T("数据文件", "File"),
        help_text=T("SDMX-ML 2.1 或 3.0、SDMX-JSON、SDMX-CSV；按交换代码对应序列。",
                    "SDMX-ML 2.1 or 3.0, SDMX-JSON or SDMX-CSV; matched by the exchange code."),
    )  # fmt: skip
    reason = forms.CharField(
        label=T("修订原因", "Reason of revisions"), max_length=300, required=False,
        help_text=T("文件修改已核定的数值时必填。", "Needed where the file changes final figures."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def exchange_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /macro_economy/sdmx/ – POST with file and reason."""
    actor = actor_of(request)
    demand(actor, VIEW_UPLOADS)
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                key = _received(request, form)
            except Invalid as problem:
                form.add_error("file", str(problem.message))
            else:
                messages.success(request, str(_RECEIVED))
                return redirect("macro_economy:economy-upload", key=key)
    rows = visible(actor, SdmxUpload.objects.order_by("-pk"), VIEW_UPLOADS)
    context = {
        "title": TITLE,
        "form": form,
        "table": _table(list(rows[:_LISTED])),
        "crumbs": [(ECONOMY, "/macro_economy/"), (TITLE, "")],
    }
    status = 422 if form.errors else 200
    return render(request, "macro_economy/exchange.html", context, status=status)


def _received(request: HttpRequest, form: UploadForm) -> str:
    file = form.cleaned_data["file"]
    content = read_upload(file, bytes_max=BYTES_MAX)
    stored = set_aside(content)
    return receive_upload(
        actor_of(request), key=request.POST.get("request_key", "")[:64] or None, name=file.name,
        stored=stored, sha256=sha256(content).hexdigest(), reason=form.cleaned_data["reason"],
    )["key"]  # fmt: skip


def _table(rows: list[SdmxUpload]) -> Table:
    table = Table(
        T("已上传的文件", "Files sent"),
        [Column(T("文件", "File")), Column(T("上传人", "Sent by")), Column(T("时间", "When")),
         Column(T("状态", "State")), Column(T("观测数", "Observations"), numeric=True),
         Column(T("新增或修订", "New or revised"), numeric=True),
         Column(T("未入库", "Not taken"), numeric=True)],
    )  # fmt: skip
    for row in rows:
        table.add(
            row.name, row.by, instant(row.created_at),
            Cell(UPLOAD_STATES[row.state], tone=UPLOAD_TONES[row.state]), row.observed, row.added,
            len(row.wrong), href=f"/macro_economy/sdmx/{row.key}/",
        )  # fmt: skip
    return table


@require_safe
def upload_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /macro_economy/sdmx/<key>/"""
    upload = get(actor_of(request), SdmxUpload, VIEW_UPLOADS, key=key)
    wrong = Table(
        T("未入库的观测", "What did not fit"),
        [Column(T("序号", "Number"), numeric=True), Column(T("代码", "Code")),
         Column(T("期别", "Period")), Column(T("值", "Value")), Column(T("原因", "Why"))],
    )  # fmt: skip
    for number, code, period, value, why in upload.wrong:
        wrong.add(number, code or "—", period or "—", value or "—", T(**why))
    rows = [
        (T("上传人", "Sent by"), upload.by),
        (T("时间", "When"), instant(upload.created_at)),
        (T("观测数", "Observations"), str(upload.observed)),
        (T("新增或修订", "New or revised"), str(upload.added)),
        (T("未变", "Unchanged"), str(upload.unchanged)),
        (T("修订原因", "Reason of revisions"), upload.reason),
        (T("文件摘要（SHA-256）", "Digest (SHA-256)"), upload.sha256),
    ]
    context = {
        "upload": upload,
        "state": UPLOAD_STATES[upload.state],
        "tone": UPLOAD_TONES[upload.state],
        "problem": T(**upload.problem) if upload.problem else "",
        "rows": rows,
        "wrong": wrong,
        "crumbs": [
            (ECONOMY, "/macro_economy/"), (TITLE, "/macro_economy/sdmx/"), (upload.name, ""),
        ],
    }  # fmt: skip
    return render(request, "macro_economy/upload.html", context)
