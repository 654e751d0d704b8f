"""The first page: what is late, which cards wait for whom."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of, demand, visible
from guanggu.web.table import Cell, Column, Table

from ..models import ANSWERED, CARD_STATES, ISSUED, Card, EventLog, WatchedCase
from ..queries.scopes import VIEW_CARDS, VIEW_WATCHED, may_supervise
from ..rules import COLOURS, RULES

TONES = {"yellow": "warn", "red": "bad"}
STATE_TONES = {"issued": "bad", "answered": "warn", "upheld": "", "lifted": "quiet"}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET /supervision/"""
    actor = actor_of(request)
    demand(actor, VIEW_CARDS)
    cards = visible(actor, Card.objects.all(), VIEW_CARDS)
    cases = visible(actor, WatchedCase.objects.all(), VIEW_WATCHED)
    return render(
        request,
        "supervision/overview.html",
        {
            "tiles": _tiles(cards, cases),
            "rules": _by_rule(cards),
            "latest": card_table(cards.select_related("log").order_by("-issued_at")[:15]),
            "logs": EventLog.objects.order_by("pk") if may_supervise(actor) else [],
            "may_supervise": may_supervise(actor),
        },
    )


def _tiles(cards: Any, cases: Any) -> list[dict[str, Any]]:
    now = clock.now()
    own = cases.filter(log__code="guanggu").aggregate(
        open=Count("id", filter=Q(closed_at__isnull=True)),
        late=Count("id", filter=Q(closed_at__isnull=True, due_at__lt=now)),
        closed=Count("id", filter=Q(closed_at__isnull=False)),
    )
    waiting = cards.filter(state=ISSUED).count()
    base = "/supervision/supervision_cards/"
    return [
        {"label": T("在办件", "Open cases"), "value": own["open"]},
        {"label": T("已办结", "Closed"), "value": own["closed"]},
        {"label": T("超期在办", "Open and overdue"), "value": own["late"],
         "tone": "bad" if own["late"] else "ok"},
        {"label": T("待答复牌件", "Cards to answer"), "value": waiting,
         "tone": "warn" if waiting else "ok", "href": f"{base}?state={ISSUED}"},
        {"label": T("待核定牌件", "Cards to settle"),
         "value": cards.filter(state=ANSWERED).count(), "href": f"{base}?state={ANSWERED}"},
    ]  # fmt: skip


def _by_rule(cards: Any) -> Table:
    counts = {row["rule"]: row for row in cards.values("rule").annotate(
        all=Count("id"), waiting=Count("id", filter=Q(state=ISSUED)))}  # fmt: skip
    table = Table(
        T("按规则统计", "Cards by rule"),
        [
            Column(T("规则", "Rule")), Column(T("牌别", "Card")), Column(T("依据", "Basis")),
            Column(T("发牌", "Issued"), numeric=True), Column(T("待答复", "Waiting"), numeric=True),
        ],
    )  # fmt: skip
    for rule in RULES.values():
        row = counts.get(rule.code, {"all": 0, "waiting": 0})
        table.add(
            rule.title, Cell(COLOURS[rule.colour], tone=TONES[rule.colour]), rule.basis,
            row["all"], row["waiting"],
            href=f"/supervision/supervision_cards/?rule={rule.code}",
        )  # fmt: skip
    return table


def card_table(cards: Any) -> Table:
    table = Table(
        T("最新牌件", "Latest cards"),
        [
            Column(T("编号", "Number")), Column(T("牌别", "Card")), Column(T("规则", "Rule")),
            Column(T("办件", "Case")), Column(T("责任单位", "Department")),
            Column(T("责任人", "Person")), Column(T("发牌时间", "Issued")),
            Column(T("状态", "State")),
        ],
    )  # fmt: skip
    for card in cards:
        table.add(
            card.key, Cell(COLOURS[card.colour], tone=TONES[card.colour]), RULES[card.rule].title,
            card.number, card.organisation_name or card.log.name, card.person,
            clock.local(card.issued_at).strftime("%Y-%m-%d %H:%M"),
            Cell(CARD_STATES[card.state], tone=STATE_TONES[card.state] or "ok"),
            href=f"/supervision/cards/{card.key}/",
        )  # fmt: skip
    return table
