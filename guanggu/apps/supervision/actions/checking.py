"""Asking for a full check of the journal, and telling its result in the journal itself."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import action, append, enqueue, verify

from ..queries.scopes import may_supervise

CHECKED = Ref("integrity", "journal")
_FINDINGS_TOLD = 50


def _may_ask(actor: Actor, /, **_: Any) -> bool:
    return may_supervise(actor) or actor.has("audit")


@action("supervision.ask_for_check", allows=_may_ask, title=T("核验日志", "Check the journal"))
def ask_for_check(actor: Actor) -> dict[str, Any]:
    """Have the worker read the whole journal again."""
    append(CHECKED, "supervision.check_asked", actor)
    return {"job": enqueue("supervision.check_journal")}


@action("supervision.tell_check", allows=lambda actor, **_: actor.kind == "platform")
def _tell(actor: Actor, *, result: dict[str, Any]) -> dict[str, Any]:
    append(CHECKED, "supervision.journal_checked", actor, result)
    return {}


def check_journal() -> None:
    """Verify everything and tell what was found; the findings name each row."""
    verdict = verify()
    findings = [
        {"place": finding.place, **finding.message.as_dict()}
        for finding in verdict.findings[:_FINDINGS_TOLD]
    ]
    _tell(
        platform("supervision"),
        result={"events": verdict.events, "records": verdict.records, "roots": verdict.roots,
                "sound": verdict.is_sound, "findings": findings},
    )  # fmt: skip
