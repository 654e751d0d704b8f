"""The cards as a register: list, filters, export and REST follow."""

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Register, Section, register
from guanggu.web import addresses, event_words, navigation

from .models import Card, FollowUp
from .queries.scopes import VIEW_CARDS, VIEW_FOLLOW_UPS, may_supervise

CARDS = register(
    Register(
        model=Card,
        title=T("黄牌红牌", "Cards"),
        one=T("牌件", "Card"),
        view=VIEW_CARDS,
        columns=(
            "key", "colour", "rule", "number", "organisation_name", "person", "issued_at", "state",
        ),
        filters=("colour", "rule", "state"),
        sections=(
            Section(
                T("牌件", "Card"),
                ("colour", "rule", "number", "title", "organisation_name", "person", "step",
                 "detail", "issued_at", "answer_due_on", "state"),
            ),
            Section(
                T("答复与核定", "Answer and settlement"),
                ("answer", "answered_at", "answered_by", "settlement", "settled_at", "settled_by"),
            ),
        ),
        search=("key", "number", "title", "organisation_name", "person"),
        scopes=lambda card: ("role:supervise",),
        order="-issued_at",
        extra={"area": "supervision", "order": 20},
    )
)  # fmt: skip

register(
    Register(
        model=FollowUp,
        title=T("督办件台账", "Register of follow-ups"),
        one=T("督办件", "Follow-up"),
        view=VIEW_FOLLOW_UPS,
        columns=("key", "title", "organisation_name", "due_on", "case_number", "state"),
        filters=("state",),
        sections=(
            Section(
                T("督办件", "Follow-up"),
                (
                    "subject",
                    "title",
                    "detail",
                    "organisation_name",
                    "post",
                    "due_on",
                    "opened_at",
                    "case_number",
                    "state",
                    "closed_at",
                ),
            ),
        ),
        search=("key", "title", "case_number", "organisation_name"),
        scopes=lambda row: ("role:supervise",),
        order="-opened_at",
        in_menu=False,
        extra={"area": "supervision"},
    )
)

addresses.declare("supervision_follow_ups", "/supervision/follow-ups/{key}/")
addresses.declare("supervision_cards", "/supervision/cards/{key}/")
navigation.entry(
    "supervision", T("监察总览", "Overview"), "/supervision/", order=10,
    allows=VIEW_CARDS.is_possible,
)  # fmt: skip
navigation.entry(
    "supervision", T("督办件", "Follow-ups"), "/supervision/follow-ups/", order=25,
    allows=VIEW_FOLLOW_UPS.is_possible,
)  # fmt: skip
navigation.entry(
    "supervision", T("绩效评分", "Performance"), "/supervision/scores/", order=30,
    allows=may_supervise,
)  # fmt: skip
navigation.entry(
    "supervision", T("被监察系统与流程图", "Systems and process maps"), "/supervision/logs/",
    order=40, allows=may_supervise,
)  # fmt: skip
navigation.entry(
    "supervision", T("防篡改证明", "Proof of integrity"), "/supervision/integrity/", order=50,
    allows=lambda actor: may_supervise(actor) or actor.has("audit"),
)  # fmt: skip
for kind, title, tone in (
    ("supervision.card_issued", T("发出牌件", "Card issued"), "bad"),
    ("supervision.card_answered", T("单位答复", "Answered by the department"), "warn"),
    ("supervision.card_settled", T("监察核定", "Settled by supervision"), "ok"),
    ("supervision.follow_up_opened", T("督办立案", "Follow-up opened"), "bad"),
    ("supervision.follow_up_closed", T("督办销号", "Follow-up closed"), "ok"),
    ("supervision.log_imported", T("导入外部日志", "Log imported"), ""),
):
    event_words.say(kind, title, tone)
