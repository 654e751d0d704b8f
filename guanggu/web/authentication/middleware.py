"""Nobody passes on half a sign-in: second factor, first password, idle time.

GB/T 22239-2019 8.1.4.1: two factors of which one is cryptographic, a limit on failed attempts,
and sign-out when the connection lies idle.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import Account, has_second_factor, owns_second_factor
from guanggu.web.problems import answer, wants_json

IDLE_MINUTES_MAX = {"official": 30, "person": 60}
SEEN_KEY = "seen_at"
SEEN_EVERY_SECONDS = 60

# What somebody half signed in may still reach.
ALWAYS = ("/static/", "/healthz", "/accounts/logout/", "/accounts/reauthenticate/")
ENROLMENT = (
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/second-factor/",
)
COMPLETION = ("/accounts/2fa/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/")
PASSWORD = ("/accounts/password/change/",)

IDLE = T(
    "您较长时间没有操作，已自动退出，请重新登录。", "You were idle for long and are signed out."
)
ENROL = T(
    "公务人员账户须先启用二次验证（动态口令或通行密钥），才能办理业务。",
    "Officials first set up a second factor: a one-time code or a passkey.",
)
COMPLETE = T("请先完成二次验证。", "Complete the second factor first.")
CHANGE = T("首次登录请先修改初始密码。", "Change the first password before you go on.")


class SignInMiddleware:
    """Placed behind the account middleware; a visitor costs it one look into the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.get(SESSION_KEY) is None:
            return self.get_response(request)
        account = request.user
        if not isinstance(account, Account):
            return self.get_response(request)
        if _is_idle(request, account):
            request.sign_out_reason = "idle"  # type: ignore[attr-defined]
            logout(request)
            return _turn_to(request, "/accounts/login/", IDLE, back=True)
        return _unmet(request, account) or self.get_response(request)


def _is_idle(request: HttpRequest, account: Account) -> bool:
    now = int(clock.now().timestamp())
    seen = request.session.get(SEEN_KEY)
    if isinstance(seen, int) and now - seen > IDLE_MINUTES_MAX[account.kind] * 60:
        return True
    if not isinstance(seen, int) or now - seen >= SEEN_EVERY_SECONDS:
        request.session[SEEN_KEY] = now
    return False


def _unmet(request: HttpRequest, account: Account) -> HttpResponse | None:
    """Where the account must go first; None where nothing is open."""
    if request.path.startswith(ALWAYS):
        return None
    if account.is_official and not has_second_factor(request):
        if not owns_second_factor(account):
            if request.path.startswith(ENROLMENT):
                return None
            return _turn_to(request, "/accounts/second-factor/", ENROL)
        if request.path.startswith(COMPLETION):
            return None
        return _turn_to(request, COMPLETION[0], COMPLETE, back=True)
    if account.must_change_password and not request.path.startswith(PASSWORD):
        return _turn_to(request, PASSWORD[0], CHANGE)
    return None


def _turn_to(request: HttpRequest, address: str, why: T, *, back: bool = False) -> HttpResponse:
    if wants_json(request):
        return answer(request, Forbidden(why, code="sign_in_incomplete"))
    messages.warning(request, str(why))
    if back and request.method == "GET":
        from urllib.parse import urlencode

        address = f"{address}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseRedirect(address)
