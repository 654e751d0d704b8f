"""Early warning: facts about a project against an open table of rules.

Every finding carries what was measured and the limit that it broke, so that a reader can follow
the arithmetic; the table itself is a register that its keeper changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from guanggu.base.bilingual import T
from guanggu.base.months import month_before, months_between, next_month

from .investing import Year
from .stages import Step
from .words import MILESTONE_KINDS

REPORT_DUE_DAY = 5  # of the following month
# kind, yellow from, red from: days, or percent of the path below which it warns
SHIPPED = (
    ("milestone_late", 1, 30), ("forecast_late", 15, 60), ("investment_behind", 90, 70),
    ("report_missing", 1, 10), ("permit_stuck", 1, 20),
)  # fmt: skip
BELOW = frozenset({"investment_behind"})  # kinds whose limit is broken from below
MONTHS_BEFORE_JUDGING = 2  # a year's first month says nothing about its path


@dataclass(frozen=True, slots=True)
class Rule:
    """kind, level, and the limit: reached or passed means it is broken."""

    kind: str
    level: str
    limit: int


@dataclass(frozen=True, slots=True)
class Permit:
    """title, when it was to be granted, and whether it was."""

    key: str
    title: str
    expected_on: date | None
    is_granted: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a project on a day.

    steps: milestones by key; year: of the last month whose report is due, None without a plan;
    months_missing: months without an accepted or waiting report whose day has passed.
    """

    on: date
    steps: Sequence[tuple[str, Step]] = ()
    year: Year | None = None
    months_judged: int = 0
    months_missing: Sequence[date] = ()
    permits: Sequence[Permit] = field(default=())


@dataclass(frozen=True, slots=True)
class Finding:
    """cause: the thing that it is about, one warning for each; measured, limit: in its unit."""

    kind: str
    level: str
    cause: str
    measured: int
    limit: int
    text: T


def report_due_on(month: date) -> date:
    """The last day on which the report of a month is in time."""
    return next_month(month).replace(day=REPORT_DUE_DAY)


def last_due_month(on: date) -> date:
    """The latest month whose report ought to be there."""
    month = month_before(on.replace(day=1))
    return month if on > report_due_on(month) else month_before(month)


def months_due(first: date, on: date) -> list[date]:
    """Months from the first on whose reports ought to be there."""
    return months_between(first, last_due_month(on))


def evaluate(facts: Facts, rules: Iterable[Rule]) -> list[Finding]:
    """The findings, one a cause, each at the highest level that it reaches."""
    by_kind: dict[str, list[Rule]] = {}
    for rule in rules:
        by_kind.setdefault(rule.kind, []).append(rule)
    found = []
    for kind, cause, measured, text in _measured(facts):
        broken = [rule for rule in by_kind.get(kind, ()) if _breaks(rule, measured)]
        if broken:
            worst = min(broken, key=lambda rule: rule.level != "red")
            found.append(Finding(kind, worst.level, cause, measured, worst.limit, text))
    return found


def _breaks(rule: Rule, measured: int) -> bool:
    return measured < rule.limit if rule.kind in BELOW else measured >= rule.limit


def _measured(facts: Facts) -> Iterable[tuple[str, str, int, T]]:
    yield from _of_steps(facts)
    if facts.year and facts.year.path and facts.months_judged >= MONTHS_BEFORE_JUDGING:
        reached = int(facts.year.done * 100 / facts.year.path)
        yield "investment_behind", str(facts.year.number), reached, T(
            "本年应完成 {} 万元，实际完成 {} 万元，为应完成的 {}%",
            "{} (10,000 yuan) due this year so far, {} done, {}% of it",
        ).format(_plain(facts.year.path), _plain(facts.year.done), reached)  # fmt: skip
    if facts.months_missing:
        # One warning, from the oldest on: what is asked for is the same for all of them.
        month, count = min(facts.months_missing), len(facts.months_missing)
        days = (facts.on - report_due_on(month)).days
        yield "report_missing", f"{month:%Y-%m}", days, T(
            "{} 年 {} 月起 {} 个月的月报未报送，最早应于 {} 前报送，已逾期 {} 天",
            "Reports missing from {}-{:02d} on: {}; the first was due on {}, {} days ago",
        ).format(month.year, month.month, count, report_due_on(month).isoformat(), days)  # fmt: skip
    for permit in facts.permits:
        if permit.expected_on and not permit.is_granted and permit.expected_on < facts.on:
            days = (facts.on - permit.expected_on).days
            yield "permit_stuck", permit.key, days, T(
                "“{}”应于 {} 前办结，已超 {} 天", "“{}” was to be granted by {}; {} days over"
            ).format(permit.title, permit.expected_on.isoformat(), days)  # fmt: skip


def _of_steps(facts: Facts) -> Iterable[tuple[str, str, int, T]]:
    """Every milestone that is overdue; of those only forecast late the nearest, which drags the rest."""
    is_told = False
    for key, step in sorted(facts.steps, key=lambda each: each[1].planned_on or date.max):
        if step.actual_on or step.planned_on is None:
            continue
        title = MILESTONE_KINDS[step.kind]
        if step.planned_on < facts.on:
            days = (facts.on - step.planned_on).days
            yield "milestone_late", key, days, T(
                "“{}”计划 {} 完成，已逾期 {} 天", "“{}” was planned for {}; {} days overdue"
            ).format(title, step.planned_on.isoformat(), days)  # fmt: skip
        elif step.forecast_on and step.forecast_on > step.planned_on and not is_told:
            is_told = True
            days = (step.forecast_on - step.planned_on).days
            yield "forecast_late", key, days, T(
                "“{}”计划 {}，预计 {}，滞后 {} 天", "“{}” planned for {}, expected {}: {} days late"
            ).format(title, step.planned_on.isoformat(), step.forecast_on.isoformat(), days)  # fmt: skip


def _plain(value: Decimal) -> str:
    return f"{value:,.0f}"


def rule_words(rule: Rule) -> T:
    """A rule in a sentence, for the open table."""
    sentences = {
        "milestone_late": T("节点超过计划日期 {} 天及以上未完成", "A milestone is {} days overdue or more"),
        "forecast_late": T("节点预计比计划晚 {} 天及以上", "A milestone is expected {} days late or more"),
        "investment_behind": T("本年累计完成投资低于应完成的 {}%", "Investment this year is below {}% of its path"),
        "report_missing": T("月报逾期 {} 天及以上未报送", "A monthly report is {} days late or more"),
        "permit_stuck": T("手续超过计划办结日期 {} 天及以上", "A permit is {} days over its planned day or more"),
    }  # fmt: skip
    return sentences[rule.kind].format(rule.limit)
