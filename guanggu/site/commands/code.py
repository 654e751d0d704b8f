"""The one-time code of a sample account at this moment: a tour needs no telephone."""

from __future__ import annotations

import argparse
import time

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Missing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")


def run(options: argparse.Namespace) -> int:
    """Raises Forbidden outside a development machine, Missing for an account not of the sample."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
    from allauth.mfa.utils import decrypt
    from django.conf import settings

    if settings.PRODUCTION:
        raise Forbidden(T("正式环境没有示例账户。", "Production has no sample accounts."))
    kept = Authenticator.objects.filter(
        user__username=options.username, user__is_sample=True, type=Authenticator.Type.TOTP
    ).first()
    if kept is None:
        raise Missing(
            T(
                "没有启用验证码的示例账户“{}”。",
                'No sample account "{}" with one-time codes.',
            ).format(options.username)
        )
    period = 30  # RFC 6238 5.2, as allauth counts
    print(format_hotp_value(hotp_value(decrypt(kept.data["secret"]), int(time.time()) // period)))
    return 0
