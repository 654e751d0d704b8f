"""行政许可法 (Administrative Licensing Law of 2003, amended 2019): its limits as data and rules.

All limits are working days (第八十二条). Clauses are cited beside each rule; where another law sets
another limit for an item, the item's own limit holds (第四十二条 但书).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guanggu.base.bilingual import T
from guanggu.base.calendar import WorkingCalendar
from guanggu.base.errors import Invalid
from guanggu.base.limit_clock import STATES, Clock, Pause, State

__all__ = [
    "DECISION",
    "DELIVERY",
    "EXCLUDED_TIMES",
    "FIRST_REVIEW",
    "HEARING_HELD",
    "HEARING_NOTICE_DAYS",
    "HEARING_REQUEST",
    "INSPECTORS_NAMED",
    "JOINT_DECISION",
    "LIMITS",
    "ONE_TIME_NOTICE",
    "RENEWAL_NOTICE_DAYS",
    "STAGES",
    "STATES",
    "Clock",
    "Limit",
    "Pause",
    "State",
    "check_excluded_time",
    "check_promised",
    "deemed_accepted_on",
    "hearing_earliest_on",
]


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the law: ``days`` working days, ``extension_days`` more with ``approver``."""

    code: str
    title: T
    days: int
    clause: T
    extension_days: int = 0
    approver: T | None = None

    def start(
        self, started_on: date, *, days: int | None = None, extension_days: int | None = None
    ) -> Clock:
        """A clock of this limit; ``days`` of an item or a promise may be shorter, never longer.

        An item whose own law sets a longer limit is started with ``Clock`` itself.
        """
        if days is not None:
            check_promised(days, self.days)
        extension = self.extension_days if extension_days is None else extension_days
        if not 0 <= extension <= self.extension_days:
            raise Invalid(
                T(
                    "延长期限依法最多 {most} 个工作日。", "The law allows {most} more days at most."
                ).format(most=self.extension_days)
            )
        return Clock(self.days if days is None else days, started_on, extension)


ONE_TIME_NOTICE = Limit(
    "one_time_notice",
    T("一次告知补正", "One-time notice of what is missing"),
    5,
    T("第三十二条第一款第（四）项", "Article 32(1)(4)"),
)
DECISION = Limit(
    "decision",
    T("作出许可决定", "Decision"),
    20,
    T("第四十二条第一款", "Article 42(1)"),
    10,
    T("本行政机关负责人", "Head of the deciding organ"),
)
JOINT_DECISION = Limit(
    "joint_decision",
    T("统一、联合、集中办理", "Joint handling"),
    45,
    T("第四十二条第二款", "Article 42(2)"),
    15,
    T("本级人民政府负责人", "Head of the government of that level"),
)
FIRST_REVIEW = Limit(
    "first_review",
    T("下级机关初审", "Review by the lower organ"),
    20,
    T("第四十三条", "Article 43"),
)
DELIVERY = Limit(
    "delivery",
    T("颁发、送达证件", "Delivery of the certificate"),
    10,
    T("第四十四条", "Article 44"),
)
HEARING_REQUEST = Limit(
    "hearing_request",
    T("提出听证申请", "Request of a hearing"),
    5,
    T("第四十七条第一款", "Article 47(1)"),
)
HEARING_HELD = Limit(
    "hearing_held", T("组织听证", "Hearing held"), 20, T("第四十七条第一款", "Article 47(1)")
)
INSPECTORS_NAMED = Limit(
    "inspectors_named",
    T("指派人员检验、检测、检疫", "Inspectors named"),
    5,
    T("第五十五条第二款", "Article 55(2)"),
)
LIMITS: dict[str, Limit] = {
    limit.code: limit
    for limit in (
        ONE_TIME_NOTICE,
        DECISION,
        JOINT_DECISION,
        FIRST_REVIEW,
        DELIVERY,
        HEARING_REQUEST,
        HEARING_HELD,
        INSPECTORS_NAMED,
    )
}

HEARING_NOTICE_DAYS = 7  # 第四十八条第一款第（一）项: time and place told seven days before
RENEWAL_NOTICE_DAYS = 30  # 第五十条: renewal asked for thirty days before the permit expires

# 第四十五条: time needed for these is left out, and the applicant is told in writing how long.
EXCLUDED_TIMES: dict[str, T] = {
    "hearing": T("听证", "Hearing"),
    "bidding": T("招标", "Bidding"),
    "auction": T("拍卖", "Auction"),
    "inspection": T("检验", "Inspection"),
    "testing": T("检测", "Testing"),
    "quarantine": T("检疫", "Quarantine"),
    "appraisal": T("鉴定", "Appraisal"),
    "expert_review": T("专家评审", "Expert review"),
}

# The order of handling: receipt and acceptance 第三十二条, review 第三十四条, decision 第三十八条,
# delivery 第四十四条.
STAGES: dict[str, T] = {
    "receipt": T("收件", "Receipt"),
    "acceptance": T("受理", "Acceptance"),
    "review": T("审查", "Review"),
    "decision": T("决定", "Decision"),
    "delivery": T("送达", "Delivery"),
}


def check_excluded_time(reason: str) -> T:
    """The title of a reason of 第四十五条; raises Invalid for a reason the law does not know."""
    if reason not in EXCLUDED_TIMES:
        choices = T(
            "、".join(title.zh for title in EXCLUDED_TIMES.values()),
            ", ".join(title.en.lower() for title in EXCLUDED_TIMES.values()),
        )
        message = T(
            "不计入办理期限的时间仅限：{choices}（行政许可法第四十五条）。",
            "Only these are left out of the limit: {choices} (Administrative Licensing Law, 45).",
        ).format(choices=choices)
        raise Invalid(message, fields={"reason": message})
    return EXCLUDED_TIMES[reason]


def check_promised(promised_days: int, statutory_days: int) -> None:
    """A promised limit is never above the statutory one nor negative; raises Invalid.

    0 stands for a matter settled on the spot (即办件).
    """
    if not 0 <= promised_days <= statutory_days:
        message = T(
            "承诺时限 {promised} 个工作日须在 0 至法定时限 {statutory} 个工作日之间。",
            "The promised limit of {promised} working days must lie between 0 and the statutory "
            "{statutory}.",
        ).format(promised=promised_days, statutory=statutory_days)
        raise Invalid(message, fields={"promised_days": message})


def deemed_accepted_on(
    received_on: date, calendar: WorkingCalendar, on: date, answered_on: date | None = None
) -> date | None:
    """The day from which silence counts as acceptance, or None (第三十二条第一款第（四）项).

    ``answered_on``: the day the organ accepted, refused or gave its one-time notice. Where five
    working days have passed without an answer, the application is accepted from its receipt.
    """
    last_on = calendar.add_working_days(received_on, ONE_TIME_NOTICE.days)
    silent_until = on if answered_on is None else min(on, answered_on)
    return received_on if silent_until > last_on else None


def hearing_earliest_on(noticed_on: date, calendar: WorkingCalendar) -> date:
    """The first day on which a hearing announced on ``noticed_on`` may be held (第四十八条).

    The day of the notice is not counted.
    """
    return calendar.add_working_days(noticed_on, HEARING_NOTICE_DAYS)
