"""The addresses of sign-in: those pages of django-allauth that this platform uses, and no other."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import urls as recovery_codes
from allauth.mfa.totp import urls as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic.base import RedirectView

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict
from guanggu.web.authentication.views import (
    ConsentView,
    RemovePasskeyView,
    SecondStepView,
    key_set,
    second_factor,
)


def _not_offered(request: HttpRequest) -> HttpResponse:
    raise Http404


def _no_password(request: HttpRequest) -> HttpResponse:
    raise Conflict(
        T(
            "该账户没有密码，请用通行密钥登录；需要设置密码请联系管理员或到服务窗口办理。",
            "This account has no password; use a passkey, or ask your administrator for one.",
        )
    )


_passkeys = [
    path("", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("keys/<int:pk>/remove/", RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("keys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
_second_factor = [
    path("", mfa.index, name="mfa_index"),
    path("authenticate/", SecondStepView.as_view(), name="mfa_authenticate"),
    path("reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("totp/", include(totp.urlpatterns)),
    path("webauthn/", include(_passkeys)),
    path("recovery-codes/", include(recovery_codes.urlpatterns)),
]
_accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    # allauth leads here in a few places; registering is our own page.
    path("signup/", RedirectView.as_view(url="/accounts/register/"), name="account_signup"),
    path("password/set/", _no_password, name="account_set_password"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("second-factor/", second_factor, name="second_factor"),
    path("2fa/", include(_second_factor)),
]
urlpatterns = [
    path("accounts/", include(_accounts)),
    path(".well-known/jwks.json", key_set),
    path("identity/o/authorize", ConsentView.as_view()),
    path("identity/o/device", _not_offered),
    path("identity/o/api/device/code", _not_offered),
    path("", include("allauth.idp.urls")),
]
