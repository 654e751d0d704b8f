"""Events of the door and of rights, in words."""

from __future__ import annotations

from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.journal.public import Event
from guanggu.web import event_words

TITLES: dict[str, tuple[T, str]] = {
    "identity.signed_in": (T("登录", "Signed in"), "ok"),
    "identity.signed_out": (T("退出", "Signed out"), ""),
    "identity.sign_in_failed": (T("登录失败", "Sign-in failed"), "warn"),
    "identity.sign_in_locked": (T("登录被暂停（失败次数过多）", "Sign-in paused"), "bad"),
    "identity.second_factor_added": (T("添加二次验证", "Second factor added"), "ok"),
    "identity.second_factor_removed": (T("移除二次验证", "Second factor removed"), "warn"),
    "identity.recovery_codes_made": (T("重新生成恢复码", "New recovery codes"), ""),
    "identity.password_changed": (T("修改密码", "Password changed"), ""),
    "identity.password_reset": (T("管理员重置密码", "Password reset"), "warn"),
    "identity.capacity_switched": (T("切换身份", "Capacity switched"), ""),
    "identity.application_allowed": (T("授权应用登录", "Application allowed"), ""),
    "identity.contact_changed": (T("修改联系方式", "Contact changed"), ""),
    "identity.person_registered": (T("注册账户", "Registered"), "ok"),
    "identity.official_created": (T("创建公务人员账户", "Official created"), ""),
    "identity.account_closed": (T("停用账户", "Account closed"), "bad"),
    "identity.account_reopened": (T("恢复账户", "Account reopened"), "ok"),
    "identity.appointment_proposed": (T("提出任职", "Appointment proposed"), ""),
    "identity.appointment_confirmed": (T("确认任职", "Appointment confirmed"), "ok"),
    "identity.appointment_refused": (T("退回任职", "Appointment refused"), "warn"),
    "identity.official_appointed": (T("任职", "Appointed"), "ok"),
    "identity.appointment_ended": (T("免职", "Appointment ended"), ""),
    "identity.roles_granted": (T("授予岗位职责", "Roles granted"), "warn"),
    "identity.post_delegated": (T("岗位委托", "Post delegated"), ""),
    "identity.delegation_revoked": (T("撤回委托", "Delegation revoked"), ""),
    "sign_in.application_registered": (T("登记接入应用", "Application registered"), ""),
    "sign_in.application_changed": (T("修改接入应用", "Application changed"), ""),
    "sign_in.secret_renewed": (T("更换应用密钥", "Application secret renewed"), "warn"),
    "sign_in.application_removed": (T("注销接入应用", "Application removed"), "bad"),
}
for _kind, (_title, _tone) in TITLES.items():
    event_words.say(_kind, _title, _tone)
FACTORS = {
    "totp": T("动态口令", "one-time code"),
    "webauthn": T("通行密钥", "passkey"),
    "recovery_codes": T("恢复码", "recovery code"),
    "password": T("密码", "password"),
}
REASONS = {"idle": T("长时间未操作", "idle"), "by_choice": T("主动退出", "by choice")}


def _detail(data: dict[str, Any]) -> T:
    parts: list[T] = []
    for name in data.get("methods", []):
        parts.append(FACTORS.get(name, T(name, name)))
    for name in ("method", "factor"):
        if name in data:
            parts.append(FACTORS.get(data[name], T(data[name], data[name])))
    if data.get("reason"):
        parts.append(REASONS.get(data["reason"], T(data["reason"], data["reason"])))
    if data.get("name"):
        parts.append(T(data["name"], data["name"]))
    if data.get("address"):
        parts.append(T("网络地址 {}", "address {}").format(data["address"]))
    said = T("", "")
    for part in parts:
        said = part if not said else said + T("，", ", ") + part
    return said


def lines_of(events: list[Event], names: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Entries for the timeline component."""
    lines = []
    for event in events:
        title, tone = TITLES.get(event.kind, (T(event.kind, event.kind), ""))
        body = event.body
        refs = (event.subject, body.get("account"), body.get("grantee"), body.get("post"))
        about = " · ".join(
            names[str(ref)] for ref in dict.fromkeys(refs) if names and str(ref) in names
        )
        lines.append(
            {
                "at": event.at,
                "title": title + (T("：", ": ") + about if about else ""),
                "tone": tone,
                "who": event.actor_name if event.actor != event.subject else "",
                "text": _detail(body),
            }
        )
    return lines
