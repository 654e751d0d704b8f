"""Writing a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.identity.public import Organisation, actor_of, get

from ..actions import change_draft, create_draft, submit_draft
from ..models import OfficialDocument
from ..queries import EDIT_OFFICIAL
from ..rules import INTERNAL, KINDS, OUTGOING, RETENTIONS, URGENCIES, VARIANTS

_LISTS = ("addressees", "copied_to", "cosigners")


class DraftForm(forms.Form):
    """The organisations are given when the form is made: the tree changes while the server runs."""

    kind = forms.ChoiceField(
        label=T("公文类别", "Kind"), widget=forms.RadioSelect,
        choices=[(code, KINDS[code]) for code in (OUTGOING, INTERNAL)], initial=OUTGOING,
    )  # fmt: skip
    title = forms.CharField(
        label=T("标题", "Title"), max_length=200,
        help_text=T("例如：关于印发××管理办法的通知", "For example: Notice on issuing the rules of ×"),
    )  # fmt: skip
    issuer = forms.ChoiceField(
        label=T("发文机关", "Issued by"), required=False,
        help_text=T("本单位，或代上级机关拟稿", "Your organisation, or one above it"),
    )  # fmt: skip
    word = forms.CharField(
        label=T("发文机关代字", "Document word"), max_length=16, required=False,
        help_text=T("用于发文字号，例如“武新管”", "Used in the number, such as 武新管"),
    )  # fmt: skip
    variant = forms.ChoiceField(label=T("版式", "Layout"), choices=list(VARIANTS.items()))
    urgency = forms.ChoiceField(
        label=T("紧急程度", "Urgency"), choices=list(URGENCIES.items()), required=False
    )
    body = forms.CharField(
        label=T("正文（每段一行）", "Text, a paragraph a line"), widget=forms.Textarea,
        max_length=100_000, required=False,
    )  # fmt: skip
    attachments = forms.CharField(
        label=T("附件说明（每件一行）", "Attachments, one a line"), widget=forms.Textarea,
        max_length=2000, required=False,
    )  # fmt: skip
    remark = forms.CharField(
        label=T("附注", "Remark"), max_length=200, required=False,
        help_text=T("例如：此件公开发布", "For example: for public release"),
    )  # fmt: skip
    retention = forms.ChoiceField(
        label=T("保管期限", "Retention"), choices=list(RETENTIONS.items()), initial="10_years"
    )
    addressees = forms.MultipleChoiceField(
        label=T("主送机关", "Addressees"), widget=forms.CheckboxSelectMultiple, required=False
    )
    copied_to = forms.MultipleChoiceField(
        label=T("抄送机关", "Copied to"), widget=forms.CheckboxSelectMultiple, required=False
    )
    cosigners = forms.MultipleChoiceField(
        label=T("会签单位", "Countersigners"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, own: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = [int(part) for part in own.path.split("/") if part]
        bodies = Organisation.objects.filter(pk__in=above).order_by("-path")
        self.fields["issuer"].choices = [  # type: ignore[attr-defined]
            (body.code, body.title) for body in bodies
        ]
        rows = Organisation.objects.filter(is_active=True).order_by("path", "code")
        choices = [(row.code, row.title) for row in rows]
        for name in _LISTS:
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name != "kind"}
        given["attachments"] = [a.strip() for a in given["attachments"].splitlines() if a.strip()]
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def new_page(request: HttpRequest) -> HttpResponse:
    """GET, POST /office/documents/new/"""
    actor = actor_of(request)
    if actor.kind != "official" or not actor.has("draft") or not actor.organisation:
        raise Forbidden(T("请切换到拟稿岗位。", "Switch to a post that drafts documents."))
    own = Organisation.objects.get(pk=actor.organisation)
    initial = {"word": own.document_word, "issuer": own.code}
    form = DraftForm(request.POST or None, own=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            kind = form.cleaned_data["kind"]
            answer = create_draft(actor, key=_key(request), kind=kind, values=form.values())
            return _after_saving(request, answer["key"])
        except Invalid as problem:
            _show(form, problem)
    return _page(request, form, T("拟稿", "Draft a document"), "/office/")


@require_http_methods(["GET", "HEAD", "POST"])
def change_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /office/documents/<key>/change/"""
    actor = actor_of(request)
    row = get(actor, OfficialDocument, EDIT_OFFICIAL, key=key)
    initial = {name: getattr(row, name) for name in DraftForm.base_fields}
    initial["attachments"] = "\n".join(row.attachments)
    initial["issuer"] = (row.issuer or row.organisation).code
    form = DraftForm(request.POST or None, own=row.organisation, initial=initial)
    form.fields.pop("kind")
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            change_draft(
                actor, key=_key(request), document=key, values=form.values(),
                version=int(version) if version.isdecimal() and len(version) < 9 else row.version,
            )  # fmt: skip
            return _after_saving(request, key)
        except Invalid as problem:
            _show(form, problem)
    return _page(request, form, row.title, f"/office/documents/{key}/", version=row.version)


def _key(request: HttpRequest) -> str | None:
    return request.POST.get("request_key", "")[:48] or None


def _after_saving(request: HttpRequest, key: str) -> HttpResponse:
    if "submit_now" not in request.POST:
        messages.success(request, str(T("草稿已保存。", "The draft is saved.")))
        return redirect("office:document", key=key)
    try:
        request_key = _key(request)
        submit_draft(actor_of(request), key=request_key and f"{request_key}:submit", document=key)
        messages.success(request, str(T("已送审。", "Sent to review.")))
    except Invalid as problem:
        for text in problem.fields.values():
            messages.error(request, str(text))
    return redirect("office:document", key=key)


def _show(form: DraftForm, problem: Invalid) -> None:
    for name, text in (problem.fields or {"": problem.message}).items():
        form.add_error(name if name in form.fields else None, str(text))


def _page(
    request: HttpRequest, form: DraftForm, title: Any, back: str, version: int = 0
) -> HttpResponse:
    return render(
        request,
        "office/draft.html",
        {
            "form": form, "title": title, "back": back, "version": version,
            "plain": [form[name] for name in form.fields if name not in _LISTS],
            "lists": [form[name] for name in _LISTS],
            "crumbs": [(T("公文办公", "Office"), "/office/"), (title, "")],
        },
    )  # fmt: skip
