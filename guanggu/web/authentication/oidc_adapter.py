"""What other systems learn of an account: a stable ``sub``, and what it is here today."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import (
    Account,
    Appointment,
    Representation,
    in_force,
)

SCOPES: dict[str, T] = {
    "openid": T("确认您的账户标识", "Know which account is yours"),
    "profile": T("读取您的姓名和账户类别", "Read your name and kind of account"),
    "organisation": T("读取您的任职单位和岗位", "Read your organisations and posts"),
    "firm": T("读取您可代表的企业", "Read the firms you may act for"),
    "read": T("以您的身份通过接口查询", "Look things up through the interface as you"),
    "write": T(
        "以您的身份通过接口办理和修改", "Act and change things through the interface as you"
    ),
}
GRANTS = ["authorization_code"]


class OIDCAdapter(DefaultOIDCAdapter):
    """Set by IDP_OIDC_ADAPTER. Raises nothing: what is not there is left out."""

    scope_display = {name: name for name in SCOPES}  # titled by the consent form

    def generate_client_secret(self) -> str:
        """288 random bits: long enough that a fast hash keeps it."""
        return secrets.token_urlsafe(36)

    def get_user_sub(self, client: Any, user: Any) -> str:
        return str(user.sub)

    def get_user_by_sub(self, client: Any, sub: str) -> Account | None:
        try:
            return Account.objects.filter(sub=uuid.UUID(sub), is_active=True).first()
        except ValueError:
            return None

    def get_claims(
        self,
        purpose: Any,
        user: Any,
        client: Any,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        asked = set(scopes)
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "profile" in asked:
            claims |= {"name": user.name, "kind": user.kind, "locale": "zh-CN"}
        if "organisation" in asked:
            claims["posts"] = _posts(user)
        if "firm" in asked:
            held = Representation.objects.filter(in_force(), account=user).order_by("firm")
            claims["firms"] = [
                {"code": r.firm, "name": r.firm_name, "as": r.role, "capacity": f"firm:{r.firm}"}
                for r in held
            ]
        return claims

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        data["scopes_supported"] = list(SCOPES)
        data["grant_types_supported"] = GRANTS
        data["response_types_supported"] = ["code"]
        data["claims_supported"] = ["sub", "name", "kind", "locale", "posts", "firms"]
        data.pop("device_authorization_endpoint", None)


def _posts(user: Account) -> list[dict[str, Any]]:
    held = Appointment.objects.filter(in_force(), account=user, post__is_active=True)
    return [
        {
            "organisation": row.post.organisation.code,
            "organisation_name": row.post.organisation.name,
            "post": row.post.name,
            "capacity": f"post:{row.post_id}",
        }
        for row in held.select_related("post__organisation").order_by("pk")
    ]
