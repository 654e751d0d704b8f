"""Writing a record: the form, the page that shows both sides of a conflict, the removal."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.kernel.register.public import (
    Record,
    Register,
    change_record,
    create_record,
    delete_record,
    json_value,
)
from guanggu.web.addresses import address_of, collection_address, record_address

from .values import key_name, raw_text, related_rows

_OPTIONS_MAX = 500
_READ_ONLY = T(
    "该登记册由系统维护，不能在此修改。",
    "This register is kept by the system; it is not changed here.",
)


def request_key_of(request: HttpRequest) -> str:
    """The key of the form that was posted; a post without one counts as a new request."""
    return request.POST.get("request_key", "")[:64] or uuid4().hex


def _related_field(field: models.ForeignKey, label: T, actor: Actor) -> forms.Field:
    """A relation is chosen from a list, or typed by key where the list would be long."""
    name = key_name(field.related_model)
    rows = list(related_rows(field, actor)[: _OPTIONS_MAX + 1])
    common: dict[str, Any] = {
        "label": label,
        "required": not field.blank,
        "help_text": field.help_text,
    }
    if len(rows) > _OPTIONS_MAX:
        typed = T("填写编号或代码。", "Enter its key or code.")
        return forms.CharField(max_length=64, **{**common, "help_text": field.help_text or typed})
    options = [(getattr(r, name), getattr(r, "title", None) or str(r)) for r in rows]
    return forms.ChoiceField(choices=[("", T("请选择", "Choose")), *options], **common)


def _form_field(register: Register, field: models.Field, actor: Actor) -> forms.Field | None:
    label = register.label(field.name)
    if isinstance(field, models.ForeignKey):
        return _related_field(field, label, actor)
    made = field.formfield(label=label)
    if made is None:
        return None
    if isinstance(made, forms.BooleanField):
        made.required = False
    return made


def form_class(register: Register, record: Record | None, actor: Actor) -> type[forms.Form]:
    """A form of the register's fields; a new record is also asked for its key."""
    fields: dict[str, forms.Field] = {}
    if record is None:
        key = register.model._meta.get_field("key").formfield(label=register.label("key"))
        if register.new_key is not None:
            key.required = False
            key.help_text = T("留空则自动编号。", "Left empty, it is numbered automatically.")
        fields["key"] = key
    for field in register.fields:
        if field.name != "key" and field.editable:
            made = _form_field(register, field, actor)
            if made is not None:
                fields[field.name] = made
    return type("RegisterForm", (forms.Form,), fields)


def written_value(record: Record, name: str) -> Any:
    """The value as forms and interfaces write it: JSON, relations by key or code."""
    value = getattr(record, name)
    if isinstance(record._meta.get_field(name), models.ForeignKey):
        return getattr(value, "key", None) or getattr(value, "code", None) if value else ""
    return json_value(value)


def _initial(register: Register, record: Record) -> dict[str, Any]:
    found = {}
    for field in register.fields:
        value = getattr(record, field.name)
        is_relation = isinstance(field, models.ForeignKey)
        found[field.name] = written_value(record, field.name) if is_relation else value
    return found


def _posted(form: forms.Form) -> dict[str, Any]:
    return {
        name: json_value(value) for name, value in form.cleaned_data.items() if name != "version"
    }


def _changed(posted: dict[str, Any], record: Record) -> dict[str, Any]:
    """What differs from the stored row, however the same value was written."""

    def same(left: Any, right: Any) -> bool:
        return left == right or (left in ("", None) and right in ("", None))

    return {n: v for n, v in posted.items() if not same(v, written_value(record, n))}


def _blame(form: forms.Form, problem: Invalid) -> None:
    for name, text in (problem.fields or {"": problem.message}).items():
        form.add_error(name if name in form.fields else None, str(text))


def demand_change(request: HttpRequest, register: Register) -> Any:
    if register.change is None:
        raise Forbidden(_READ_ONLY)
    actor = actor_of(request)
    demand(actor, register.change)
    return actor


def create_screen(request: HttpRequest, register: Register) -> HttpResponse:
    """GET and POST /<app>/<collection>/new/"""
    actor = demand_change(request, register)
    form = form_class(register, None, actor)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_record(
                actor, key=request_key_of(request), collection=register.collection,
                values=_posted(form), source="web",
            )  # fmt: skip
        except Invalid as problem:
            _blame(form, problem)
        else:
            messages.success(request, T("已新增。", "Created."))
            return HttpResponseRedirect(address_of(f"{register.collection}/{made['key']}"))
    title = T("新增", "New: ") + register.one
    return _form_page(request, register, form, title, collection_address(register))


def _form_page(
    request: HttpRequest, register: Register, form: forms.Form, title: T, back: str,
    version: int | None = None,
) -> HttpResponse:  # fmt: skip
    groups = [(None, [form["key"]])] if "key" in form.fields else []
    for section in register.sections:
        bound = [form[n] for n in section.fields if n in form.fields and n != "key"]
        if bound:
            groups.append((section.title, bound))
    context = {
        "register": register,
        "form": form,
        "groups": groups,
        "version": version,
        "title": title,
        "submit_label": T("保存", "Save"),
        "back": back,
        "crumbs": [(register.title, collection_address(register)), (title, "")],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "guanggu/record_form.html", context, status=status)


def change_screen(request: HttpRequest, register: Register, key: str) -> HttpResponse:
    """GET and POST /<app>/<collection>/<key>/change/"""
    actor = demand_change(request, register)
    record = get(actor, register.model, register.change, key=key)  # type: ignore[arg-type]
    made = form_class(register, record, actor)
    version = record.version
    if request.method == "POST":
        form = made(request.POST)
        seen = request.POST.get("version", "")
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        if form.is_valid():
            posted = _posted(form)
            changed = _changed(posted, record)
            if not changed:
                messages.info(request, T("内容没有变化。", "Nothing was changed."))
                return HttpResponseRedirect(record_address(record))
            try:
                change_record(
                    actor, key=request_key_of(request), collection=register.collection,
                    record=record.key, version=version, values=changed,
                )  # fmt: skip
            except Invalid as problem:
                _blame(form, problem)
            except Conflict as problem:
                if problem.code != "moved_on":
                    raise
                return _conflict_page(request, register, record, changed)
            else:
                messages.success(request, T("已保存。", "Saved."))
                return HttpResponseRedirect(record_address(record))
    else:
        form = made(initial=_initial(register, record))
    title = T("修改", "Change ") + T(str(record), str(record))
    return _form_page(request, register, form, title, record_address(record), version)


def _conflict_page(
    request: HttpRequest, register: Register, record: Record, mine: dict[str, Any]
) -> HttpResponse:
    """Both sides beside each other, and the choice: keep theirs, or put mine on top of theirs."""
    record = register.model._default_manager.get(pk=record.pk)
    rows = [
        {
            "label": register.label(name),
            "mine": raw_text(register.model._meta.get_field(name), value),  # type: ignore[arg-type]
            "theirs": raw_text(
                register.model._meta.get_field(name),
                written_value(record, name),  # type: ignore[arg-type]
            ),
        }
        for name, value in mine.items()
    ]
    sent = [
        (name, value)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", "request_key", "version")
        for value in request.POST.getlist(name)
    ]
    # What I did not touch takes the other's value, so that nothing of theirs is undone unseen.
    untouched = {f.name for f in register.fields} - set(mine)
    sent = [(n, v) for n, v in sent if n not in untouched]
    for name in untouched:
        value = written_value(record, name)
        if value is True:
            sent.append((name, "on"))
        elif value not in (False, None, ""):
            sent.append((name, value))
    context = {
        "register": register,
        "record": record,
        "title": T("内容已被他人修改", "Somebody changed this meanwhile"),
        "rows": rows,
        "sent": sent,
        "version": record.version,
        "back": record_address(record),
        "crumbs": [
            (register.title, collection_address(register)),
            (str(record), record_address(record)),
        ],
    }
    return render(request, "guanggu/conflict.html", context, status=409)


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=T("删除原因", "Reason for removal"),
        max_length=200,
        help_text=T("将记入历史，供监察查阅。", "Kept in the history, for supervision to read."),
    )


def remove_screen(request: HttpRequest, register: Register, key: str) -> HttpResponse:
    """GET and POST /<app>/<collection>/<key>/remove/"""
    actor = demand_change(request, register)
    record = get(actor, register.model, register.change, key=key)  # type: ignore[arg-type]
    form = RemovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        delete_record(
            actor, key=request_key_of(request), collection=register.collection,
            record=record.key, reason=form.cleaned_data["reason"],
        )  # fmt: skip
        messages.success(request, T("已删除，历史仍可查。", "Removed; its history stays."))
        return HttpResponseRedirect(collection_address(register))
    context = {
        "form": form,
        "title": T("删除", "Remove ") + T(str(record), str(record)),
        "lead": T("删除后不能恢复，历史记录仍保留。", "This cannot be undone; the history stays."),
        "submit_label": T("确认删除", "Remove"),
        "back": record_address(record),
        "crumbs": [
            (register.title, collection_address(register)),
            (str(record), record_address(record)),
        ],
    }
    return render(request, "guanggu/form.html", context, status=422 if form.errors else 200)
