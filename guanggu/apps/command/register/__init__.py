"""Shifts, log entries and orders as registers, the ways in, and the words of the events."""

from guanggu.base.bilingual import T
from guanggu.base.ids import readable_code
from guanggu.kernel.register.public import Register, Section, register
from guanggu.web import addresses, event_words, navigation

from ..models import CommandOrder, DutyEntry, DutyShift
from ..queries.scopes import (
    PLAN_SHIFTS,
    VIEW_ENTRIES,
    VIEW_ORDERS,
    VIEW_SHIFTS,
    is_official,
    keeps_desk,
)

navigation.area("command", T("值守指挥", "Command"), 51)

register(
    Register(
        model=DutyShift,
        title=T("值班安排", "Duty roster"),
        one=T("值班班次", "Shift"),
        view=VIEW_SHIFTS,
        change=PLAN_SHIFTS,
        columns=("on", "turn", "organisation", "leader_name", "members", "officer_name", "state"),
        filters=("turn", "state"),
        sections=(
            Section(
                T("班次", "Shift"),
                ("organisation", "on", "turn", "starts_at", "ends_at", "leader_name", "members",
                 "phone", "is_sample"),
            ),
        ),
        search=("key", "members", "leader_name"),
        order="-on",
        new_key=lambda shift: f"DS-{readable_code(8)}",
        help=T(
            "排班可从表格批量导入；到岗、交班、接班在值班台办理，办理后的班次不再修改。",
            "The roster can be imported from a sheet. Shifts begin and are handed over at the "
            "duty desk and are not changed afterwards.",
        ),
        extra={"area": "command", "order": 30},
    )
)  # fmt: skip
register(
    Register(
        model=DutyEntry,
        title=T("值班日志", "Duty log"),
        one=T("日志记录", "Log entry"),
        view=VIEW_ENTRIES,
        columns=("at", "kind", "text", "writer_name"),
        filters=("kind",),
        sections=(
            Section(
                T("记录", "Entry"),
                ("shift", "at", "kind", "text", "subject", "writer_name", "amends", "is_sample"),
            ),
        ),
        search=("key", "text"),
        order="-at",
        extra={"area": "command", "order": 31},
    )
)
register(
    Register(
        model=CommandOrder,
        title=T("调度指令", "Orders"),
        one=T("调度指令", "Order"),
        view=VIEW_ORDERS,
        columns=("key", "title", "urgency", "organisation", "given_at", "answer_by", "state"),
        filters=("urgency", "state"),
        sections=(
            Section(
                T("指令", "Order"),
                ("title", "content", "urgency", "issuer", "organisation", "subject", "given_at",
                 "given_by_name", "answer_by", "is_sample"),
            ),
            Section(T("办理", "Handling"), ("case_number", "state", "outcome", "closed_at")),
        ),
        search=("key", "title", "case_number"),
        order="-given_at",
        extra={"area": "command", "order": 32},
    )
)  # fmt: skip

addresses.declare("duty_shifts", "/command/shifts/{key}/")
addresses.declare("command_orders", "/command/orders/{key}/")
navigation.entry("command", T("综合大屏", "Live wall"), "/command/wall/", order=10,
                 allows=is_official)  # fmt: skip
navigation.entry("command", T("值班台", "Duty desk"), "/command/", order=20, allows=is_official)
navigation.entry("work", T("值班台", "Duty desk"), "/command/", order=65, allows=keeps_desk)
for _kind, _title, _tone in (
    ("command.shift_begun", T("到岗值班", "On duty"), "ok"),
    ("command.entry_written", T("记入值班日志", "Written into the log"), ""),
    ("command.shift_handed_over", T("交班签字", "Signed and handed over"), ""),
    ("command.shift_taken_over", T("接班签字", "Signed and taken over"), "ok"),
    ("command.order_given", T("下达调度指令", "Order given"), "warn"),
    ("command.order_assigned", T("指令转办", "Order on its way"), ""),
    ("command.order_closed", T("指令办结", "Order closed"), "ok"),
    ("command.sample_laid", T("导入示例班次", "Laid the sample"), ""),
):
    event_words.say(_kind, _title, _tone)
