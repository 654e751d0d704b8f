"""Access keys of programs: issued by an official for himself in his post, shown once."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid
from guanggu.base.ids import readable_code
from guanggu.kernel.identity.public import actor_for
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import AccessKey
from ..models.devices import DeviceSecret
from ..sealed_secrets import key_digest

KEYS_MAX = 20  # in force at once, for one account
_ENOUGH = T("有效密钥已达 {} 个，请先停用不再使用的。", "You hold {} keys; revoke some first.")


def _official(actor: Actor, **_: Any) -> bool:
    return actor.kind == "official" and actor.post is not None


@action("observation.issue_key", allows=_official, title=T("签发接口密钥", "Issue an access key"))
def issue_key(actor: Actor, *, name: str) -> dict[str, Any]:
    """Answers {"key", "token"}: the token is told only now. Raises Invalid."""
    held = AccessKey.objects.filter(account_id=actor.account or 0, revoked_at=None)
    if held.count() >= KEYS_MAX:
        raise Invalid(_ENOUGH.format(KEYS_MAX))
    secret = secrets.token_urlsafe(32)
    row = AccessKey(
        key=readable_code(10), name=name, account_id=actor.account or 0, post_id=actor.post or 0,
        digest=_digest(secret),
    )  # fmt: skip
    save_record(actor, row, "observation.key_issued")
    return {"key": row.key, "token": f"{row.key}.{secret}"}


@action("observation.revoke_key", allows=_official, title=T("停用接口密钥", "Revoke an access key"))
def revoke_key(actor: Actor, *, name: str) -> dict[str, Any]:
    """Raises Forbidden for a key that is not the actor's own."""
    row = AccessKey.objects.filter(key=name, account_id=actor.account or 0, revoked_at=None).first()
    if row is None:
        raise Forbidden(T("没有这个有效密钥。", "You hold no such key."))
    row.revoked_at = clock.now()
    save_record(actor, row, "observation.key_revoked")
    return {"key": row.key}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_of_token(token: str) -> Actor | None:
    """The official whose key it is, in the post he still holds; None: no such key.

    Raises Forbidden where he holds the post no longer."""
    name, dot, secret = token.partition(".")
    if not dot or not name.isalnum():
        return None
    row = AccessKey.objects.filter(key=name, revoked_at=None).select_related("account").first()
    if row is None or not secrets.compare_digest(row.digest, _digest(secret)):
        return None
    if not row.account.is_active:
        return None
    return actor_for(row.account, post=row.post_id)


def thing_of_device_key(secret: str) -> int | None:
    """The thing whose device has this key and is not suspended; None: no such device."""
    if len(secret) < 16:
        return None
    row = DeviceSecret.objects.filter(key_digest=key_digest(secret), device__is_suspended=False)
    return row.values_list("device__thing_id", flat=True).first()
