"""Messages to engines: delivered by the worker, tried again, set aside with their reason at last."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing, Problem
from guanggu.base.ids import new_id
from guanggu.kernel.journal.public import action, decrypt_secret, encrypt_secret, enqueue, job
from guanggu.kernel.register.public import save_record

from .calling import call
from .models import FailedCall, FailedPayload
from .permissions import keeps
from .probing import probe_one
from .reaching import engine_of

PURPOSE = "guanggu.connector.messages"
FIRST_PAUSE_S, PAUSE_S_MAX = 15, 3600
GONE = T("没有这条记录。", "There is no such message.")
NOT_WAITING = T("该记录已处理。", "This message was dealt with.")
SAY_WHY = T("请填写放弃的原因。", "Say why it is discarded.")
KEY_CHANGED = T(
    "内容无法解密：服务器密钥已更换，只能放弃。",
    "It cannot be decrypted: the server's key has changed. It can only be discarded.",
)


def deliver_later(engine: str, operation: str, payload: dict[str, Any]) -> str:
    """Have the worker hand the message to the engine, in the running transaction; answers its id.

    payload: JSON; encrypted while it waits. At least once: the engine may get it twice.
    """
    engine_of(engine).operations[operation]  # an undeclared one is a defect: KeyError
    message = new_id().hex
    sealed = encrypt_secret(json.dumps(payload).encode(), purpose=PURPOSE, bound_to=message)
    enqueue("connector.deliver", engine=engine, operation=operation, message=message,
            sealed=sealed.hex(), attempt=1)  # fmt: skip
    return message


@job("connector.deliver")
def deliver_message(
    engine: str, operation: str, message: str, sealed: str, attempt: int = 1
) -> None:
    """One attempt; a failure arranges the next or sets the message aside."""
    declared = engine_of(engine)
    content = decrypt_secret(bytes.fromhex(sealed), purpose=PURPOSE, bound_to=message)
    try:
        if content is None:
            raise Invalid(KEY_CHANGED)
        payload = json.loads(content)
        deliver = declared.operations[operation].deliver
        call(engine, lambda access: deliver(access, payload))
    except Problem as problem:
        is_final = problem.status == Invalid.status or attempt >= declared.deliveries_max
        if is_final:
            set_aside(platform("connector"), engine=engine, operation=operation, message=message,
                      sealed=sealed, attempts=attempt, reason=problem.message.zh)  # fmt: skip
            return
        seconds = min(FIRST_PAUSE_S * 2 ** (attempt - 1), PAUSE_S_MAX)
        enqueue("connector.deliver", due_at=clock.now() + timedelta(seconds=seconds), engine=engine,
                operation=operation, message=message, sealed=sealed,
                attempt=attempt + 1)  # fmt: skip
    else:
        if FailedCall.objects.filter(key=message).exists():
            note_delivered(platform("connector"), message=message)


def _only_the_platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


def _keeps(actor: Actor, /, **_: Any) -> bool:
    return keeps(actor)


@action("connector.set_aside", allows=_only_the_platform)
def set_aside(
    actor: Actor, *, engine: str, operation: str, message: str, sealed: str, attempts: int,
    reason: str,
) -> dict[str, str]:  # fmt: skip
    """Keep a message that was not taken; one that was set aside before waits again."""
    row = FailedCall.objects.filter(key=message).first() or FailedCall(
        key=message, engine=engine, operation=operation, attempts=0
    )
    row.attempts += attempts
    row.state, row.reason, row.failed_at = "waiting", reason[:500], clock.now()
    save_record(actor, row, "connector.set_aside", engine=engine)
    FailedPayload.objects.update_or_create(call=row, defaults={"sealed": bytes.fromhex(sealed)})
    return {"message": message}


@action("connector.note_delivered", allows=_only_the_platform)
def note_delivered(actor: Actor, *, message: str) -> dict[str, str]:
    row = FailedCall.objects.get(key=message)
    row.state = "delivered"
    save_record(actor, row, "connector.delivered_after_all", engine=row.engine)
    FailedPayload.objects.filter(call=row).delete()
    return {"message": message}


def _waiting(message: str) -> FailedCall:
    row = FailedCall.objects.select_for_update().filter(key=message).first()
    if row is None:
        raise Missing(GONE)
    if row.state != "waiting":
        raise Conflict(NOT_WAITING)
    return row


@action("connector.retry", allows=_keeps, title=T("重新投递", "Try a message again"))
def retry_call(actor: Actor, *, message: str) -> dict[str, str]:
    """Raises Missing, Conflict where it does not wait."""
    row = _waiting(message)
    row.state = "retrying"
    save_record(actor, row, "connector.retried", engine=row.engine)
    sealed = bytes(FailedPayload.objects.get(call=row).sealed).hex()
    enqueue("connector.deliver", engine=row.engine, operation=row.operation, message=message,
            sealed=sealed, attempt=1)  # fmt: skip
    return {"message": message}


@action("connector.discard", allows=_keeps, title=T("放弃投递", "Discard a message"))
def discard_call(actor: Actor, *, message: str, reason: str) -> dict[str, str]:
    """Raises Missing, Conflict where it does not wait, Invalid without a reason."""
    if not reason.strip():
        raise Invalid(SAY_WHY, fields={"reason": SAY_WHY})
    row = _waiting(message)
    row.state, row.note = "discarded", reason.strip()[:300]
    save_record(actor, row, "connector.discarded", engine=row.engine)
    FailedPayload.objects.filter(call=row).delete()
    return {"message": message}


@job("connector.probe_one")
def _probe_one(connection: str) -> None:
    probe_one(connection)
