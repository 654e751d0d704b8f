"""The forms of django-allauth with our labels, in both languages."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.idp.oidc.forms import AuthorizationForm as _AuthorizationForm
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as _ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Account
from guanggu.web.authentication.mfa_adapter import MFAAdapter
from guanggu.web.authentication.oidc_adapter import SCOPES

PASSWORD_HINT = T(
    "至少 10 位，不能全为数字，不要使用姓名、手机号等常见内容。",
    "At least 10 characters, not only digits, nothing easily guessed.",
)
CODE = T("动态口令或恢复码", "One-time or recovery code")
CODE_HINT = T(
    "认证器应用中的 6 位数字；手机不在身边时可用 8 位恢复码。",
    "Six digits from your authenticator app, or a recovery code of eight.",
)
SAME_PASSWORD = T("两次输入的新密码不一致。", "The two new passwords differ.")


def _say(form: forms.Form, name: str, label: T, hint: T | str = "", width: str = "w-10") -> None:
    """Label, hint and width; a placeholder is no label and is taken away."""
    field = form.fields[name]
    field.label, field.help_text = label, hint  # type: ignore[assignment]
    field.width = width  # type: ignore[attr-defined]
    field.widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", T("用户名或手机号码", "User name or mobile number"))
        _say(self, "password", T("密码", "Password"))


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", T("密码", "Password"))


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", T("当前密码", "Present password"))
        _say(self, "password1", T("新密码", "New password"), PASSWORD_HINT)
        _say(self, "password2", T("再次输入新密码", "New password again"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "password2" in self.errors and values.get("password1"):
            del self._errors["password2"]
            self.add_error("password2", str(SAME_PASSWORD))
        if values.get("password1") and values.get("password1") == values.get("oldpassword"):
            same = T("新密码不能与当前密码相同。", "The new password must differ.")
            self.add_error("password1", str(same))
        return values


class _CodeOnce(mfa.BaseAuthenticateForm):
    """A code counts once: allauth forgets it after 30 s, though it stays valid for 90."""

    user: Account

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", CODE, CODE_HINT, "w-5")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}

    def clean_code(self) -> str:
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            digits = "".join(c for c in code if c.isdigit())
            key = f"guanggu.code_used.{self.user.pk}.{digits}"
            if not cache.add(key, 1, timeout=180):
                raise ValidationError(str(MFAAdapter.error_messages["incorrect_code"]))
        return code


class AuthenticateForm(_CodeOnce, mfa.AuthenticateForm):
    pass


class MFAReauthenticateForm(_CodeOnce, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(_ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = T("扫码后，认证器应用显示的 6 位数字。", "The six digits that the app shows now.")
        _say(self, "code", T("动态口令", "One-time code"), hint, "w-5")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}


class AddWebAuthnForm(webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = T("便于您辨认是哪一台设备，如“办公电脑”。", "So that you know the device later.")
        _say(self, "name", T("名称", "Name"), hint)
        if "passwordless" in self.fields:
            hint = T(
                "需要设备支持指纹、人脸或 PIN 码。", "The device must check a finger, face or PIN."
            )
            title = T("以后可以只用它登录，不输密码", "Let me sign in with it alone")
            _say(self, "passwordless", title, hint)
            self.fields["passwordless"].initial = True


class EditWebAuthnForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", T("名称", "Name"))
        self.fields["name"].max_length = 60  # type: ignore[attr-defined]


class AuthorizationForm(_AuthorizationForm):
    """What the application asks for; ``openid`` itself is not a choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.asked = list(kwargs["requested_scopes"])
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        field.choices = [(name, SCOPES.get(name, name)) for name in self.asked if name != "openid"]  # type: ignore[attr-defined]
        field.label = T("允许该应用", "Let it")  # type: ignore[assignment]
        field.required = False
        self.fields.pop("email", None)
        if not field.choices:  # type: ignore[attr-defined]
            field.widget = forms.MultipleHiddenInput()

    def clean_scopes(self) -> list[str]:
        chosen = self.cleaned_data["scopes"]
        return [name for name in self.asked if name == "openid" or name in chosen]
