"""Who may call the actions of identity, and the words of refusals that several share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Missing

from ..permissions import NOT_FOUND

M = TypeVar("M", bound=models.Model)

CORRECT = T("填写内容有误，请按提示修改。", "Some entries need mending; see beside each field.")
OTHER_OFFICER = T(
    "创建账户、授予权限须由不同人员办理，请由另一位管理员处理。",
    "Who creates or proposes may not confirm; let another officer do it.",
)


def administers(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or actor.has("administer")


def secures(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or actor.has("security")


def signed_in(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or bool(actor.account)


def natural(actor: Actor, /, **_: Any) -> bool:
    """A person acting for himself or a firm, not an official in a post."""
    return bool(actor.account) and actor.kind in ("person", "firm")


def the(model: type[M], **lookup: Any) -> M:
    """The row, locked for the change. Raises Missing."""
    found = model._default_manager.select_for_update().filter(**lookup).first()
    if found is None:
        raise Missing(NOT_FOUND)
    return found


def demand(condition: bool, message: T) -> None:
    """Raises Forbidden with the message."""
    if not condition:
        raise Forbidden(message)


def demand_valid(**errors: T | None) -> None:
    """Raises Invalid naming every field whose error is not None."""
    found = {name: error for name, error in errors.items() if error is not None}
    if found:
        raise Invalid(CORRECT, fields=found)
