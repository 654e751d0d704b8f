"""Who may use a resource: sharing classes, grants and their end.

政务信息资源共享管理暂行办法 (国发〔2016〕51 号): 第九条 three classes, 第十条 what is not shared names its
law, 第十二条 the provider answers a request within ten working days and gives the reason of a
refusal, 第十四条 what is given is used for the named purpose and by the named department only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from guanggu.base.bilingual import T

from .masking import PURPOSES

UNCONDITIONAL, CONDITIONAL, NOT_SHARED = "unconditional", "conditional", "none"
ANSWER_WORKING_DAYS = 10
GRANT_DAYS_MAX = 366
STATES: dict[str, T] = {
    "requested": T("待答复", "Waiting for an answer"),
    "granted": T("已同意", "Granted"),
    "refused": T("不同意", "Refused"),
    "revoked": T("已收回", "Withdrawn"),
    "expired": T("已到期", "Expired"),
}
TONES = {
    "requested": "warn",
    "granted": "ok",
    "refused": "bad",
    "revoked": "bad",
    "expired": "quiet",
}
NEEDS_REQUEST = T(
    "“{}”属于有条件共享，本单位没有有效的共享授权。请先提出共享申请。",
    "{} is shared on condition and your organisation holds no grant in force. Request it first.",
)
OTHER_PURPOSE = T(
    "本单位对“{}”的共享授权用于：{}。请选择该使用目的，或另行申请。",
    "Your organisation's grant for {} is for: {}. Choose that purpose, or request another.",
)
NEVER = T("“{}”属于不予共享，不能查询。", "{} is not shared and cannot be queried.")
NOT_OPEN = T("“{}”未向社会开放。", "{} is not open to the public.")
WITHDRAWN = T("“{}”已停止提供。", "{} is no longer provided.")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a provider agreed to: for which purpose, which columns, unmasked ones, and how long."""

    key: str
    purpose: str
    from_on: date
    until_on: date
    columns: frozenset[str] = frozenset()  # none: all that are shared
    cleared: frozenset[str] = frozenset()
    state: str = "granted"

    def is_in_force(self, day: date) -> bool:
        return self.state == "granted" and self.from_on <= day <= self.until_on


@dataclass(frozen=True, slots=True)
class Use:
    """How an asker may use one resource: ``reason`` says why not; columns None: all shared ones."""

    reason: T | None = None
    grant: str = ""
    columns: frozenset[str] | None = None
    cleared: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_allowed(self) -> bool:
        return self.reason is None


def use_of(
    name: str, sharing: str, *, is_open: bool, is_provided: bool, is_official: bool, is_own: bool,
    purpose: str, grants: Iterable[Grant], day: date,
) -> Use:  # fmt: skip
    """Whether the asker may use the resource for the purpose on that day.

    is_own: the asker works for the provider. A grant holds for its own purpose and period only.
    """
    if not is_provided:
        return Use(WITHDRAWN.format(name))
    if not is_official:
        return Use() if is_open else Use(NOT_OPEN.format(name))
    if is_own or is_open:
        return Use()
    if sharing == UNCONDITIONAL:
        return Use()
    if sharing != CONDITIONAL:
        return Use(NEVER.format(name))
    held = [grant for grant in grants if grant.is_in_force(day)]
    for grant in held:
        if grant.purpose == purpose:
            return Use(None, grant.key, grant.columns or None, grant.cleared)
    if held:
        purposes = [PURPOSES[p] for p in sorted({g.purpose for g in held})]
        named = T("、".join(p.zh for p in purposes), ", ".join(p.en for p in purposes))
        return Use(OTHER_PURPOSE.format(name, named))
    return Use(NEEDS_REQUEST.format(name))


def period_error(from_on: date, until_on: date, today: date) -> T | None:
    """Why a wanted period does not fit."""
    if until_on < from_on or until_on < today:
        return T(
            "使用期限的终止日期不能早于起始日期和今天。", "The end lies before the start or today."
        )
    if (until_on - from_on).days >= GRANT_DAYS_MAX:
        return T("一次申请的使用期限最长一年。", "A request covers at most one year.")
    return None
