"""What officers set: where an engine is, its secrets, and whether it may be called at all."""

from __future__ import annotations

import re
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.journal.public import action, append, encrypt_secret, enqueue
from guanggu.kernel.register.public import save_record

from .models import Connection, Credential
from .permissions import holds_secrets, keeps
from .reaching import PURPOSE, connection_of, engine_of

_ADDRESS = re.compile(r"[\x21-\x7e]{0,300}")
CREDENTIAL_CHARACTERS_MAX = 4_000
BAD_ADDRESS = T(
    "地址不能含空格和中文，最长300个字符。", "An address has no spaces and at most 300 characters."
)
NO_ADDRESS = T("该引擎的地址由部署决定，不在此设置。", "This engine's address is not set here.")
NO_CREDENTIAL = T("该引擎没有这项凭据。", "This engine has no such credential.")
TOO_LONG = T("凭据最长4000个字符，且不能为空。", "A credential has 1 to 4000 characters.")
SAY_WHY = T("请填写停用原因。", "Say why it is switched off.")


def _keeps(actor: Actor, /, **_: Any) -> bool:
    return keeps(actor)


def _holds_secrets(actor: Actor, /, **_: Any) -> bool:
    return holds_secrets(actor)


def _kept(actor: Actor, key: str) -> Connection:
    """The row, made now where nobody has kept one."""
    row = connection_of(key)
    if row.pk is None:
        save_record(actor, row, "connector.created", engine=key)
    return row


@action("connector.set_address", allows=_keeps, title=T("设置引擎地址", "Set an address"))
def set_address(actor: Actor, *, connection: str, address: str) -> dict[str, str]:
    """Empty: the address by default. Raises Invalid."""
    address = address.strip()
    if not engine_of(connection).takes_address:
        raise Invalid(NO_ADDRESS)
    if not _ADDRESS.fullmatch(address):
        raise Invalid(BAD_ADDRESS, fields={"address": BAD_ADDRESS})
    row = _kept(actor, connection)
    row.address = address
    save_record(actor, row, "connector.address_set", engine=connection)
    enqueue("connector.probe_one", connection=connection)
    return {"connection": connection}


@action("connector.set_credential", allows=_holds_secrets, title=T("设置凭据", "Set a secret"))
def _set_credential(actor: Actor, *, connection: str, name: str, sealed: str) -> dict[str, str]:
    row = _kept(actor, connection)
    Credential.objects.update_or_create(
        connection=row, name=name, defaults={"sealed": bytes.fromhex(sealed), "set_at": clock.now()}
    )
    append(row.ref, "connector.credential_set", actor, {"engine": connection, "name": name})
    enqueue("connector.probe_one", connection=connection)
    return {"connection": connection, "name": name}


def set_credential(
    actor: Actor, *, connection: str, name: str, value: str, key: str | None = None
) -> dict[str, str]:
    """Encrypted before it comes near the journal: no receipt, event or log ever holds it in clear.

    Raises Missing, Invalid, Forbidden.
    """
    if name not in engine_of(connection).credentials:
        raise Invalid(NO_CREDENTIAL, fields={"name": NO_CREDENTIAL})
    if not 0 < len(value) <= CREDENTIAL_CHARACTERS_MAX:
        raise Invalid(TOO_LONG, fields={"value": TOO_LONG})
    sealed = encrypt_secret(value.encode(), purpose=PURPOSE, bound_to=f"{connection}/{name}")
    answer: dict[str, str] = _set_credential(
        actor, key=key, connection=connection, name=name, sealed=sealed.hex()
    )
    return answer


@action("connector.switch", allows=_keeps, title=T("启用或停用引擎", "Switch an engine"))
def switch_engine(
    actor: Actor, *, connection: str, is_enabled: bool, reason: str = ""
) -> dict[str, bool]:
    """Off: every call says so until it is on again. Raises Invalid without a reason."""
    reason = reason.strip()[:300]
    if not is_enabled and not reason:
        raise Invalid(SAY_WHY, fields={"reason": SAY_WHY})
    row = _kept(actor, connection)
    row.is_enabled = is_enabled
    row.state, row.since = ("unknown" if is_enabled else "disabled"), clock.now()
    row.error = row.error_en = reason
    save_record(actor, row, "connector.switched", engine=connection, reason=reason)
    enqueue("connector.probe_one", connection=connection)
    return {"is_enabled": is_enabled}
