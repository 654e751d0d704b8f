"""Moving a project along the pipeline."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import Project
from ..queries.scopes import CHANGE_PROJECTS
from ..rules.stages import Standing, is_forward, missing_for, next_stages
from ..rules.words import STAGES

_NOT_NEXT = T("项目不能由“{}”直接转为“{}”。", "A project cannot go from {} to {}.")
_WANTING = T("推进到“{}”之前还需：{}。", "Before it moves on to {}: {}.")
_REASON = T("退回或终止须说明理由。", "Say why it goes back or is stopped.")


def _may_advance(actor: Actor, /, project: str, **_: Any) -> bool:
    return bool(get(actor, Project, CHANGE_PROJECTS, key=project))


def standing_of(row: Project) -> Standing:
    reached = row.milestones.exclude(actual_on=None).values_list("kind", flat=True)
    return Standing(
        row.stage, has_owner=bool(row.owner or row.owner_name), has_lead=row.lead_id is not None,
        has_investment=row.investment > 0, has_code=bool(row.code),
        has_parcel=row.geometry is not None, reached=frozenset(reached),
    )  # fmt: skip


@action("projects.advance", allows=_may_advance, title=T("推进项目阶段", "Move a project on"))
def advance_project(actor: Actor, *, project: str, to: str, reason: str = "") -> dict[str, Any]:
    """Put the project into another stage. Answers {project, stage}.

    Raises Conflict for a stage that does not follow, Invalid where something is still wanting, or
    where a step back gives no reason.
    """
    row = Project.objects.select_for_update(of=("self",)).get(key=project)
    if to not in STAGES or to not in next_stages(row.stage):
        raise Conflict(
            _NOT_NEXT.format(STAGES[row.stage], STAGES.get(to, T(to, to))), code="not_next"
        )
    wanting = missing_for(standing_of(row), to)
    if wanting:
        words = T("；".join(w.zh for w in wanting), "; ".join(w.en for w in wanting))
        raise Invalid(_WANTING.format(STAGES[to], words), fields={"to": words})
    reason = reason.strip()[:400]
    if not is_forward(row.stage, to) and not reason:
        raise Invalid(_REASON, fields={"reason": _REASON})
    row.stage = to
    save_record(actor, row, "projects.advanced", reason=reason)
    return {"project": row.key, "stage": row.stage}
