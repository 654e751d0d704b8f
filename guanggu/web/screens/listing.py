"""The list of a register: filtered, sorted, paged by key, only what the reader may see."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import actor_of, demand, visible
from guanggu.kernel.register.public import Register
from guanggu.web.addresses import collection_address, record_address
from guanggu.web.paging import keyset_page
from guanggu.web.table import Cell, Column, Table

from . import filtering
from .values import field_text, is_numeric, related_names


def rows_for(register: Register, actor: Actor) -> QuerySet:
    """Every row of the register that the actor may see. Raises Forbidden where that is none ever."""
    demand(actor, register.view)
    return visible(actor, register.model._default_manager.all(), register.view)


def sortable(register: Register) -> list[str]:
    """Columns by which the list may be ordered: stored in the row and comparable."""
    kept = []
    for name in register.columns:
        field = register.model._meta.get_field(name)
        if not isinstance(field, models.ForeignKey | models.JSONField | models.TextField):
            kept.append(name)
    return kept


def order_of(register: Register, asked: str) -> str:
    """The asked order where the list has such a column, else the register's own."""
    return (
        asked
        if asked.lstrip("-") in sortable(register) and asked.count("-") < 2
        else register.order
    )


def _columns(register: Register, order: str) -> list[Column]:
    columns, may_sort = [], sortable(register)
    for name in register.columns:
        direction = ""
        if order.lstrip("-") == name:
            direction = "descending" if order.startswith("-") else "ascending"
        following = f"-{name}" if direction == "ascending" else name
        field = register.model._meta.get_field(name)
        columns.append(
            Column(
                register.label(name),
                sort=following if name in may_sort else "",
                sorted=direction,
                numeric=is_numeric(field),  # type: ignore[arg-type]
            )
        )
    return columns


def list_screen(request: HttpRequest, register: Register) -> HttpResponse:
    """GET /<app>/<collection>/"""
    actor = actor_of(request)
    values = request.GET
    rows = filtering.narrowed(register, actor, rows_for(register, actor), values)
    rows = rows.select_related(*related_names(register.model, register.columns))
    order = order_of(register, values.get("sort", ""))
    page = keyset_page(
        rows, order=order, after=values.get("after", ""), before=values.get("before", "")
    )
    table = Table(register.title, _columns(register, order))
    for record in page:
        cells = [Cell(field_text(record, name)) for name in register.columns]
        if not str(cells[0].value):
            cells[0].value = record.key
        table.add(*cells, href=record_address(record))
    drawn = filtering.controls(register, actor, values)
    base = collection_address(register)
    may_change = register.change is not None and register.change.is_possible(actor)
    kept = request.GET.copy()
    for name in ("after", "before", "sort"):
        kept.pop(name, None)
    context = {
        "register": register,
        "title": register.title,
        "lead": register.help,
        "table": table,
        "page": page,
        "controls": drawn,
        "chips": filtering.chips(register, values, drawn),
        "base": base,
        "exports": f"?{kept.urlencode()}" if kept else "",
        "sort": values.get("sort", ""),
        "may_change": may_change,
        "crumbs": [(register.title, "")],
    }
    return render(request, "guanggu/list.html", context)
