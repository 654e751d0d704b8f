"""All lakes at once: what they are now, and what they were over the months, on the map."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable
from guanggu.kernel.identity.public import actor_of, visible
from guanggu.web.measures import value_text
from guanggu.web.table import Cell, Column, Table

from ..models import Lake, LakeDay
from ..queries.days import latest_days, months_of
from ..queries.scopes import VIEW_LAKES
from ..queries.sensing import Level, present_levels
from ..rules.words import GOALS, class_title, factor_title
from .presenting import (
    class_badge,
    class_legend,
    district_map,
    level_note,
    name_of,
    reaches_goal,
    trophic_badge,
)

MONTHS = 12


def _month(text: str, months: list[date]) -> date | None:
    """The month asked for, where it is among those shown."""
    return next((m for m in months if f"{m:%Y-%m}" == text), None)


def month_title(month: date) -> T:
    return T(f"{month.year}年{month.month}月", f"{month:%b %Y}")


@require_safe
def overview_page(request: HttpRequest) -> HttpResponse:
    """GET /lakes/?on=2026-05"""
    lakes = list(visible(actor_of(request), Lake.objects.all(), VIEW_LAKES).order_by("key"))
    days = latest_days(lakes)
    levels, is_down = _levels(lakes)
    months, table = months_of(lakes, clock.today(), MONTHS)
    chosen = _month(request.GET.get("on", ""), months)
    now = {lake.key: days[lake.pk].water_class for lake in lakes if lake.pk in days}
    classes = now if chosen is None else {
        lake.key: table.get((lake.pk, chosen), ("", None))[0] for lake in lakes
    }  # fmt: skip
    return render(
        request,
        "lakes/overview.html",
        {
            "tiles": _tiles(lakes, days, levels),
            "cards": [_card(lake, days.get(lake.pk), levels.get(lake.pk)) for lake in lakes],
            "map": district_map(lakes, classes, height=640, label=_map_label(chosen)),
            "map_title": _map_label(chosen),
            "legend": class_legend(),
            "months": _months(lakes, months, table, chosen),
            "slides": _slides(lakes, months, table),
            "history": _history(lakes, months, table),
            "is_down": is_down,
            "has_sample": any(lake.is_sample for lake in lakes),
            "crumbs": [(T("湖泊", "Lakes"), "")],
        },
    )


def _map_label(month: date | None) -> T:
    if month is None:
        return T("各湖最新水质类别", "Latest class of each lake")
    return T("{}各湖水质类别", "Class of each lake, {}").format(month_title(month))


def _levels(lakes: list[Lake]) -> tuple[dict[int, Level], bool]:
    try:
        return present_levels(lakes), False
    except Unavailable:
        return {}, True


def _tiles(
    lakes: list[Lake], days: dict[int, LakeDay], levels: dict[int, Level]
) -> list[dict[str, Any]]:
    judged = [(lake, days[lake.pk]) for lake in lakes if lake.pk in days]
    good = sum(1 for lake, day in judged if reaches_goal(day, lake))
    with_goal = sum(1 for lake, day in judged if reaches_goal(day, lake) is not None)
    eutrophic = sum(1 for _, day in judged if day.tli is not None and day.tli > 50)
    above = sum(1 for lake in lakes if lake.pk in levels
                and level_note(lake, levels[lake.pk].level_m)[1] in ("bad", "warn"))  # fmt: skip
    return [
        {"label": T("湖泊", "Lakes"), "value": len(lakes)},
        {"label": T("达到水质目标", "Reach their goal"), "value": f"{good}/{with_goal}",
         "tone": "ok" if good == with_goal else "warn"},
        {"label": T("富营养", "Eutrophic"), "value": eutrophic, "tone": "warn" if eutrophic else "ok",
         "note": T("综合营养状态指数大于50", "TLI above 50")},
        {"label": T("水位超限", "Level beyond limits"), "value": above, "tone": "bad" if above else "ok"},
    ]  # fmt: skip


def _card(lake: Lake, day: LakeDay | None, level: Level | None) -> dict[str, Any]:
    note, tone = level_note(lake, level.level_m if level else None)
    reached = reaches_goal(day, lake)
    return {
        "lake": lake, "name": name_of(lake), "day": day,
        "badge": class_badge(day.water_class if day else ""),
        "trophic": trophic_badge(day.trophic, day.tli) if day else "",
        "deciding": [factor_title(code) for code in (day.deciding if day else [])],
        "goal": GOALS.get(lake.goal), "reached": reached,
        "level": value_text(level.level_m) if level else "—", "level_note": note, "level_tone": tone,
    }  # fmt: skip


def _months(
    lakes: list[Lake], months: list[date], table: dict[Any, Any], chosen: date | None
) -> list[dict[str, Any]]:
    """Small maps, one a month: the slider of a page without scripts."""
    return [
        {
            "title": month_title(month), "value": f"{month:%Y-%m}", "is_chosen": month == chosen,
            "map": district_map(
                lakes, {lake.key: table.get((lake.pk, month), ("", None))[0] for lake in lakes},
                width=180, height=160, label=month_title(month), names=False,
            ),
        }
        for month in months
    ]  # fmt: skip


def _slides(lakes: list[Lake], months: list[date], table: dict[Any, Any]) -> dict[str, Any]:
    """What the slider of the script colours from."""
    return {
        "months": [str(month_title(month)) for month in months],
        "classes": {
            lake.key: [table.get((lake.pk, month), ("", None))[0] for month in months]
            for lake in lakes
        },
        "titles": {code: str(class_title(code)) for code in ("", "1", "2", "3", "4", "5", "6")},
        "names": {lake.key: name_of(lake) for lake in lakes},
    }


def _history(lakes: list[Lake], months: list[date], table: dict[Any, Any]) -> Table:
    made = Table(
        T("各湖各月水质类别与营养状态指数", "Class and trophic index by lake and month"),
        [Column(T("湖泊", "Lake")), *(Column(f"{month:%Y-%m}") for month in months)],
        caption_hidden=False, stacks=False,
    )  # fmt: skip
    for lake in lakes:
        cells = []
        for month in months:
            code, tli = table.get((lake.pk, month), ("", None))
            shown = class_title(code) if code else "—"
            index = f" {tli:.0f}" if tli is not None else ""
            cells.append(Cell(T("{}{}", "{}{}").format(shown, index) if code else "—"))
        made.add(name_of(lake), *cells, href=f"/lakes/lake/{lake.key}/")
    return made
