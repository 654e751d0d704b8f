"""Taking in a sheet: upload, look at what would happen, then take it; bad rows wait in quarantine."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.document.public import read_upload
from guanggu.kernel.register.public import (
    LONG_FROM_ROWS,
    ImportRun,
    Register,
    Row,
    assign,
    column_names,
    import_later,
    import_rows,
    messages_of,
    read_sheets,
    rows_to_import,
)
from guanggu.web.addresses import collection_address

from .editing import demand_change, request_key_of

CHECKED_ROWS = 300  # rows tried out for the preview; all are checked when they are taken in
SHOWN_ROWS = 10
_TOKEN = re.compile(r"[0-9a-f]{32}")
_SESSION = "import_files"
_GONE = T("上传的文件已过期，请重新上传。", "The uploaded file has expired; upload it again.")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=T("文件", "File"),
        help_text=T(
            "XLSX 或 CSV；第一行为表头，中文、英文均可。",
            "XLSX or CSV; headings in the first row, in Chinese or English.",
        ),
    )


def _keep(request: HttpRequest, content: bytes, name: str) -> str:
    """Put the file aside until it is confirmed; only this session can take it up again."""
    token = uuid4().hex
    default_storage.save(f"imports/{token}", ContentFile(content))
    kept = {**request.session.get(_SESSION, {}), token: name[:200]}
    for old in list(kept)[:-5]:
        default_storage.delete(f"imports/{old}")
        del kept[old]
    request.session[_SESSION] = kept
    return token


def _kept(request: HttpRequest, token: str) -> tuple[bytes, str]:
    name = request.session.get(_SESSION, {}).get(token)
    path = f"imports/{token}"
    if not _TOKEN.fullmatch(token) or name is None or not default_storage.exists(path):
        raise Missing(_GONE)
    with default_storage.open(path) as file:
        return file.read(), name


def row_errors(register: Register, values: dict[str, Any]) -> dict[str, T]:
    """What would be wrong with a row, by field name; found without writing anything."""
    key = str(values.get("key") or "")
    record = register.model._default_manager.filter(key=key).first() if key else None
    record = record or register.model(source="import")
    try:
        assign(register, record, values)
        if not record.key and register.new_key:
            record.key = register.new_key(record)
        register.check(record)
        record.clean_fields(exclude={"created_at", "updated_at", "version"})
    except Invalid as problem:
        return problem.fields or {"": problem.message}
    except ValidationError as error:
        return messages_of(error)
    return {}


def _problems(register: Register, rows: list[Row]) -> list[dict[str, Any]]:
    labels = {"key", *(field.name for field in register.fields)}
    return [
        {
            "row": row.number,
            "column": row.places.get(place)
            or (register.label(place) if place in labels else place),
            "text": text,
        }
        for row in rows
        for place, text in (row.errors or row_errors(register, row.values)).items()
    ]


def _preview(request: HttpRequest, register: Register, content: bytes, name: str) -> HttpResponse:
    sheets = read_sheets(content, name)
    rows = rows_to_import(register, sheets)
    named = rows[0].sheet if rows else ""
    sheet = next((s for s in sheets if s.name == named), sheets[0])
    known = sheet.headings if register.workbook else column_names(register)
    problems = _problems(register, rows[:CHECKED_ROWS])
    context = {
        "register": register,
        "title": T("导入", "Import ") + register.title,
        "file_name": name,
        "token": _keep(request, content, name),
        "headings": list(sheet.headings),
        "unknown": [h for h in sheet.headings if h and h not in known],
        "rows": sheet.rows[:SHOWN_ROWS],
        "count": len(rows),
        "checked": min(len(rows), CHECKED_ROWS),
        "problems": problems[:100],
        "bad_rows": len({p["row"] for p in problems}),
        "crumbs": [(register.title, collection_address(register)), (T("导入", "Import"), "")],
    }
    return render(request, "guanggu/import_preview.html", context)


def _take(request: HttpRequest, register: Register, actor: Actor) -> HttpResponse:
    token = request.POST.get("token", "")
    content, name = _kept(request, token)
    rows = rows_to_import(register, read_sheets(content, name))
    if len(rows) >= LONG_FROM_ROWS:
        return _take_later(request, register, actor, token)
    run = import_rows(
        actor,
        key=request_key_of(request)[:48],
        collection=register.collection,
        rows=rows,
        file_name=name,
    )
    text = T(
        "导入完成：新增 {a}，修改 {b}，未变 {c}，隔离 {d}。",
        "Imported: {a} created, {b} changed, {c} unchanged, {d} in quarantine.",
    ).format(a=run.created, b=run.changed, c=run.unchanged, d=run.quarantined)
    (messages.warning if run.quarantined else messages.success)(request, text)
    return HttpResponseRedirect(f"{collection_address(register)}import/{run.pk}/")


def _take_later(request: HttpRequest, register: Register, actor: Actor, token: str) -> HttpResponse:
    """A large sheet goes to the worker; its owner is led to the page of the job."""
    kept = dict(request.session[_SESSION])
    job = import_later(
        actor, key=request_key_of(request)[:48], collection=register.collection,
        path=f"imports/{token}", file_name=kept.pop(token),
        address=f"{collection_address(register)}import/{{}}/",
    )  # fmt: skip
    request.session[_SESSION] = kept  # the job removes the file, no later upload does
    return HttpResponseRedirect(f"/jobs/{job}/")


def import_screen(request: HttpRequest, register: Register) -> HttpResponse:
    """GET the upload form; POST a file for its preview; POST ``token`` to take it in."""
    actor = demand_change(request, register)
    form = UploadForm()
    if request.method == "POST" and "token" in request.POST:
        return _take(request, register, actor)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                return _preview(request, register, read_upload(file), file.name)
            except Invalid as problem:
                form.add_error("file", str(problem.message))
    runs = ImportRun.objects.filter(collection=register.collection, actor=actor.ref)
    context = {
        "register": register,
        "form": form,
        "title": T("导入", "Import ") + register.title,
        "base": collection_address(register),
        "runs": runs.order_by("-pk")[:10],
        "crumbs": [(register.title, collection_address(register)), (T("导入", "Import"), "")],
    }
    return render(request, "guanggu/import.html", context, status=422 if form.errors else 200)
