"""The monthly report: written on the spot, sent once the telephone has a network, reviewed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.document.public import Received, files_of, keep_file
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import save_record

from ..models import Milestone, MonthlyReport, Project
from ..queries.scopes import REPORT, REVIEW
from ..rules.places import distance_m, is_place
from ..rules.words import MILESTONE_KINDS

PHOTOS_MAX = 9
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
_KEPT_BACK = timedelta(days=31)  # how long a telephone may have been without a network
_FAST = timedelta(minutes=10)
_MOST = Decimal("10000000")  # 万元 in one month: more is a slip of the unit
_COMPLETE = T("请补全月报。", "Complete the report.")
_SAY = T("请填写形象进度。", "Say how the works stand.")
_MONEY = T("请填写本月完成投资（万元），不小于 0。", "Give this month's investment, 0 or more.")
_MONTH = T("该月不能填报：早于月报起始月，或尚未到来。", "This month cannot be reported on.")
_DAY = T("日期格式应为 年-月-日。", "A day is written as year-month-day.")
_AHEAD = T("实际完成日期不能晚于今天。", "The actual day cannot lie ahead.")
_APPROVED = T("该月月报已审核通过，不能再改。", "The report of this month is approved.")
_REVIEWED = T("该月报已由{}审核。", "{} has reviewed this report already.")
_OWN = T("不能审核本人填报的月报。", "Nobody reviews his own report.")
_REASON = T("退回须写明需要补正的内容。", "Say what is to be mended.")
_NO_PHOTO = T("只能上传照片（JPEG、PNG 或 WebP）。", "Only photos (JPEG, PNG or WebP).")
_ENOUGH = T("一份月报最多{}张照片。", "At most {} photos in one report.")


def _may_report(actor: Actor, /, project: str, **_: Any) -> bool:
    return bool(get(actor, Project, REPORT, key=project))


def _written_at(text: str) -> datetime:
    """When the telephone says it was written; now, where that cannot be believed."""
    now = clock.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return now
    if at.tzinfo is None:
        at = at.replace(tzinfo=clock.DISTRICT_ZONE)
    return at if now - _KEPT_BACK <= at <= now + _FAST else now


def _month(project: Project, text: str, wrong: dict[str, T]) -> date:
    try:
        month = date.fromisoformat(text).replace(day=1)
    except ValueError:
        wrong["month"] = _DAY
        return clock.today().replace(day=1)
    first = project.reports_from
    if first is None or month < first.replace(day=1) or month > clock.today():
        wrong["month"] = _MONTH
    return month


def _amount(text: str, wrong: dict[str, T]) -> Decimal:
    try:
        amount = Decimal(text.strip().replace(",", ""))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount <= _MOST:
        wrong["invested"] = _MONEY
        return Decimal(0)
    return amount.quantize(Decimal("0.01"))


def _steps(project: Project, given: dict[str, list[str]], wrong: dict[str, T]) -> dict[str, Any]:
    """What is told of milestones, those of the project that were not reached yet alone."""
    known = set(project.milestones.filter(actual_on=None).values_list("key", flat=True))
    told = {}
    for key, days in given.items():
        if key not in known or not any(days):
            continue
        try:
            forecast, actual = (date.fromisoformat(d) if d else None for d in days)
        except ValueError:
            wrong[f"step-{key}"] = _DAY
            continue
        if actual and actual > clock.today():
            wrong[f"step-{key}"] = _AHEAD
        told[key] = [d.isoformat() if d else "" for d in (forecast, actual)]
    return told


@action("projects.report", allows=_may_report, title=T("报送月报", "Send the monthly report"))
def submit_report(
    actor: Actor, *, project: str, month: str, invested: str, progress: str, problems: str = "",
    steps: dict[str, list[str]] | None = None, lon: float | None = None, lat: float | None = None,
    at: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Keep the report of a month; sent again before its review, it takes the place of the first.

    month: any day of it in ISO form; invested: 万元 as text; steps: {milestone: [forecast, actual]}
    in ISO form; at: when it was written. Answers {report, distance_m}. Raises Invalid by field,
    Conflict once it is approved.
    """
    found = Project.objects.select_for_update(of=("self",)).get(key=project)
    wrong: dict[str, T] = {}
    when, amount = _month(found, month, wrong), _amount(invested, wrong)
    told = _steps(found, steps or {}, wrong)
    if not progress.strip():
        wrong["progress"] = _SAY
    if wrong:
        raise Invalid(_COMPLETE, fields=wrong)
    row = MonthlyReport.objects.filter(project=found, month=when).first()
    if row is not None and row.state == "approved":
        raise Conflict(_APPROVED, code="report_approved")
    if row is None:
        row = MonthlyReport(key=f"{found.key}-{when:%Y%m}", project=found, month=when,
                            source="projects", is_sample=found.is_sample)  # fmt: skip
    row.invested, row.steps = amount, told
    row.progress, row.problems = progress.strip()[:2000], problems.strip()[:2000]
    row.reporter, row.account = actor.name[:80], actor.account
    row.reported_at, row.state = _written_at(at), "submitted"
    row.geometry, row.distance_m = _place(found, lon, lat)
    save_record(actor, row, "projects.reported", distance_m=row.distance_m)
    return {"report": row.key, "distance_m": row.distance_m}


def _place(project: Project, lon: float | None, lat: float | None) -> tuple[Any, int | None]:
    """The place of writing, and how far from the parcel it lies in metres."""
    if not is_place(lon, lat):
        return None, None
    import shapely

    assert lon is not None
    assert lat is not None
    point = shapely.Point(round(lon, 6), round(lat, 6))
    apart = None if project.geometry is None else distance_m(project.geometry, lon, lat)
    return point, apart


def _may_add(actor: Actor, /, report: str, **_: Any) -> bool:
    row = MonthlyReport.objects.filter(key=report).select_related("project").first()
    return row is not None and bool(get(actor, Project, REPORT, key=row.project.key))


@action("projects.add_photo", allows=_may_add, title=T("上传现场照片", "Add a photo"))
def add_photo(actor: Actor, *, report: str, received: dict[str, Any]) -> dict[str, Any]:
    """Keep a photo, cleaned before (``rules.photos``), with the report. Raises Invalid, Conflict."""
    row = MonthlyReport.objects.select_for_update(of=("self",)).get(key=report)
    if row.state == "approved":
        raise Conflict(_APPROVED, code="report_approved")
    if received.get("media_type") not in PHOTO_TYPES:
        raise Invalid(_NO_PHOTO, fields={"photos": _NO_PHOTO})
    if len(files_of(row.ref)) >= PHOTOS_MAX:
        message = _ENOUGH.format(PHOTOS_MAX)
        raise Invalid(message, fields={"photos": message})
    kept = keep_file(actor, Received(**received), row.ref, purpose="site")
    save_record(actor, row, "projects.photo_added", file=kept.key, sha256=kept.sha256)
    return {"report": row.key, "file": kept.key}


def _may_review(actor: Actor, /, report: str, **_: Any) -> bool:
    return bool(get(actor, MonthlyReport, REVIEW, key=report))


@action("projects.review_report", allows=_may_review, title=T("审核月报", "Review the report"))
def review_report(actor: Actor, *, report: str, approve: bool, opinion: str = "") -> dict[str, Any]:
    """Approve the report, which puts its milestones into the project, or send it back.

    Raises Conflict where it was reviewed already, Forbidden for one's own, Invalid where nothing
    says what is to be mended.
    """
    row = MonthlyReport.objects.select_for_update(of=("self",)).get(key=report)
    if row.state != "submitted":
        raise Conflict(_REVIEWED.format(row.reviewer), code="reviewed")
    if row.account and row.account == actor.account:
        raise Forbidden(_OWN, code="same_person")
    opinion = opinion.strip()[:400]
    if not approve and not opinion:
        raise Invalid(_REASON, fields={"opinion": _REASON})
    row.state = "approved" if approve else "returned"
    row.reviewer, row.reviewed_at, row.opinion = actor.name[:80], clock.now(), opinion
    save_record(actor, row, "projects.report_reviewed", state=row.state)
    if approve:
        _take_over(actor, row)
    return {"report": row.key, "state": row.state}


def _take_over(actor: Actor, report: MonthlyReport) -> None:
    """The milestones as the approved report tells them."""
    rows = Milestone.objects.select_for_update(of=("self",)).filter(
        project=report.project_id, key__in=list(report.steps), actual_on=None
    )
    for row in rows.order_by("key"):
        forecast, actual = report.steps[row.key]
        row.forecast_on = date.fromisoformat(forecast) if forecast else row.forecast_on
        row.actual_on = date.fromisoformat(actual) if actual else None
        save_record(actor, row, "projects.changed", report=report.key)


def step_titles(report: MonthlyReport) -> list[tuple[T, str, str]]:
    """(milestone, forecast, actual) as the report tells them."""
    rows = {m.key: m for m in Milestone.objects.filter(key__in=list(report.steps))}
    return [
        (MILESTONE_KINDS[rows[key].kind], days[0], days[1])
        for key, days in report.steps.items()
        if key in rows
    ]
