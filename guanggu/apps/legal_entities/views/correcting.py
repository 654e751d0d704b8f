"""Correcting an entity by hand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import actor_of, demand, get
from guanggu.web.screens.editing import request_key_of

from ..actions import correct_entity
from ..models import LegalEntity
from ..queries import MAINTAIN, VIEW_ENTITIES, canonical_key
from ..rules import FIELDS
from .words import HOME_CRUMB, entity_page


def _correction_form() -> type[forms.Form]:
    """A field for each value of the register, choices where it has them."""
    fields: dict[str, forms.Field] = {}
    for name in FIELDS:
        field = LegalEntity._meta.get_field(name)
        label = field.verbose_name
        if getattr(field, "choices", None):
            fields[name] = forms.ChoiceField(label=label, choices=field.choices)
        elif name == "scope":
            fields[name] = forms.CharField(label=label, required=False, widget=forms.Textarea)
        else:
            fields[name] = forms.CharField(label=label, required=False, max_length=300)
    fields["reason"] = forms.CharField(label=T("更正理由", "Reason"), max_length=400)
    return type("CorrectionForm", (forms.Form,), fields)


CorrectionForm = _correction_form()


def _blame(form: forms.Form, problem: Invalid) -> None:
    for name, text in (problem.fields or {"": problem.message}).items():
        form.add_error(name if name in form.fields else None, str(text))


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: str) -> HttpResponse:
    """Set values by hand, with a reason; only what was changed is sent."""
    actor = actor_of(request)
    demand(actor, MAINTAIN)
    entity = get(actor, LegalEntity, VIEW_ENTITIES, key=canonical_key(key))
    now = {name: _written(entity, name) for name in FIELDS}
    form = CorrectionForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        values = {n: sent[n].strip() for n in FIELDS if sent[n].strip() != now[n]}
        version = request.POST.get("version", "")
        try:
            correct_entity(
                actor, key=request_key_of(request), entity=entity.key, values=values,
                version=int(version) if version.isdecimal() and len(version) < 9 else 0,
                reason=sent["reason"],
            )  # fmt: skip
            messages.success(request, T("更正已保存。", "The correction is saved."))
            return HttpResponseRedirect(entity_page(entity.key))
        except Invalid as problem:
            _blame(form, problem)
    context = {
        "title": T("更正：", "Correct: ") + entity.name,
        "lead": T(
            "更正优先于各来源；清空某项即撤销该项更正，恢复采用来源内容。",
            "A correction is believed before the sources; clear a field to believe them again.",
        ),
        "form": form,
        "version": entity.version,
        "submit_label": T("保存更正", "Save the correction"),
        "back": entity_page(entity.key),
        "crumbs": [HOME_CRUMB, (entity.name, entity_page(entity.key)), (T("更正", "Correct"), "")],
    }
    return render(
        request, "legal_entities/correct.html", context, status=422 if form.errors else 200
    )


def _written(entity: LegalEntity, name: str) -> str:
    value = getattr(entity, name)
    if value is None:
        return ""
    if name == "park":
        return value.code
    return format(value.normalize(), "f") if name == "registered_capital" else str(value)
