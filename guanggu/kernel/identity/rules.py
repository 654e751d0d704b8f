"""Rules of identity that need no database: numbers, separation of duties, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.utils.crypto import salted_hmac

from guanggu.base.bilingual import T
from guanggu.standards import gb_11643_1999

# What a post may do, as the events and the pages call it.
ROLES: dict[str, T] = {
    "accept": T("受理", "Accept"),
    "review": T("审查", "Review"),
    "decide": T("决定", "Decide"),
    "head": T("主要负责人", "Head"),
    "deliver": T("送达发证", "Deliver"),
    "catalogue": T("权力清单维护", "Keep the list of powers"),
    "entities": T("法人信息维护", "Keep legal entities"),
    "supervise": T("监察", "Supervise"),
    "draft": T("拟稿", "Draft"),
    "edit": T("核稿", "Edit drafts"),
    "countersign": T("会签", "Countersign"),
    "sign": T("签发", "Sign"),
    "seal": T("用印", "Seal"),
    "archive": T("归档", "Archive"),
    "monitor": T("监测数据审核", "Review monitoring data"),
    "enforce": T("生态环境执法", "Enforce"),
    "patrol": T("巡查", "Patrol"),
    "devices": T("设备接入管理", "Keep devices"),
    "map": T("地理信息维护", "Keep the map"),
    "statistics": T("统计与指标管理", "Statistics and indicators"),
    "data": T("数据资源管理", "Keep data resources"),
    "projects": T("项目管理", "Manage projects"),
    "plan": T("规划管理", "Keep the plan"),
    "receive": T("收文", "Receive"),
    "duty": T("值班指挥", "Duty and command"),
    "administer": T("系统管理", "Administer"),
    "security": T("安全管理", "Security"),
    "audit": T("审计", "Audit"),
}
# GB/T 22239-2019 8.1.5: system, security and audit officers are different persons.
SEPARATED = frozenset({"administer", "security", "audit"})
MOBILE = re.compile(r"1[3-9]\d{9}")
USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")
CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")
DELEGATION_DAYS_MAX = 92


def role_choices() -> list[tuple[str, T]]:
    """The roles as a field offers them; a callable, so that a further role needs no migration."""
    return list(ROLES.items())


def separation_error(roles: Iterable[str]) -> T | None:
    """Why these roles may not come together on one person or post; None where they may."""
    held = [ROLES[role] for role in sorted(SEPARATED.intersection(roles))]
    if len(held) < 2:
        return None
    return T(
        "“{}”与“{}”须由不同人员担任，请分设岗位。",
        "“{}” and “{}” must be different persons; use separate posts.",
    ).format(held[0], held[1])


def unknown_roles(roles: Iterable[str]) -> list[str]:
    return sorted(set(roles) - ROLES.keys())


def period_error(from_on: date, until_on: date | None) -> T | None:
    if until_on is not None and until_on < from_on:
        return T("终止日期不能早于起始日期。", "The end may not lie before the start.")
    return None


def delegation_error(from_on: date, until_on: date, today: date) -> T | None:
    """Why the dates of a delegation do not fit."""
    if until_on < today:
        return T("终止日期已过，请重新选择。", "The end has passed; choose a later day.")
    if (until_on - from_on).days >= DELEGATION_DAYS_MAX:
        return T(
            "一次委托最长 {} 天；更长时间离岗请办理任职调整。",
            "A delegation lasts at most {} days; for longer, change the appointment.",
        ).format(DELEGATION_DAYS_MAX)
    return period_error(from_on, until_on)


def citizen_id_digest(number: str) -> str:
    """A keyed digest of the number: it can be compared but not read back."""
    text = gb_11643_1999.normalise(number)
    return salted_hmac("guanggu.citizen_id", text, algorithm="sha256").hexdigest()


def mask_phone(phone: str) -> str:
    """138****0001"""
    return phone[:3] + "*" * max(0, len(phone) - 7) + phone[-4:] if len(phone) >= 7 else "*"
