"""The page of one record: its sections, what relates to it, and all that ever happened to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, get, may_reach
from guanggu.kernel.journal.public import Event, history
from guanggu.kernel.register.public import Record, Register
from guanggu.web import event_words
from guanggu.web.addresses import collection_address, record_address

from .values import field_text, raw_text, related_names

HISTORY_ROWS = 50  # events a page of the history


def fetch(request: HttpRequest, register: Register, key: str) -> Record:
    """The record, where the reader may see it. Raises Missing."""
    names = tuple(field.name for field in register.fields)
    rows = register.model._default_manager.select_related(*related_names(register.model, names))
    return get(actor_of(request), rows, register.view, key=key)


def changes_of(register: Register, event: Event) -> list[dict[str, Any]]:
    """What changed from what to what, for fields that the register shows."""
    told = event.body.get("changes")
    told = told if isinstance(told, dict) else {}
    found = []
    for field in register.fields:  # in the order of the page, not of the event's bytes
        pair = told.get(field.attname)
        if not isinstance(pair, list) or len(pair) != 2:
            continue
        before, after = (_event_text(field, value) for value in pair)
        found.append({"label": register.label(field.name), "before": before, "after": after})
    return found


def _event_text(field: Any, value: Any) -> Any:
    if field.is_relation and value not in (None, ""):
        target = field.related_model._default_manager.filter(pk=value).first()
        return str(target) if target is not None else value
    return raw_text(field, value)


def history_entries(register: Register, record: Record, before: str) -> tuple[list[dict], int]:
    """Entries of the timeline, newest first, and the number from which older ones go on (0: none)."""
    events = history(record.ref).order_by("-sequence")
    if before.isdecimal() and len(before) < 10:
        events = events.filter(sequence__lt=int(before))
    page = list(events[: HISTORY_ROWS + 1])
    entries = event_words.entries_of(
        page[:HISTORY_ROWS], changes=lambda event: changes_of(register, event)
    )
    return entries, entries[-1]["number"] if len(page) > HISTORY_ROWS else 0


def _shown(register: Register, record: Record, name: str) -> Any:
    """A field of the page: in the register's own words where it has some."""
    own = register.extra.get("words", {}).get(name)
    return own(record) if own else field_text(record, name, linked=True)


def detail_screen(request: HttpRequest, register: Register, key: str) -> HttpResponse:
    """GET /<app>/<collection>/<key>/ and its ``?tab=history``."""
    actor = actor_of(request)
    present = register.canonical(key)
    record = fetch(request, register, present)
    if present != key:  # joined with another record since the address was written down
        return HttpResponseRedirect(record_address(record))
    tab = "history" if request.GET.get("tab") == "history" else ""
    entries, older = [], 0
    if tab:
        entries, older = history_entries(register, record, request.GET.get("older", ""))
    sections = [
        (s.title, [(register.label(n), _shown(register, record, n)) for n in s.fields])
        for s in register.sections
    ]
    kept = [
        (T("编号", "Key"), record.key),
        (T("版本", "Version"), record.version),
        (T("数据来源", "Source"), record.source),
        (
            T("更新时间", "Updated"),
            raw_text(record._meta.get_field("updated_at"), record.updated_at),
        ),
    ]
    change = register.change
    context = {
        "register": register,
        "record": record,
        "title": str(record),
        "tab": tab,
        "sections": [] if tab else sections,
        "kept": kept,
        "entries": entries,
        "older": older,
        "links": [
            (link.title, link.address(record))
            for link in register.links
            if link.shown(actor, record)
        ],
        "related": []
        if tab
        else [(title, rows(actor, record)) for title, rows in register.extra.get("related", ())],
        "may_change": change is not None and may_reach(actor, record, change),
        "base": record_address(record),
        "crumbs": [(register.title, collection_address(register)), (str(record), "")],
    }
    return render(request, "guanggu/detail.html", context)
