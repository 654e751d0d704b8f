"""Rows that did not fit: seen with their errors, mended and taken in, or dropped."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.register.public import (
    ImportRun,
    QuarantinedRow,
    Register,
    column_names,
    drop_row,
    retry_row,
    write_csv,
)
from guanggu.web.addresses import collection_address
from guanggu.web.paging import keyset_page

from .editing import demand_change, request_key_of

_NO_RUN = T("没有找到这次导入，或不是您导入的。", "No such import, or it is not yours.")


def _run(actor: Actor, register: Register, run: int) -> ImportRun:
    """An import of the actor's own, or any for who administers. Raises Missing."""
    found = ImportRun.objects.filter(pk=run, collection=register.collection).first()
    if found is None or not (found.actor == actor.ref or actor.has("administer")):
        raise Missing(_NO_RUN)
    return found


def _label(register: Register, name: str) -> Any:
    known = {"key", *(field.name for field in register.fields)}
    return register.label(name) if name in known else name


def _errors(register: Register, row: QuarantinedRow) -> list[tuple[Any, T]]:
    return [
        (_label(register, name) if name else "", T(text.get("zh", ""), text.get("en", "")))
        for name, text in row.errors.items()
    ]


def run_screen(request: HttpRequest, register: Register, run: int) -> HttpResponse:
    """GET /<app>/<collection>/import/<run>/"""
    actor = demand_change(request, register)
    found = _run(actor, register, run)
    waiting = found.rows.filter(resolved_at__isnull=True)
    page = keyset_page(
        waiting,
        order="row",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    base = f"{collection_address(register)}import/{found.pk}/"
    context = {
        "register": register,
        "run": found,
        "title": T("导入结果", "Import result"),
        "page": page,
        "rows": [(row, _errors(register, row), f"{base}{row.pk}/") for row in page],
        "base": base,
        "crumbs": [
            (register.title, collection_address(register)),
            (T("导入", "Import"), f"{collection_address(register)}import/"),
            (found.file_name or str(found.pk), ""),
        ],
    }
    return render(request, "guanggu/import_run.html", context)


def sheet_screen(request: HttpRequest, register: Register, run: int) -> StreamingHttpResponse:
    """GET …/rows.csv: the waiting rows with what is wrong, to be mended in a spreadsheet."""
    found = _run(demand_change(request, register), register, run)
    rows = found.rows.filter(resolved_at__isnull=True)
    names = list(dict.fromkeys(column_names(register).values()))
    head = [*(str(register.label(n)) for n in names), str(T("问题", "Errors"))]
    sentences = T("{}：{}", "{}: {}")

    def lines():
        yield head
        for row in rows.iterator(chunk_size=500):
            wrong = [str(sentences.format(label, text)) for label, text in _errors(register, row)]
            yield [*(_text_of(row.values.get(n)) for n in names), " ".join(wrong)]

    response = StreamingHttpResponse(
        write_csv(list(lines())), content_type="text/csv; charset=utf-8"
    )
    header = content_disposition_header(True, f"{register.collection}-{found.pk}.csv")
    response.headers["Content-Disposition"] = header or "attachment"
    return response


def _text_of(value: Any) -> str:
    """The value as it is typed again; lists and objects as JSON."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _row_form(register: Register, row: QuarantinedRow) -> type[forms.Form]:
    names = list(dict.fromkeys(["key", *(field.name for field in register.fields)]))
    return type(
        "RowForm",
        (forms.Form,),
        {
            name: forms.CharField(
                label=register.label(name), required=False, max_length=100_000,
                initial=_text_of(row.values.get(name)),
            )
            for name in names
        },
    )  # fmt: skip


def row_screen(request: HttpRequest, register: Register, run: int, row: int) -> HttpResponse:
    """GET a waiting row as a form; POST it mended, or ``drop``."""
    actor = demand_change(request, register)
    found = _run(actor, register, run)
    waiting = found.rows.filter(pk=row, resolved_at__isnull=True).first()
    back = f"{collection_address(register)}import/{found.pk}/"
    if waiting is None:
        raise Missing(T("该行已处理。", "The row was dealt with already."))
    form = _row_form(register, waiting)(request.POST if request.method == "POST" else None)
    key = request_key_of(request)
    if request.method == "POST" and "drop" in request.POST:
        drop_row(actor, key=key, collection=register.collection, row=waiting.pk)
        messages.success(request, T("已弃置该行。", "The row was dropped."))
        return HttpResponseRedirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            retry_row(
                actor, key=key, collection=register.collection, row=waiting.pk,
                values=form.cleaned_data,
            )  # fmt: skip
        except Invalid as problem:
            for name, text in (problem.fields or {"": problem.message}).items():
                form.add_error(name if name in form.fields else None, str(text))
        else:
            messages.success(request, T("已更正并导入。", "Mended and taken in."))
            return HttpResponseRedirect(back)
    context = {
        "form": form,
        "title": T("更正第 {} 行", "Mend row {}").format(waiting.row),
        "errors": _errors(register, waiting) if not form.is_bound else [],
        "back": back,
        "crumbs": [(register.title, collection_address(register)), (found.file_name, back)],
    }
    return render(request, "guanggu/import_row.html", context, status=422 if form.errors else 200)
