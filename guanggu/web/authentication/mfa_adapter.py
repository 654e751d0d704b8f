"""Second factors: secrets encrypted at rest, QR codes of our own, and no official without one."""

from __future__ import annotations

import base64
import hashlib
import io
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.kernel.identity.public import Account

_MARK = "fernet:"


def _cipher() -> Fernet:
    """A key of its own derived from the server's secret (HKDF would want no less, no more)."""
    seed = f"guanggu.second_factor:{settings.SECRET_KEY}".encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(seed).digest()))


class MFAAdapter(DefaultMFAAdapter):
    """Set by MFA_ADAPTER."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": T(
            "公务人员账户必须保留至少一种二次验证方式，请先添加通行密钥再停用动态口令。",
            "An official keeps at least one second factor. Add a passkey before you turn this off.",
        ),
        "cannot_generate_recovery_codes": T(
            "请先启用动态口令或添加通行密钥。", "First turn on one-time codes or add a passkey."
        ),
        "incorrect_code": T(
            "验证未通过：口令不正确、已使用，或通行密钥不属于本账户。请重试。",
            "Not verified: the code is wrong or was used, or the passkey belongs elsewhere.",
        ),
    }

    def encrypt(self, text: str) -> str:
        return _MARK + _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Unavailable where the server's secret is not the one it was written with."""
        try:
            token = encrypted_text.removeprefix(_MARK).encode()
            return _cipher().decrypt(token).decode()
        except InvalidToken as error:
            raise Unavailable(
                T(
                    "动态口令暂不能核验，请联系系统管理员（服务器密钥已更换）。",
                    "Codes cannot be checked: the server's key has changed. Ask the administrator.",
                )
            ) from error

    def build_totp_svg(self, url: str) -> str:
        import segno  # loaded by the few who enrol, not by every server

        out = io.BytesIO()
        segno.make(url, error="m").save(out, kind="svg", scale=5, border=3, xmldecl=False)
        return out.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        account = authenticator.user
        if not isinstance(account, Account) or not account.is_official:
            return True
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        others = Authenticator.objects.filter(user=account, type__in=kinds)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return str(T("通行密钥 {}", "Passkey {}").format(number))

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {
            "id": user_pk_to_url_str(user).encode(),
            "display_name": user.name,
            "name": user.username,
        }
