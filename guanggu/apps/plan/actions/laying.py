"""Laying down the goals of the plan: their records, indicators, baselines and targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Organisation, Post
from guanggu.kernel.indicator.public import define_indicators
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import save_new_records

from ..models import Goal
from ..queries.scopes import keeps_plan
from ..rules.reading import GoalRow, read_goals
from ..rules.words import DELIVERABLE

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "goals.csv"
SOURCE = "武政〔2017〕11号"
BASE_YEAR = "2015"
_PARKS = frozenset(
    {"bio", "future", "bonded", "optics", "services", "making", "zhonghua", "centre"}
)
_UNITS_EN = {
    "亿元": "CNY 100 million", "件": "applications", "万平方米": "10,000 m²",
    "亿美元": "USD 100 million", "个": "communities", "所": "hospitals", "家": "firms",
    "万户": "10,000 firms", "吨标准煤/万元": "tce per CNY 10,000", "吨/日": "t/d",
    "万元": "CNY 10,000", "元": "CNY", "张": "beds", "次": "times", "分钟": "minutes",
    "工作日": "working days",
}  # fmt: skip
_FLOWS = frozenset({"亿元", "件", "亿美元"})


def organisation_code(short: str, district: str) -> str:
    return f"{district}-park-{short}" if short in _PARKS else f"{district}-{short}"


def indicator_key(code: str) -> str:
    return f"plan-{code}"


def _may_lay(actor: Actor, /, **_: Any) -> bool:
    return keeps_plan(actor)


def _district_of(actor: Actor) -> str:
    """Code of the body at the top of the actor's own."""
    body = Organisation.objects.get(pk=actor.organisation)
    while body.parent is not None:
        body = body.parent
    return body.code


@action("plan.lay_goals", allows=_may_lay, title=T("录入规划目标", "Lay down the goals"))
def lay_goals(actor: Actor, *, district: str = "") -> dict[str, Any]:
    """Make the goals that are not there yet, with their indicators; answers how many.

    district: code of the district's body, before that of each bureau; the top of the actor's own
    organisation where left out. A goal whose bureau the district does not have stands without one,
    until a keeper names it. Goals that stand already, and what a district has changed of them,
    stay as they are.
    """
    district = district or _district_of(actor)
    rows = read_goals(SHIPPED)
    known = set(Goal.objects.values_list("key", flat=True))
    bodies = {body.code: body for body in Organisation.objects.filter(code__startswith=district)}
    heads = {
        post.organisation_id: f"posts/{post.pk}"
        for post in Post.objects.filter(is_head=True, is_active=True).order_by("-pk")
    }
    missing = [row for row in rows if row.code not in known]
    _define(actor, [row for row in missing if row.kind != DELIVERABLE], bodies, heads, district)
    made = []
    for row in missing:
        body = bodies.get(organisation_code(row.organisation, district))
        made.append(_goal(row, body, heads.get(body.pk, "") if body else ""))
    save_new_records(actor, made, "plan.created")
    append("plans/2017", "plan.goals_laid", actor, {"goals": len(made)})
    return {"goals": len(made)}


def _goal(row: GoalRow, body: Organisation | None, post: str) -> Goal:
    return Goal(
        key=row.code, name=row.title, name_en=row.title_en, kind=row.kind, section=row.section,
        year=row.by, year_is_said=row.by_said, comparator=row.comparator, quote=row.quote,
        line=row.line, organisation=body, post=post, note=row.note, source=SOURCE,
        indicator=indicator_key(row.code) if row.kind != DELIVERABLE else "",
    )  # fmt: skip


def _define(
    actor: Actor, rows: list[GoalRow], bodies: dict[str, Organisation], heads: dict[int, str],
    district: str,
) -> None:  # fmt: skip
    indicators: list[dict[str, Any]] = []
    targets: list[dict[str, Any]] = []
    for row in rows:
        body = bodies.get(organisation_code(row.organisation, district))
        key = indicator_key(row.code)
        measure = "share" if row.unit == "%" else "flow" if row.unit in _FLOWS else "stock"
        indicators.append(
            {"key": key, "name": row.measured_by or row.title, "name_en": row.title_en,
             "unit": row.unit, "unit_en": _UNITS_EN.get(row.unit, row.unit), "period": "year",
             "measure": measure, "direction": row.direction, "decimals": 2, "source": SOURCE,
             "organisation": body, "owner": heads.get(body.pk, "") if body else "",
             "section": row.section, "theme": "规划目标", "note": row.note, "is_public": True}
        )  # fmt: skip
        clause = f"{SOURCE} {row.section}"
        if row.baseline:
            targets.append(
                {"indicator": key, "kind": "baseline", "period": row.baseline_year or BASE_YEAR,
                 "value": row.baseline, "clause": clause}
            )  # fmt: skip
        if row.target:
            targets.append(
                {"indicator": key, "kind": "target", "period": str(row.by), "value": row.target,
                 "path": "compound" if measure == "flow" else "linear", "clause": clause}
            )  # fmt: skip
    # They ship with the app: who keeps the plan need not keep the register of indicators.
    define_indicators(platform("plan"), indicators=indicators, targets=targets)
