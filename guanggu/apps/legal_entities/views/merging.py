"""Joining entities by hand, and undoing it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.web.screens.editing import request_key_of

from ..actions import merge_entities, split_entity
from ..models import LegalEntity, Merge
from ..queries import MAINTAIN, VIEW_ENTITIES, VIEW_SOURCES, canonical_key
from .words import HOME_CRUMB, ReasonForm, entity_page


class MergeForm(ReasonForm):
    other = forms.CharField(
        label=T("并入的法人代码", "Key of the entity to join into this one"), max_length=64
    )
    field_order = ("other", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, key: str) -> HttpResponse:
    """Join another entity into this one, by hand."""
    actor = actor_of(request)
    demand(actor, MAINTAIN)
    entity = get(actor, LegalEntity, VIEW_ENTITIES, key=canonical_key(key))
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        merge_entities(
            actor, key=request_key_of(request), keep=entity.key,
            absorb=form.cleaned_data["other"].strip(), reason=form.cleaned_data["reason"],
        )  # fmt: skip
        messages.success(
            request, T("已归并，可随时拆分。", "Joined; it can be undone at any time.")
        )
        return HttpResponseRedirect(entity_page(entity.key))
    context = {
        "title": T("归并到：", "Join into: ") + entity.name,
        "form": form,
        "submit_label": T("归并", "Join"),
        "back": entity_page(entity.key),
        "crumbs": [HOME_CRUMB, (entity.name, entity_page(entity.key)), (T("归并", "Join"), "")],
    }
    return render(request, "guanggu/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, key: str) -> HttpResponse:
    """Undo a merge."""
    actor = actor_of(request)
    demand(actor, MAINTAIN)
    found = get(actor, Merge, VIEW_SOURCES, key=key)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = split_entity(
            actor, key=request_key_of(request), merge=key, reason=form.cleaned_data["reason"]
        )
        messages.success(
            request, T("已拆分，两个法人各自独立。", "Undone; both stand by themselves.")
        )
        return HttpResponseRedirect(entity_page(answer["key"]))
    context = {
        "title": T("拆分归并", "Undo a merge"),
        "lead": T(
            "{} 将从 {} 中拆出，恢复为独立法人。", "{} leaves {} and stands by itself again."
        ).format(f"{found.absorbed_name}({found.absorbed})", found.kept),
        "form": form,
        "submit_label": T("拆分", "Undo"),
        "back": entity_page(found.kept),
        "crumbs": [HOME_CRUMB, (T("拆分归并", "Undo a merge"), "")],
    }
    return render(request, "guanggu/form.html", context, status=422 if form.errors else 200)
