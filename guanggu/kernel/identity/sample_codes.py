"""One-time codes of sample accounts, whose phones nobody has. Never in production."""

from __future__ import annotations

from django.conf import settings

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Missing

from .models import Account


def sample_codes_are_shown() -> bool:
    return bool(settings.GUANGGU_SAMPLE) and not settings.PRODUCTION


def sample_code(username: str) -> str:
    """The present one-time code of a sample account. Raises Forbidden, Missing."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )
    from allauth.mfa.utils import decrypt

    if not sample_codes_are_shown():
        raise Forbidden(
            T("仅示例环境可查看动态口令。", "Codes are shown in a sample district only.")
        )
    account = Account.objects.filter(username__iexact=username, is_sample=True).first()
    factor = (
        Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
        if account
        else None
    )
    if factor is None:
        raise Missing(
            T(
                "没有名为“{}”且使用动态口令的示例账户。",
                "There is no sample account “{}” with one-time codes.",
            ).format(username)
        )
    counters = list(yield_hotp_counters_from_time())
    now = counters[len(counters) // 2]
    return format_hotp_value(hotp_value(decrypt(factor.data["secret"]), now))
