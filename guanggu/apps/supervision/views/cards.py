"""One card: why it was issued, the answer, the settlement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.identity.public import actor_of, get, may_reach
from guanggu.kernel.journal.public import history
from guanggu.web.event_words import entries_of

from ..actions import answer_card, settle_card
from ..actions.cards import SEE_TO_ANSWER, SEE_TO_SETTLE
from ..models import ANSWERED, CARD_STATES, ISSUED, LIFTED, UPHELD, Card
from ..queries.scopes import VIEW_CARDS
from ..rules import COLOURS, RULES
from .overview import STATE_TONES, TONES


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=T("答复（说明原因和整改措施）", "Answer: the reason, and what was done about it"),
        widget=forms.Textarea, max_length=2000,
    )  # fmt: skip


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(
        label=T("核定结论", "Settlement"), widget=forms.RadioSelect,
        choices=[(UPHELD, T("维持牌件", "Uphold")), (LIFTED, T("撤销牌件", "Lift"))],
    )  # fmt: skip
    opinion = forms.CharField(
        label=T("核定意见", "Opinion"), widget=forms.Textarea, max_length=2000
    )


@require_http_methods(["GET", "HEAD", "POST"])
def card_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET, POST /supervision/cards/<key>/ – POST with ``do`` = answer or settle."""
    actor = actor_of(request)
    card = get(actor, Card.objects.select_related("log"), VIEW_CARDS, key=key)
    asked = request.POST.get("do", "")
    answer = AnswerForm(request.POST if asked == "answer" else None)
    settle = SettleForm(request.POST if asked == "settle" else None)
    for form, action in ((answer, answer_card), (settle, settle_card)):
        if form.is_valid() and _tried(request, form, action, card=key, **form.cleaned_data):
            return redirect("supervision:card", key=key)
    is_open = card.state in (ISSUED, ANSWERED)
    return render(
        request,
        "supervision/card.html",
        {
            "card": card,
            "rule": RULES[card.rule],
            "colour": COLOURS[card.colour],
            "tone": TONES[card.colour],
            "state": CARD_STATES[card.state],
            "state_tone": STATE_TONES[card.state],
            "rows": _rows(card),
            "entries": entries_of(history(card.ref)),
            "answer_form": answer if is_open and may_reach(actor, card, SEE_TO_ANSWER) else None,
            "settle_form": settle if is_open and may_reach(actor, card, SEE_TO_SETTLE) else None,
            "crumbs": [(T("电子监察", "Supervision"), "/supervision/"), (card.key, "")],
        },
    )


def _tried(request: HttpRequest, form: forms.Form, action: Any, **arguments: Any) -> bool:
    key = request.POST.get("request_key", "")[:64] or None
    try:
        action(actor_of(request), key=key, **arguments)
    except Invalid as problem:
        for field, message in problem.fields.items():
            form.add_error(field if field in form.fields else None, str(message))
        return False
    messages.success(request, str(T("已记录。", "Recorded.")))
    return True


def _rows(card: Card) -> list[tuple[Any, Any]]:
    from guanggu.web.templatetags.guanggu import day, instant

    rule = RULES[card.rule]
    rows = [
        (T("触发规则", "Rule"), rule.title),
        (T("依据", "Basis"), rule.basis),
        (T("来源系统", "System"), card.log.name),
        (T("办件", "Case"), f"{card.number} {card.title}".strip()),
        (T("责任单位", "Department"), card.organisation_name or card.organisation),
        (T("责任人", "Person"), card.person),
        (T("环节", "Step"), card.step),
        (T("情况", "Detail"), card.detail),
        (T("发牌时间", "Issued"), instant(card.issued_at)),
        (T("答复期限", "Answer due"), day(card.answer_due_on)),
        (T("答复", "Answer"), card.answer),
        (T("答复人", "Answered by"), card.answered_by),
        (T("核定意见", "Settlement"), card.settlement),
        (T("核定人", "Settled by"), card.settled_by),
    ]
    return [(label, value) for label, value in rows if value]
