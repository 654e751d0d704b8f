"""The only door for writes: permission, change and event in one transaction, once per key."""

from __future__ import annotations

import functools
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden

from . import chain
from .appending import appended
from .models import ActionReceipt
from .states import state_digest

_TRIES = 6  # a lock or serialisation failure is tried again this often, with growing pauses

FORBIDDEN = T(
    "您当前的身份或岗位无权办理此事项。请切换岗位，或联系本单位管理员。",
    "Your present identity or post may not do this. Switch post, or ask your administrator.",
)
KEY_REUSED = T(
    "该请求编号已用于另一项操作。请刷新页面后重新提交。",
    "This request key was used for something else. Reload the page and submit again.",
)


Allows = Callable[..., bool]  # (actor, **arguments of the action)


@dataclass(frozen=True)
class Action:
    name: str
    allows: Allows
    function: Callable[..., Any]
    title: T | None


ACTIONS: dict[str, Action] = {}


def action(name: str, *, allows: Allows, title: T | None = None) -> Callable[..., Any]:
    """Declare a write.

    The function takes the actor and keyword arguments, and answers JSON. Calling it with
    ``key=`` (at most 64 characters) makes it idempotent: the same key, actor and arguments give
    the first answer again; the same key with others raises Conflict. ``allows`` is asked inside
    the transaction. Raises Forbidden, Conflict, and whatever the function raises; nothing is
    written then. A function that appends no event is a defect and raises RuntimeError.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        declared = Action(name, allows, function, title)
        if name in ACTIONS and ACTIONS[name].function.__module__ != function.__module__:
            raise RuntimeError(f"two actions are named {name}")
        ACTIONS[name] = declared

        @functools.wraps(function)
        def run(actor: Actor, *, key: str | None = None, **arguments: Any) -> Any:
            if connection.in_atomic_block:  # part of a larger action, which tries again itself
                return _perform(declared, actor, key, arguments)
            return _with_retries(lambda: _perform(declared, actor, key, arguments))

        run.action = declared  # type: ignore[attr-defined]
        return run

    return declare


def _with_retries(attempt: Callable[[], Any]) -> Any:
    for tried in range(_TRIES):
        try:
            return attempt()
        except (OperationalError, IntegrityError) as error:
            if tried == _TRIES - 1 or not _is_passing(error):
                raise
        time.sleep(0.01 * 2**tried * (0.5 + random.random()))
    raise AssertionError("unreachable")


def _is_passing(error: Exception) -> bool:
    """A lock, a serialisation failure, or two writers at the head of one chain or one key."""
    text = str(error)
    state = getattr(error.__cause__, "sqlstate", "") or ""
    if state in ("40001", "40P01", "55P03") or "locked" in text:
        return True
    return any(
        name in text
        for name in ("journal_event_chain", "journal_event.subject", "journal_actionreceipt")
    )


def _perform(declared: Action, actor: Actor, key: str | None, arguments: dict[str, Any]) -> Any:
    with transaction.atomic():
        digest = ""
        if key is not None:
            digest = _digest(declared.name, arguments)
            receipt = _receipt(key)
            if receipt is not None:
                return _replay(receipt, actor, digest)
        if not declared.allows(actor, **arguments):
            raise Forbidden(FORBIDDEN)
        before = appended.get()
        result = declared.function(actor, **arguments)
        if appended.get() == before:
            raise RuntimeError(f"action {declared.name} wrote no event")
        if key is not None:
            _keep_receipt(key, declared.name, actor, digest, result)
        return result


# Every write of the house passes here twice, so these two skip the ORM's making of SQL.
def _receipt(key: str) -> ActionReceipt | None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A double click waits here for its twin, and then finds the twin's answer.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        cursor.execute(
            "SELECT actor, arguments_digest, result FROM journal_actionreceipt WHERE key = %s",
            [key],
        )
        row = cursor.fetchone()
    return row and ActionReceipt(actor=row[0], arguments_digest=row[1], result=row[2])


def _keep_receipt(key: str, name: str, actor: Actor, digest: str, result: Any) -> None:
    at = connection.ops.adapt_datetimefield_value(clock.now())
    values = [key, name, actor.ref, digest, chain.canonical(result), at]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_actionreceipt (key, action, actor, arguments_digest, result, at) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            values,
        )


def _digest(name: str, arguments: dict[str, Any]) -> str:
    # Not the journal's own text: answers of a form may hold numbers with fractions.
    return state_digest({"action": name, "arguments": arguments})


def _replay(receipt: ActionReceipt, actor: Actor, digest: str) -> Any:
    if receipt.actor != actor.ref or receipt.arguments_digest != digest:
        raise Conflict(KEY_REUSED, code="key_reused")
    return json.loads(receipt.result)
