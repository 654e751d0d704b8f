"""Performance of departments and posts, with the formula on the page."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden
from guanggu.kernel.identity.public import actor_of
from guanggu.web.table import Cell, Column, Table

from ..actions import own_log
from ..queries.scopes import may_supervise
from ..queries.scores import Period, Scored, departments, posts
from ..rules import DEDUCTED_MAX, FORMULA, RED_POINTS, YELLOW_POINTS


def period_of(values: Any) -> Period:
    """The asked days; the last twelve months where none or nonsense is asked."""
    today = clock.today()
    start, end = _day(values.get("from")), _day(values.get("until"))
    end = end or today
    start = start or end - timedelta(days=365)
    return Period(min(start, end), max(start, end))


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2200 else None


@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    """GET /supervision/scores/?by=department|post&from=&until="""
    if not may_supervise(actor_of(request)):
        raise Forbidden(T("绩效评分仅监察岗位可见。", "Only supervision sees the scores."))
    period = period_of(request.GET)
    by_post = request.GET.get("by") == "post"
    found = (posts if by_post else departments)(own_log(), period)
    return render(
        request,
        "supervision/scores.html",
        {
            "table": _table(found, by_post),
            "formula": FORMULA,
            "parts": found[0].score.parts if found else [],
            "example": _example(found),
            "period": period,
            "by_post": by_post,
            "points": (YELLOW_POINTS, RED_POINTS, DEDUCTED_MAX),
        },
    )


def _text(value: Fraction | None, percent: bool = False) -> str:
    if value is None:
        return "—"
    return f"{float(value * 100):.1f}%" if percent else f"{float(value):.1f}"


def _table(found: list[Scored], by_post: bool) -> Table:
    name = T("岗位", "Post") if by_post else T("单位", "Department")
    table = Table(
        T("绩效评分", "Performance"),
        [
            Column(name), Column(T("办结", "Finished"), numeric=True),
            Column(T("按期办结率", "On time"), numeric=True),
            Column(T("提速率", "Speed-up"), numeric=True),
            Column(T("满意率", "Satisfied"), numeric=True),
            Column(T("按时答复率", "Answered"), numeric=True),
            Column(T("黄牌/红牌", "Yellow/red"), numeric=True),
            Column(T("扣分", "Deducted"), numeric=True), Column(T("得分", "Score"), numeric=True),
        ],
    )  # fmt: skip
    for each in found:
        shares = [_text(part.value, percent=True) for part in each.score.parts]
        total = each.score.total
        tone = "" if total is None else "ok" if total >= 90 else "warn" if total >= 75 else "bad"
        table.add(
            each.name, each.counts.finished, *shares,
            f"{each.counts.yellow}/{each.counts.red}", _text(each.score.deducted),
            Cell(_text(total), tone=tone or "quiet"),
        )  # fmt: skip
    return table


def _example(found: list[Scored]) -> dict[str, Any] | None:
    """The first row worked through, figure by figure."""
    if not found or found[0].score.total is None:
        return None
    best = found[0]
    lines = []
    for part in best.score.parts:
        if part.value is None:
            lines.append((part.title, T("无数据，不计入", "no data, left out")))
        else:
            lines.append(
                (part.title, f"{_text(part.value, True)} × {part.weight} → {_text(part.points)}")
            )
    lines.append((T("扣分", "Deducted"), f"−{_text(best.score.deducted)}"))
    lines.append((T("得分", "Score"), _text(best.score.total)))
    return {"name": best.name, "lines": lines}
