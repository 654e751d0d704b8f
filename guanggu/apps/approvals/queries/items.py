"""The service item one applies for, and what is known about the applicant already."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import zen

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Missing
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import Account, Representation
from guanggu.kernel.register.public import snapshot

from ..rules import is_open

NO_ITEM = T(
    "没有找到该政务服务事项。请从事项目录重新选择。",
    "There is no such service item. Choose one from the directory.",
)
CLOSED = T(
    "该事项目前不开放申请（已暂停、取消或尚未生效）。请查看事项目录或拨打咨询电话。",
    "This item cannot be applied for now (suspended, ended or not yet in force).",
)


def check_key(key: str) -> str:
    """Raises Missing for what cannot be a key."""
    if not key or len(key) > 64:
        raise Missing(NO_ITEM)
    return key


def item_of(key: str) -> Mapping[str, Any]:
    """The item's present values. Raises Missing."""
    found = snapshot(Ref("service_items", check_key(key)))
    if found is None:
        raise Missing(NO_ITEM)
    return found


def open_item(key: str) -> Mapping[str, Any]:
    """The item where it may be applied for today. Raises Missing, Conflict."""
    found = item_of(key)
    if not is_open(found, clock.today()):
        raise Conflict(CLOSED, code="item_closed")
    return found


@lru_cache(maxsize=1024)
def _compiled(expression: str) -> Any:
    return zen.compile_expression(expression)


def _applies(material: Mapping[str, Any], form: Mapping[str, Any]) -> bool:
    expression = str(material.get("when") or "")
    if not expression:
        return True
    try:
        return _compiled(expression).evaluate({"form": dict(form)}) is True
    except (RuntimeError, ValueError):
        return True  # a condition that cannot be read must not hide a demanded material


def applicable_materials(
    item: Mapping[str, Any], form: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The materials that these answers ask for."""
    return [m for m in item.get("materials") or () if _applies(m, form)]


def holder_facts(actor: Actor) -> dict[str, str]:
    """What is known of the applicant: of the firm from the register of legal entities."""
    account = Account.objects.filter(pk=actor.account).first()
    known = {
        "name": actor.name,
        "code": account.citizen_id_masked if account else "",
        "contact_name": actor.name,
        "contact_phone": account.phone if account else "",
        "contact_email": account.email if account else "",
        "address": "",
        "legal_representative": "",
    }
    if not actor.firm:
        return known
    entity = snapshot(Ref("legal_entities", actor.firm)) or {}
    agent = Representation.objects.filter(account=actor.account, firm=actor.firm).first()
    known["name"] = str(entity.get("name") or (agent.firm_name if agent else actor.firm))
    known["code"] = actor.firm
    known["legal_representative"] = str(entity.get("legal_representative") or "")
    known["address"] = str(entity.get("business_address") or entity.get("registered_address") or "")
    return known
