"""Laying the sample's projects with their milestones, money, permits and reports."""

from __future__ import annotations

import csv
import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import shapely

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.months import month_before
from guanggu.kernel.case.public import Case
from guanggu.kernel.identity.public import Organisation, Post
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_new_records
from guanggu.standards import gb_t_40058_2021 as project_code

from ..models import (
    InvestmentPlan,
    Milestone,
    MonthlyReport,
    PermitLink,
    Project,
    WarningRule,
)
from ..rules.inventing import Invented, corners, invent
from ..rules.warning import SHIPPED, last_due_month
from ..rules.words import RUNNING

_FILE = Path(__file__).resolve().parent.parent / "data" / "sample.csv"
REGION = "420118"
CHECKER = "wehdz-fgj"
MONTHS_TOLD = 11  # reports of this many months back
_PERMITS = ("建设用地规划许可证", "建设工程规划许可证", "建筑工程施工许可证", "环境影响评价批复")
_PROGRESS = {
    "preparation": "正在办理前期手续，初步设计已完成评审。",
    "commencement": "已进场，完成临建和场地平整，桩基施工中。",
    "construction": "主体结构按计划推进，机电安装同步进行。",
    "completion": "工程实体完工，正在组织专项验收。",
}


def _may_lay(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


@action("projects.lay_rules", allows=_may_lay)
def lay_rules(actor: Actor) -> dict[str, int]:
    """The rules of warning that come with the house, those that do not stand yet."""
    known = set(WarningRule.objects.values_list("key", flat=True))
    made = [
        WarningRule(key=f"{kind}-{level}", kind=kind, level=level, limit=limit, source="shipped")
        for kind, yellow, red in SHIPPED
        for level, limit in (("yellow", yellow), ("red", red))
        if f"{kind}-{level}" not in known
    ]
    save_new_records(actor, made, "projects.created")
    return {"rules": len(made)}


@action("projects.lay_sample", allows=_may_lay)
def lay_sample(actor: Actor, *, owners: list[list[str]]) -> dict[str, int]:
    """Forty invented projects. owners: [[unified code, name], …], taken in turn.

    Answers {projects, reports}. Projects that stand already are left alone.
    """
    known = set(Project.objects.values_list("key", flat=True))
    rows = list(csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()))
    units = {unit.code: unit for unit in Organisation.objects.all()}
    heads = {post.organisation_id: post for post in Post.objects.filter(is_head=True)}
    parts: list[list[Any]] = [[], [], [], [], []]
    for number, row in enumerate(rows):
        key = f"XM-S{number + 1:03d}"
        lead = units.get(row["lead"])
        if key in known or lead is None:
            continue
        owner = owners[number % len(owners)] if owners else ["", ""]
        post = heads.get(lead.pk)
        made = _lay(key, number, row, owner, lead, units.get(CHECKER), post)
        for part, found in zip(parts, made, strict=True):
            part += found
    # Children name their project by its number in the database, which it has once it is saved.
    for part in parts:
        for child in part:
            if not isinstance(child, Project):
                child.project_id = child.project.pk
        save_new_records(actor, part, "projects.created")
    return {"projects": len(parts[0]), "reports": len(parts[4])}


def _lay(
    key: str, number: int, row: dict[str, str], owner: list[str], lead: Organisation,
    checker: Organisation | None, post: Post | None,
) -> tuple[list[Any], ...]:  # fmt: skip
    """(the project, its milestones, plans, permits, reports), none saved yet."""
    today, stage = clock.today(), row["stage"]
    money = Decimal(row["investment"])
    found = invent(key, stage, money, int(row["late"]), today)
    rng = random.Random(f"{key} rest")
    first = max(min(found.plan, default=today.replace(day=1)), _months_ago(MONTHS_TOLD, today))
    if stage == "preparation":
        first = _months_ago(5, today)
    code = "" if stage == "reserve" else project_code.generate(
        rng, found.starts_on - timedelta(days=220), REGION, row["industry"][1:3]
    )  # fmt: skip
    project = Project(
        key=key, code=code, name=f"{row['name']}（样例）", name_en=f"{row['name_en']} (sample)",
        stage=stage, industry=row["industry"], content=f"{row['name']}及配套设施，分期建设。",
        place="东湖高新区（样例地块）", owner=f"legal_entities/{owner[0]}" if owner[0] else "",
        owner_name=owner[1], lead=lead, checker=checker, post=str(post.ref) if post else "",
        investment=money, funding=row["funding"], starts_on=found.starts_on, ends_on=found.ends_on,
        reports_from=first if stage in RUNNING else None, is_major=row["major"] == "1", goal=f"plan_goals/{row['goal']}" if row["goal"] else "",
        geometry=shapely.Polygon(corners(key, number, money)), is_sample=True, source="sample",
    )  # fmt: skip
    return (
        [project], _milestones(project, found), _plans(project, found),
        _permits(project, number, rng), _reports(project, found, first, int(row["late"]), rng),
    )  # fmt: skip


def _months_ago(count: int, today: date) -> date:
    month = today.replace(day=1)
    for _ in range(count):
        month = month_before(month)
    return month


def _milestones(project: Project, found: Invented) -> list[Milestone]:
    return [
        Milestone(
            key=f"{project.key}-{kind}", project=project, kind=kind, planned_on=planned,
            forecast_on=forecast, actual_on=actual, weight=weight, is_sample=True, source="sample",
        )
        for kind, planned, forecast, actual, weight in found.steps
    ]  # fmt: skip


def _plans(project: Project, found: Invented) -> list[InvestmentPlan]:
    this = clock.today().year
    return [
        InvestmentPlan(
            key=f"{project.key}-T{month:%Y%m}", project=project, month=month, amount=amount,
            is_sample=True, source="sample",
        )
        for month, amount in found.plan.items() if this - 1 <= month.year <= this + 1
    ]  # fmt: skip


def _permits(project: Project, number: int, rng: random.Random) -> list[PermitLink]:
    """Granted ones for who builds already; for one in preparation two are under way."""
    if project.stage == "reserve" or project.starts_on is None:
        return []
    made = []
    for place, title in enumerate(_PERMITS):
        expected = project.starts_on - timedelta(days=160 - 40 * place)
        under_way = project.stage in ("preparation", "stopped") and place >= 2
        if under_way:
            # One of three is stuck, the others still have time.
            away = rng.randrange(6, 26) if number % 3 == 0 else -rng.randrange(20, 90)
            expected = clock.today() - timedelta(days=away)
        granted = min(expected, clock.today()) - timedelta(days=rng.randrange(1, 9))
        made.append(
            PermitLink(
                key=f"{project.key}-S{place + 1}", project=project, title=title,
                case=_open_case(number) if under_way and place == 2 else "", expected_on=expected,
                granted_on=None if under_way else granted, is_sample=True, source="sample",
            )
        )  # fmt: skip
    return made


def _open_case(number: int) -> str:
    """A case of the sample that is still open, so that the link leads somewhere."""
    rows = Case.objects.filter(state="open").exclude(kind="project_delay").order_by("pk")
    found = rows.values_list("number", flat=True)[number % 7 : number % 7 + 1]
    return found[0] if found else ""


def _reports(
    project: Project, found: Invented, first: date, late: int, rng: random.Random
) -> list[MonthlyReport]:  # fmt: skip
    """One a month; the most serious ones miss the last, and the newest of others wait for review."""
    if project.stage not in RUNNING:
        return [] if project.stage != "production" else _told(project, found, first, rng, 0)
    return _told(project, found, first, rng, 2 if late == 3 else 0)


def _told(
    project: Project, found: Invented, first: date, rng: random.Random, missing: int
) -> list[MonthlyReport]:
    made, month = [], last_due_month(clock.today())
    for _ in range(missing):
        month = month_before(month)
    newest = month
    while month >= first:
        at = datetime.combine(month, time(9), clock.DISTRICT_ZONE) + timedelta(
            days=28, hours=rng.randrange(8)
        )
        waits = month == newest and rng.random() < 0.3
        place = project.geometry.representative_point()
        made.append(
            MonthlyReport(
                key=f"{project.key}-{month:%Y%m}", project=project, month=month,
                invested=found.done.get(month, Decimal(0)),
                progress=_PROGRESS.get(project.stage, "项目已投产，正在办理竣工决算。"),
                problems="手续办理进度慢于计划，需协调。" if rng.random() < 0.15 else "",
                geometry=place, distance_m=0, reporter="示例填报员", reported_at=at,
                state="submitted" if waits else "approved",
                reviewer="" if waits else "示例审核员",
                reviewed_at=None if waits else at + timedelta(days=2),
                opinion="" if waits else "属实。", is_sample=True, source="sample",
            )
        )  # fmt: skip
        month = month_before(month)
    return made
