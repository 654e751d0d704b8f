"""Asking the worker to compare now."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.journal.public import action, append, start_job

from ..queries import may_maintain
from .composing import MATCH_AT_LENGTH


def _allows(actor: Actor, /, **_: Any) -> bool:
    return may_maintain(actor)


@action("legal_entities.ask_matching", allows=_allows, title=T("发起匹配", "Ask for matching"))
def ask_matching(actor: Actor, *, anew: bool = False) -> dict[str, str]:
    """Have all source records compared; with ``anew`` the model is learnt from them first."""
    asked = start_job(actor, MATCH_AT_LENGTH, anew=anew)
    append("matching_runs/all", "legal_entities.matching_asked", actor, {"anew": anew})
    return {"job": asked}
