"""How django-allauth signs accounts in here: our words, our events, our limits."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Account
from guanggu.web.authentication.events import note_failure, note_lock
from guanggu.web.rate import client_address

MESSAGES = {
    "account/messages/password_changed.txt": T(
        "密码已修改，请用新密码重新登录。", "Password changed. Sign in again with the new one."
    ),
    "account/messages/logged_out.txt": T("您已退出登录。", "You have signed out."),
    "mfa/messages/totp_activated.txt": T("动态口令已启用。", "One-time codes are on."),
    "mfa/messages/totp_deactivated.txt": T("动态口令已停用。", "One-time codes are off."),
    "mfa/messages/recovery_codes_generated.txt": T(
        "已生成新的恢复码，旧码全部失效。", "New recovery codes; the old ones no longer work."
    ),
    "mfa/messages/webauthn_added.txt": T("通行密钥已添加。", "Passkey added."),
    "mfa/messages/webauthn_removed.txt": T("通行密钥已移除。", "Passkey removed."),
    "usersessions/messages/sessions_logged_out.txt": T(
        "其他设备上的登录均已退出。", "Every other session has ended."
    ),
}
WAYS = {
    "reauthenticate": T("使用密码", "Use your password"),
    "mfa_reauthenticate": T("使用动态口令或恢复码", "Use a one-time or recovery code"),
    "mfa_reauthenticate:webauthn": T("使用通行密钥", "Use a passkey"),
}
WRONG = T(
    "用户名（手机号码）或密码不正确。请核对后重试；连续多次错误将暂停登录。",
    "User name or password is not right. Check them; repeated failures pause sign-in.",
)
LOCKED = T(
    "登录失败次数过多，已暂停登录，请 5 分钟后再试。忘记密码请联系本单位管理员或到服务窗口办理。",
    "Too many failed attempts: sign-in is paused. Try again in 5 minutes; if you forgot the "
    "password, ask your administrator or come to the counter.",
)


class AccountAdapter(DefaultAccountAdapter):
    """Set by ACCOUNT_ADAPTER."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": T(
            "该账户已停用，请联系管理员。", "This account is closed; ask your administrator."
        ),
        "enter_current_password": T("当前密码不正确。", "The present password is not right."),
        "incorrect_password": T("密码不正确，请重新输入。", "The password is not right."),
        "incorrect_code": T(
            "动态口令不正确或已使用，请等待下一个口令。",
            "This code is not right or was used; wait for the next one.",
        ),
        "too_many_login_attempts": LOCKED,
        "username_password_mismatch": WRONG,
        "rate_limited": LOCKED,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People register by our own page, where the identity number is checked."""
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        text = message or MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_lock(request, credentials.get("username", ""))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_failure(request, credentials.get("username", ""), "password")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = str(WAYS.get(method["id"], method["description"]))
        return methods

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever signed in just now has proven himself; later he does it again."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_client_ip(self, request: HttpRequest) -> str:
        """As everywhere in the house; of an IPv6 caller the network that he owns."""
        address = client_address(request).partition("/")[0]
        return address if address != "unknown" else "0.0.0.0"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """This platform sends no mail about sign-in; what happened stands in the activity list."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        account = request.user
        if isinstance(account, Account) and account.must_change_password:
            return "/accounts/password/change/"
        return super().get_login_redirect_url(request)
