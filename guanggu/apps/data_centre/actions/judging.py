"""Judging the quality of the lake's tables, and asking a provider to mend his."""

from __future__ import annotations

from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing, Problem
from guanggu.kernel.case.public import Case, Task, complete_task, ensure_shipped, open_case
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import save_record

from ..models import QualityResult, QualityRule, QualityRun, Resource
from ..queries.quality import condition_of, scores_of_tables
from ..queries.scopes import VIEW_RULES, keeps_data
from ..rules.quality import score_of, weighted
from .opening import count_failing

QUALITY_PROCEDURE = "data_centre.quality_issue"
QUALITY_KIND = "data_quality"
RUNS_KEPT = 400
_NOT_FAILING = T("该规则最近一次核查合格，无需整改。", "The rule passed when it was last checked.")
_ALREADY = T("该规则已有整改办件（{}）。", "A case is open for this rule ({}).")
_NO_PROVIDER = T("该资源尚未确定提供方。", "The resource has no provider yet.")


@action(
    "data_centre.judge", title=T("核查数据质量", "Check the quality"),
    allows=lambda actor, **_: actor.kind == "platform" or keeps_data(actor),
)  # fmt: skip
def judge(actor: Actor, *, counted: list[dict[str, Any]], at: str = "") -> dict[str, Any]:
    """Keep what :func:`count_all` found as one run. Answers {run, score, failing}."""
    rules = {r.pk: r for r in QualityRule.objects.select_related("resource").filter(is_active=True)}
    run = QualityRun.objects.create(at=clock.now())
    results = []
    for each in counted:
        rule = rules.get(each["rule"])
        if rule is None:
            continue
        results.append(
            QualityResult(
                run=run,
                rule=rule,
                rows=each["rows"],
                failed=each["failed"],
                error=each["error"],
                score=None if each["error"] else score_of(each["rows"], each["failed"]),
            )
        )
    QualityResult.objects.bulk_create(results)
    failing = [r for r in results if r.score is not None and r.score < r.rule.threshold]
    tables = scores_of_tables(results)
    run.score = weighted((score, 1) for score in tables.values())
    run.rules, run.failing = len(results), len(failing)
    run.save()
    old = QualityRun.objects.order_by("-pk").values_list("pk", flat=True)[RUNS_KEPT:]
    QualityRun.objects.filter(pk__in=list(old)).delete()
    append(
        f"data_quality/{run.pk}", "data_centre.judged", actor,
        {"score": str(run.score), "rules": run.rules, "failing": [r.rule.key for r in failing]},
    )  # fmt: skip
    return {"run": run.pk, "score": str(run.score or ""), "failing": len(failing)}


def count_all() -> list[dict[str, Any]]:
    """Every rule in use counted over the lake, before anything is written.

    A rule that cannot be judged tells why and hinders no other.
    """
    found = []
    rules = QualityRule.objects.select_related("resource").filter(is_active=True)
    for rule in rules.exclude(resource__table="").order_by("pk"):
        told: dict[str, Any] = {"rule": rule.pk, "rows": 0, "failed": 0, "error": ""}
        try:
            told["rows"], told["failed"] = count_failing(rule.resource, condition_of(rule))
            if rule.kind == "timeliness" and told["rows"]:
                told["rows"], told["failed"] = 1, min(told["failed"], 1)
        except Problem as problem:
            told["error"] = problem.message.zh[:400]
        found.append(told)
    return found


def _may_ask(actor: Actor, /, rule: str, **_: Any) -> bool:
    return keeps_data(actor) and bool(get(actor, QualityRule, VIEW_RULES, key=rule))


@action("data_centre.ask_to_mend", allows=_may_ask, title=T("转提供方整改", "Ask to mend"))
def ask_to_mend(actor: Actor, *, rule: str) -> dict[str, Any]:
    """Open a case at the provider for a rule that failed when last judged. Answers {case}."""
    row = QualityRule.objects.select_for_update(of=("self",)).get(key=rule)
    if row.case_number and Case.objects.filter(number=row.case_number, state="open").exists():
        raise Conflict(_ALREADY.format(row.case_number))
    last = row.results.order_by("-run").first()
    if last is None or last.score is None or last.score >= row.threshold:
        raise Conflict(_NOT_FAILING)
    provider = row.resource.provider
    if provider is None:
        raise Invalid(_NO_PROVIDER)
    answer = open_case(
        actor, procedure=ensure_shipped(QUALITY_PROCEDURE), organisation=provider.code,
        title=f"数据质量整改：{row.resource.name}（{row.name}）"[:200], subject=str(row.ref),
        data={"rule": row.key, "rows": last.rows, "failed": last.failed},
        applicant=actor.ref, applicant_name=actor.name,
    )  # fmt: skip
    row.case_number = answer["number"]
    save_record(actor, row, "data_centre.mending_asked", case=row.case_number)
    return {"case": row.case_number}


@action(
    "data_centre.mend", title=T("办理整改", "Answer for the mending"),
    allows=lambda actor, **_: keeps_data(actor),
)  # fmt: skip
def mend(actor: Actor, *, task: int, outcome: str, data: dict[str, Any]) -> dict[str, Any]:
    """Decide a task of a case of quality. Raises Conflict, Forbidden, Invalid."""
    if not Task.objects.filter(pk=task, case__kind=QUALITY_KIND).exists():
        raise Missing(T("没有这项任务。", "There is no such task."))
    return complete_task(actor, task=task, outcome=outcome, data=data)


def add_rules(actor: Actor, *, rules: list[dict[str, Any]]) -> int:
    """Those of the shipped rules whose table is in the catalogue; answers how many were added."""
    tables = {rule["table"] for rule in rules}
    known = set(Resource.objects.filter(table__in=tables).values_list("table", flat=True))
    fitting = [rule for rule in rules if rule["table"] in known]
    return int(ship_rules(actor, rules=fitting)["added"]) if fitting else 0


@action("data_centre.ship_rules", allows=lambda actor, **_: actor.kind == "platform")
def ship_rules(actor: Actor, *, rules: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the rules: key, table, name, kind, column, parameter, weight, threshold."""
    resources = {r.table: r for r in Resource.objects.filter(table__in=[x["table"] for x in rules])}
    for rule in rules:
        values = {name: value for name, value in rule.items() if name != "table"}
        row = QualityRule(resource=resources[rule["table"]], source="guanggu", **values)
        condition_of(row)
        save_record(actor, row, "data_centre.created")
    return {"added": len(rules)}
