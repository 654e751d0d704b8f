"""Taking in observations from XLSX and CSV: good rows are stored, bad ones told and given back."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing
from guanggu.kernel.document.public import read_upload
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.observation.uploading import (
    COLUMNS,
    MAY_NOT,
    Uploaded,
    digest_of,
    read_observations,
    upload_observations,
)
from guanggu.kernel.register.public import write_csv, write_xlsx
from guanggu.web import navigation

SHOWN_ROWS = 100
ADDRESS = "/sensing/upload/"
_TITLE = T("上传监测数据", "Upload observations")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_SESSION = "observation_sheets"
_GONE = T("该文件已过期，请重新上传。", "The file has expired; upload it again.")
_WHY = T("原因", "Reason")
_ROW = T("行号", "Row")


class SheetForm(forms.Form):
    file = forms.FileField(
        label=T("文件", "File"),
        help_text=T(
            "XLSX 或 CSV；第一行为表头。时间为北京时间，如 2026-05-01 08:00。",
            "XLSX or CSV; headings in the first row. Times are Beijing time, such as "
            "2026-05-01 08:00.",
        ),
    )


def _may(actor: Actor) -> bool:
    return actor.has("devices", "monitor")


def _demand(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not _may(actor):
        raise Forbidden(MAY_NOT)
    return actor


def upload(request: HttpRequest) -> HttpResponse:
    """GET the form; POST a file: what was stored and what was not, with each reason."""
    actor, form = _demand(request), SheetForm()
    if request.method == "POST":
        form = SheetForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                return _take(request, actor, read_upload(file), file.name)
            except Invalid as problem:
                form.add_error("file", str(problem.message))
    context = {"form": form, "title": _TITLE, "crumbs": [(_TITLE, "")]}
    status = 422 if form.errors else 200
    return render(request, "guanggu/observation_upload.html", context, status=status)


def _take(request: HttpRequest, actor: Actor, content: bytes, name: str) -> HttpResponse:
    uploaded = read_observations(content, name)
    told = upload_observations(actor, uploaded=uploaded, file_name=name, digest=digest_of(content))
    context = {
        "title": _TITLE,
        "crumbs": [(_TITLE, ADDRESS), (T("结果", "Result"), "")],
        "file_name": name,
        "told": told,
        "stored": told["new"] + told["replaced"],
        "wrong": uploaded.wrong[:SHOWN_ROWS],
        "wrong_more": max(0, len(uploaded.wrong) - SHOWN_ROWS),
        "token": _keep(request, uploaded) if uploaded.wrong else "",
    }
    return render(request, "guanggu/observation_uploaded.html", context)


def _keep(request: HttpRequest, uploaded: Uploaded) -> str:
    """The wrong rows as a sheet that can be mended and sent again; of this session only."""
    token = uuid4().hex
    heading = [*uploaded.headings, str(_ROW), str(_WHY)]
    width = len(uploaded.headings)
    rows = [
        [
            *row.cells[:width],
            *[""] * (width - len(row.cells)),
            row.number,
            f"{row.column}: {row.why}",
        ]
        for row in uploaded.wrong
    ]
    default_storage.save(f"imports/{token}", ContentFile(b"".join(write_csv([heading, *rows]))))
    kept = [*request.session.get(_SESSION, []), token]
    for old in kept[:-5]:
        default_storage.delete(f"imports/{old}")
    request.session[_SESSION] = kept[-5:]
    return token


def wrong_rows(request: HttpRequest, token: str) -> HttpResponse:
    _demand(request)
    stored = f"imports/{token}"
    known = token in request.session.get(_SESSION, [])
    if not _TOKEN.fullmatch(token) or not known or not default_storage.exists(stored):
        raise Missing(_GONE)
    with default_storage.open(stored) as file:
        answer = HttpResponse(file.read(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="wrong-rows.csv"'
    return answer


def template(request: HttpRequest) -> HttpResponse:
    """A workbook with both shapes and an example of each."""
    _demand(request)
    title = {name: str(text) for name, text in COLUMNS.items()}
    long: list[list[Any]] = [
        [title[n] for n in ("stream", "time", "value", "mark")],
        ["S-01-w01018-hour", "2026-05-01 08:00", 23.5, "S"],
    ]
    wide: list[list[Any]] = [
        [title["thing"], title["interval"], title["time"], "w01018", "w21003"],
        ["S-01", str(T("小时", "Hour")), "2026-05-01 08:00", 23.5, 1.2],
    ]
    names = (str(T("按监测设施", "By thing")), str(T("按数据流", "By datastream")))
    book = write_xlsx([(names[0], wide), (names[1], long)])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = HttpResponse(book, content_type=kind)
    answer.headers["Content-Disposition"] = 'attachment; filename="observations.xlsx"'
    return answer


navigation.entry("sensing", _TITLE, ADDRESS, order=18, allows=_may)

urlpatterns = [
    path(ADDRESS[1:], upload, name="observation_upload"),
    path(f"{ADDRESS[1:]}template.xlsx", template, name="observation_upload_template"),
    path(f"{ADDRESS[1:]}wrong/<str:token>.csv", wrong_rows, name="observation_wrong_rows"),
]
