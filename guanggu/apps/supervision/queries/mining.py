"""Process mining in the database: variants, the directly-follows map, waits and lateness.

Medians are the lower middle value, taken by window functions, so that a million events need no
memory here and both engines give the same figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Min

from ..models import EventLog, WatchedCase, WatchedEvent

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Flow:
    """How often one step directly followed another, and the median wait between them."""

    before: str
    after: str
    count: int
    seconds: int


@dataclass(frozen=True)
class StepFigures:
    """One step: how often, and the median wait before it was done."""

    activity: str
    count: int
    seconds: int | None
    late: int


@dataclass(frozen=True)
class Summary:
    """The head of a log's page.

    due: cases with a limit; late: those finished after it, or open and over it when the log ends
    late_by_last_event: the same, judged by the last recorded step instead of the recorded end
    median_seconds: from opening to end, of finished cases; median_span_seconds: first to last step
    """

    cases: int
    events: int
    variants: int
    finished: int
    due: int
    late: int
    late_by_last_event: int
    median_seconds: int | None
    median_span_seconds: int | None

    @property
    def late_share(self) -> float | None:
        return self.late / self.due if self.due else None


def summary(log: EventLog) -> Summary:
    cases = WatchedCase.objects.filter(log=log)
    due = cases.filter(due_at__isnull=False)
    judged = due.filter(is_late__isnull=False)
    return Summary(
        cases=cases.count(),
        events=WatchedEvent.objects.filter(log=log).count(),
        variants=cases.values("variant").distinct().count(),
        finished=cases.filter(closed_at__isnull=False).count(),
        due=judged.count(),
        late=judged.filter(is_late=True).count(),
        late_by_last_event=_count(
            "SELECT COUNT(*) FROM supervision_watchedcase "
            "WHERE log_id = %s AND due_at IS NOT NULL AND last_at > due_at",
            log.pk,
        ),
        median_seconds=_median_between(log, "opened_at", "closed_at"),
        median_span_seconds=_median_span(log),
    )


def variants(log: EventLog, limit: int = 20) -> list[dict[str, Any]]:
    """The commonest ways through, with how many cases took each and its steps."""
    rows = (
        WatchedCase.objects.filter(log=log, events__gt=0)
        .values("variant")
        .annotate(cases=Count("id"), example=Min("id"))
        .order_by("-cases", "variant")[:limit]
    )
    found = []
    for row in rows:
        steps = WatchedEvent.objects.filter(case_id=row["example"]).order_by("sequence")
        found.append(
            {"cases": row["cases"], "steps": list(steps.values_list("activity", flat=True))}
        )
    return found


def flows(log: EventLog, limit: int = 60) -> list[Flow]:
    """The directly-follows map, the most frequent first."""
    sql = """
        SELECT previous, activity, n, seconds FROM (
            SELECT previous, activity, seconds,
                   COUNT(*) OVER (PARTITION BY previous, activity) AS n,
                   ROW_NUMBER() OVER (PARTITION BY previous, activity ORDER BY seconds) AS place
            FROM supervision_watchedevent WHERE log_id = %s AND previous <> ''
        ) ranked WHERE place = (n + 1) / 2 ORDER BY n DESC, previous, activity LIMIT %s
    """
    return [Flow(*row) for row in _rows(sql, log.pk, limit)]


def steps(log: EventLog) -> list[StepFigures]:
    """Every step with its frequency and median wait, the slowest first."""
    sql = """
        SELECT activity, MAX(n), MAX(CASE WHEN place = (known + 1) / 2 THEN seconds END), MAX(late)
        FROM (
            SELECT activity, seconds,
                   COUNT(*) OVER (PARTITION BY activity) AS n,
                   COUNT(seconds) OVER (PARTITION BY activity) AS known,
                   SUM(CASE WHEN is_late THEN 1 ELSE 0 END) OVER (PARTITION BY activity) AS late,
                   ROW_NUMBER() OVER (
                       PARTITION BY activity
                       ORDER BY CASE WHEN seconds IS NULL THEN 1 ELSE 0 END, seconds
                   ) AS place
            FROM supervision_watchedevent WHERE log_id = %s
        ) ranked GROUP BY activity
    """
    figures = [StepFigures(*row) for row in _rows(sql, log.pk)]
    return sorted(figures, key=lambda each: (-(each.seconds or 0), each.activity))


def late_by_organisation(log: EventLog) -> list[dict[str, Any]]:
    """Cases and late ones by department, the most late first."""
    sql = """
        SELECT organisation_name, COUNT(*), SUM(CASE WHEN is_late THEN 1 ELSE 0 END)
        FROM supervision_watchedcase WHERE log_id = %s AND is_late IS NOT NULL
        GROUP BY organisation_name ORDER BY 3 DESC, 2 DESC, 1 LIMIT 50
    """
    return [
        {"name": name, "cases": cases, "late": late} for name, cases, late in _rows(sql, log.pk)
    ]


_SECONDS = {
    "sqlite": "CAST(ROUND((julianday({1}) - julianday({0})) * 86400) AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM ({1} - {0})) AS BIGINT)",
}


def _median_between(log: EventLog, start: str, end: str) -> int | None:
    seconds = _SECONDS[connection.vendor].format(start, end)
    return _median(
        f"SELECT {seconds} AS seconds FROM supervision_watchedcase "
        f"WHERE log_id = %s AND {start} IS NOT NULL AND {end} IS NOT NULL",
        log,
    )


def _median_span(log: EventLog) -> int | None:
    seconds = _SECONDS[connection.vendor].format("MIN(at)", "MAX(at)")
    return _median(
        f"SELECT {seconds} AS seconds FROM supervision_watchedevent WHERE log_id = %s "
        "GROUP BY case_id",
        log,
    )


def _median(inner: str, log: EventLog) -> int | None:
    sql = f"""
        SELECT seconds FROM (
            SELECT seconds, COUNT(*) OVER () AS n, ROW_NUMBER() OVER (ORDER BY seconds) AS place
            FROM ({inner}) spans
        ) ranked WHERE place = (n + 1) / 2
    """
    found = _rows(sql, log.pk)
    return found[0][0] if found else None


def _rows(sql: str, *parameters: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _count(sql: str, *parameters: Any) -> int:
    return _rows(sql, *parameters)[0][0]
