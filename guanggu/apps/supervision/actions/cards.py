"""Issuing, answering and settling cards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Conflict, Invalid, Problem
from guanggu.kernel.identity.public import get, permission
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import ANSWERED, LIFTED, UPHELD, Card
from ..queries.scopes import cards_to_answer, cards_to_settle
from ..rules import RULES, Breach

ANSWER_WORKING_DAYS = 3
_LETTERS = {"yellow": "HP", "red": "RP"}  # 黄牌, 红牌

SEE_TO_ANSWER = permission("supervision.answer_card", scope=cards_to_answer)
SEE_TO_SETTLE = permission("supervision.settle_card", scope=cards_to_settle)

_NO_TEXT = T("请填写内容（不超过2000字）。", "Write something, at most 2,000 characters.")
_SETTLED = T("该牌件已核定，不能再答复。", "This card is settled; it takes no more answers.")
_NOT_ANSWERED = T("该牌件已核定。", "This card is settled already.")


def issue_card(
    breach: Breach, case: Any, *, at: datetime, post: str = "", person: str = ""
) -> bool:
    """Issue the card of a breach once; answers False where it stands already.

    case: a WatchedCase. Runs inside the subscriber's transaction, so a re-read event adds nothing.
    """
    known = Card.objects.filter(
        log=case.log, number=case.number, rule=breach.rule, mark=breach.mark[:120]
    )
    if known.exists():
        return False
    rule = RULES[breach.rule]
    card = Card(
        key=_next_key(rule.colour, at), source="supervision", colour=rule.colour, rule=rule.code,
        mark=breach.mark[:120], log=case.log, number=case.number, title=case.title,
        organisation=case.organisation, organisation_name=case.organisation_name, post=post,
        person=person, step=breach.step, detail=breach.detail[:300], issued_at=at,
        answer_due_on=_answer_due(at),
    )  # fmt: skip
    save_record(
        platform("supervision"), card, "supervision.card_issued",
        rule=rule.code, colour=rule.colour, case=case.number, organisation=case.organisation,
        log=case.log.code,
    )  # fmt: skip
    return True


def _answer_due(at: datetime) -> Any:
    """None in a year whose working days are not announced: no date is better than a wrong one."""
    try:
        return working_calendar().add_working_days(clock.local(at).date(), ANSWER_WORKING_DAYS)
    except Problem:
        return None


def _next_key(colour: str, at: datetime) -> str:
    prefix = f"{_LETTERS[colour]}{clock.local(at).year}-"
    last = Card.objects.filter(key__startswith=prefix).aggregate(last=Max("key"))["last"]
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:06d}"


def _may_answer(actor: Actor, /, card: str, **_: Any) -> bool:
    return bool(get(actor, Card, SEE_TO_ANSWER, key=card))


def _may_settle(actor: Actor, /, card: str, **_: Any) -> bool:
    return bool(get(actor, Card, SEE_TO_SETTLE, key=card))


def _text(text: str, field: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= 2000:
        raise Invalid(_NO_TEXT, fields={field: _NO_TEXT})
    return text


@action("supervision.answer_card", allows=_may_answer, title=T("答复牌件", "Answer a card"))
def answer_card(actor: Actor, *, card: str, answer: str) -> dict[str, Any]:
    """The department explains itself. Raises Conflict once the card is settled."""
    row = Card.objects.select_for_update(of=("self",)).get(key=card)
    if row.state in (UPHELD, LIFTED):
        raise Conflict(_SETTLED)
    row.answer, row.state = _text(answer, "answer"), ANSWERED
    row.answered_at, row.answered_by = clock.now(), actor.name[:80]
    save_record(actor, row, "supervision.card_answered", organisation=row.organisation)
    return {"card": card}


@action("supervision.settle_card", allows=_may_settle, title=T("核定牌件", "Settle a card"))
def settle_card(actor: Actor, *, card: str, outcome: str, opinion: str) -> dict[str, Any]:
    """Supervision upholds ("upheld") or lifts ("lifted") the card with its opinion."""
    if outcome not in (UPHELD, LIFTED):
        message = T("请选择维持或撤销。", "Choose to uphold or to lift.")
        raise Invalid(message, fields={"outcome": message})
    row = Card.objects.select_for_update(of=("self",)).get(key=card)
    if row.state in (UPHELD, LIFTED):
        raise Conflict(_NOT_ANSWERED)
    row.settlement, row.state = _text(opinion, "opinion"), outcome
    row.settled_at, row.settled_by = clock.now(), actor.name[:80]
    save_record(
        actor, row, "supervision.card_settled", outcome=outcome, organisation=row.organisation
    )
    return {"card": card, "outcome": outcome}
