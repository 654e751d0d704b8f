"""Publishing a procedure: checked whole, then never changed."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import DIGEST_KEY, action, append, state_digest

from .checking import faults_of
from .models import Procedure
from .procedures import definition_of, digest_of

ADMINISTERS = "administer"
_FAULTY = T(
    "流程定义有{}处错误，请修改后再发布。", "The definition has {} faults; mend them first."
)
_SAME = T("内容与已发布的版本相同，无需再次发布。", "The published version is the same already.")
_CODE = T("流程代码应为字母、数字和 . _ -。", "A code is letters, digits and . _ -")


def _may_publish(actor: Actor, **_: Any) -> bool:
    return actor.kind == "platform" or actor.has(ADMINISTERS)


def state_of(procedure: Procedure) -> dict[str, Any]:
    return {f.attname: getattr(procedure, f.attname) for f in procedure._meta.concrete_fields}


def _words(procedure: Procedure) -> dict[str, Any]:
    """Steps, outcomes and clocks with their titles, for those who only listen to the journal."""
    definition = definition_of(procedure)
    return {
        "steps": [
            {
                "key": step.key,
                "stage": step.stage,
                "kind": step.kind,
                **step.title.as_dict(),
                "outcomes": {key: each.title.as_dict() for key, each in step.outcomes.items()},
                "not_same_person_as": list(step.not_same_person_as),
            }
            for step in definition.steps.values()
        ],
        "clocks": {name: rule.title.as_dict() for name, rule in definition.clocks.items()},
    }


def _tell(actor: Actor, procedure: Procedure, kind: str) -> None:
    told: dict[str, Any] = {
        "version": procedure.version,
        "kind": procedure.kind,
        "title": procedure.title,
        "title_en": procedure.title_en,
        "digest": procedure.digest,
    }
    if kind == "case.procedure_published":
        told |= _words(procedure)
    append(procedure.ref, kind, actor, {**told, DIGEST_KEY: state_digest(state_of(procedure))})


@action("case.publish_procedure", allows=_may_publish, title=T("发布流程", "Publish a procedure"))
def publish_procedure(actor: Actor, *, code: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Publish the next version; the one before is retired, its cases go on with it.

    Answers {procedure, code, version}. Raises Invalid whose fields name each fault's place,
    Conflict where nothing changed.
    """
    if not code.replace(".", "").replace("_", "").replace("-", "").isalnum() or len(code) > 60:
        raise Invalid(_CODE, fields={"code": _CODE})
    faults = faults_of(code, definition)
    if faults:
        raise Invalid(_FAULTY.format(len(faults)), fields=faults, code="faulty_procedure")
    before = Procedure.objects.select_for_update().filter(code=code).order_by("-version").first()
    if before and before.state == "published" and before.definition == definition:
        raise Conflict(_SAME, code="nothing_changed")
    version = before.version + 1 if before else 1
    if before and before.state == "published":
        _retire(actor, before)
    made = Procedure(  # type: ignore[misc]  # the stubs take a JSONText for text
        code=code, version=version, kind=definition["kind"], title=definition["title"],
        title_en=definition["title_en"], definition=definition,
        digest=digest_of(code, version, definition), state="published",
        published_at=clock.now(),
    )  # fmt: skip
    made.save(force_insert=True)
    _tell(actor, made, "case.procedure_published")
    return {"procedure": made.pk, "code": code, "version": version}


@action("case.retire_procedure", allows=_may_publish, title=T("停用流程", "Retire a procedure"))
def retire_procedure(actor: Actor, *, code: str) -> dict[str, Any]:
    """Let no new case begin; those under way go on. Raises Conflict where none is published."""
    found = Procedure.objects.select_for_update().filter(code=code, state="published").first()
    if found is None:
        message = T("流程“{}”没有已发布的版本。", "Procedure “{}” has no published version.")
        raise Conflict(message.format(code))
    _retire(actor, found)
    return {"procedure": found.pk, "code": code, "version": found.version}


def _retire(actor: Actor, procedure: Procedure) -> None:
    procedure.state = "retired"
    procedure.save(force_update=True)
    _tell(actor, procedure, "case.procedure_retired")


def ensure_published(actor: Actor, code: str, definition: dict[str, Any]) -> Ref:
    """Publish where the latest version differs; for apps that ship procedures as data."""
    latest = Procedure.objects.filter(code=code, state="published").order_by("-version").first()
    if latest is None or latest.definition != definition:
        answer = publish_procedure(actor, code=code, definition=definition)
        return Ref("procedures", f"{code}.{answer['version']}")
    return latest.ref
