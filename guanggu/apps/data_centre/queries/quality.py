"""Rules of quality as they are judged and shown."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from guanggu.base import clock
from guanggu.kernel.case.public import Case, CaseFile, file_of

from ..models import QualityResult, QualityRule, QualityRun, Resource
from ..rules.quality import failing_condition, weighted


def condition_of(rule: QualityRule) -> str:
    """The rule's failing condition over its table. Raises Invalid where the rule is badly made."""
    now = clock.now().strftime("%Y-%m-%d %H:%M:%S")
    return failing_condition(rule.kind, rule.column, rule.parameter, now)


def scores_of_tables(results: Iterable[QualityResult]) -> dict[int, Decimal | None]:
    """Score by resource, of the results of one run."""
    by_resource: dict[int, list[tuple[Decimal | None, int]]] = {}
    for each in results:
        by_resource.setdefault(each.rule.resource_id, []).append((each.score, each.rule.weight))
    return {resource: weighted(scores) for resource, scores in by_resource.items()}


def last_run() -> QualityRun | None:
    return QualityRun.objects.order_by("-pk").first()


def results_of(run: QualityRun | None) -> list[QualityResult]:
    if run is None:
        return []
    rows = QualityResult.objects.filter(run=run)
    return list(rows.select_related("rule__resource__provider").order_by("rule__resource", "rule"))


def trend(limit: int = 30) -> list[QualityRun]:
    """The last runs, oldest first."""
    return list(reversed(QualityRun.objects.order_by("-pk")[:limit]))


def trend_of(resource: Resource, limit: int = 30) -> list[tuple[QualityRun, Decimal | None]]:
    """The score of one resource in the last runs, oldest first."""
    runs = trend(limit)
    rows = QualityResult.objects.filter(run__in=runs, rule__resource=resource).select_related(
        "rule"
    )
    by_run: dict[int, list[QualityResult]] = {}
    for each in rows:
        by_run.setdefault(each.run_id, []).append(each)
    return [(run, scores_of_tables(by_run.get(run.pk, ())).get(resource.pk)) for run in runs]


def score_of_resource(resource: Resource) -> Decimal | None:
    run = last_run()
    if run is None:
        return None
    rows = QualityResult.objects.filter(run=run, rule__resource=resource).select_related("rule")
    return scores_of_tables(rows).get(resource.pk)


def mending_of(rule: QualityRule) -> CaseFile | None:
    """The rule's case of mending, the latest."""
    if not rule.case_number:
        return None
    case = Case.objects.filter(number=rule.case_number).first()
    return file_of(case) if case else None
