"""One lake: live values, class and trophic state with what decided them, level, trend, problems."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.kernel.observation.public import TITLES, Mark
from guanggu.web import maps
from guanggu.web.dates import day_text
from guanggu.web.measures import unit_text, value_text
from guanggu.web.table import Cell, Column, Table
from guanggu.web.templatetags.guanggu import instant

from ..models import Lake, LakeDay
from ..queries.days import days_of, latest_days
from ..queries.patrols import open_issues
from ..queries.scopes import is_official, sees_issues
from ..queries.sensing import Live, live_or_none, present_levels, stations_of
from ..queries.tracing import outfalls_of
from ..rules.quality import judge
from ..rules.words import (
    FACTORS,
    GOALS,
    ISSUE_KINDS,
    OPEN_STATES,
    OUTFALL_KINDS,
    OUTFALL_STATES,
    class_title,
    factor_title,
)
from .presenting import (
    class_badge,
    class_legend,
    crumbs_of,
    lake_of,
    level_note,
    name_of,
    reaches_goal,
    trophic_badge,
)


@require_safe
def lake_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /lakes/lake/<key>/"""
    actor = actor_of(request)
    lake = lake_of(actor, key)
    stations = stations_of(lake)
    live = live_or_none(stations)
    day = latest_days([lake]).get(lake.pk)
    level = present_levels([lake]).get(lake.pk) if live is not None else None
    year = days_of(lake, clock.today() - timedelta(days=400), clock.today())
    note, tone = level_note(lake, level.level_m if level else None)
    return render(
        request,
        "lakes/lake.html",
        {
            "lake": lake, "name": name_of(lake), "day": day,
            "badge": class_badge(day.water_class if day else ""),
            "trophic": trophic_badge(day.trophic, day.tli) if day else "",
            "tiles": _tiles(lake, day, level, note, tone),
            "decided": _decided(day), "clause": judge(day.values).clause if day else "",
            "live": _live(lake, live or []), "is_down": live is None,
            "calendar": year_calendar(year, clock.today()), "legend": class_legend(),
            "trend": trend(year),
            "about": _about(lake), "map": lake_map(actor, lake),
            "outfalls": _outfalls(actor, lake),
            "issues": _issues(actor, lake),
            "is_official": is_official(actor),
            "crumbs": crumbs_of(lake),
        },
    )  # fmt: skip


def _tiles(lake: Lake, day: LakeDay | None, level: Any, note: T, tone: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {"label": T("水质类别", "Class"), "value": class_title(day.water_class if day else ""),
         "note": _goal_note(lake, day), "tone": _goal_tone(lake, day)},
        {"label": T("综合营养状态指数", "Trophic level index"),
         "value": f"{day.tli:.1f}" if day and day.tli is not None else "—",
         "note": trophic_badge(day.trophic) if day else "",
         "tone": "warn" if day and day.tli is not None and day.tli > 50 else "ok"},
        {"label": T("水位", "Level"), "value": value_text(level.level_m) if level else "—",
         "unit": "m", "note": note, "tone": tone, "href": f"/lakes/lake/{lake.key}/scene/"},
    ]  # fmt: skip
    if lake.basin and level:
        from ..rules.basins import Basin, at_level  # numpy comes with it

        basin = Basin.of(lake.basin)
        held = at_level(basin.curve(level.level_m + 0.5, 30), level.level_m)
        made.append(
            {"label": T("蓄水量", "Storage"), "value": value_text(held.volume),
             "unit": T("万m³", "10⁴ m³"),
             "note": T("水面 {} km²", "surface {} km²").format(value_text(held.area_km2, 3))}
        )  # fmt: skip
    return made


def _goal_note(lake: Lake, day: LakeDay | None) -> T:
    goal = GOALS.get(lake.goal)
    if goal is None:
        return T("未设水质目标", "No goal set")
    reached = reaches_goal(day, lake)
    if reached is None:
        return T("目标{}", "goal {}").format(goal)
    if reached:
        return T("目标{}，已达到", "goal {}: reached").format(goal)
    return T("目标{}，未达到", "goal {}: not reached").format(goal)


def _goal_tone(lake: Lake, day: LakeDay | None) -> str:
    return {True: "ok", False: "bad", None: "quiet"}[reaches_goal(day, lake)]


def _decided(day: LakeDay | None) -> Table | None:
    """Every factor's own class that day, and which set the lake's."""
    if day is None or not day.values:
        return None
    judged = judge(day.values)
    table = Table(
        T("各指标日均值与类别", "Daily means and their classes"),
        [Column(T("指标", "Factor")), Column(T("日均值", "Daily mean"), numeric=True),
         Column(T("单位", "Unit")), Column(T("类别", "Class")), Column(T("说明", "Note"))],
    )  # fmt: skip
    for code, factor in FACTORS.items():
        if code not in day.values:
            continue
        rated = judged.classes.get(code, "")
        table.add(
            factor.title, value_text(day.values[code]), unit_text(factor.unit) or "—",
            Cell(class_badge(rated)) if rated else "—",
            _remark(code, judged, code in day.deciding),
        )  # fmt: skip
    return table


def _remark(code: str, judged: Any, decides: bool) -> Any:
    part = judged.tli_parts.get(code)
    index = "" if part is None else f"TLI {part:.1f}"
    if not decides:
        return index
    word = T("定类指标 {}", "Decides {}").format(index)
    return Cell(word, tone="bad" if judged.water_class > "3" else "info")


def short_name(thing: Any, lake: Lake) -> str:
    """Its name without that of the lake, which the page says already."""
    return name_of(thing).replace(name_of(lake), "").strip() or name_of(thing)


def _live(lake: Lake, live: list[Live]) -> dict[str, Any] | None:
    """What every stream says now: factors below each other, stations beside each other."""
    stations = list(dict.fromkeys(row.stream.thing.key for row in live))
    if not stations:
        return None
    names = {row.stream.thing.key: short_name(row.stream.thing, lake) for row in live}
    cells: dict[str, dict[str, Cell]] = {}
    for row in live:
        cells.setdefault(row.code, {})[row.stream.thing.key] = _live_cell(row)
    table = Table(
        T("各站实时值", "Live values of the stations"),
        [Column(T("指标", "Factor")), Column(T("单位", "Unit")),
         *(Column(names[key], numeric=True) for key in stations)],
    )  # fmt: skip
    for code, factor in FACTORS.items():
        if code in cells:
            known = [cells[code].get(key, Cell("—")) for key in stations]
            table.add(factor.title, unit_text(factor.unit) or "—", *known)
    newest = max((row.reading.at for row in live if row.reading), default=None)
    return {"table": table, "at": newest, "is_old": any(row.is_old for row in live)}


def _live_cell(row: Live) -> Cell:
    reading = row.reading
    if reading is None:
        return Cell("—")
    text = value_text(reading.value)
    if reading.is_valid and not row.is_old:
        return Cell(text)
    why = (
        TITLES[Mark(reading.mark)]
        if not reading.is_valid
        else f"{clock.local(reading.at):%m-%d %H:%M}"
    )
    return Cell(
        T("{}（{}）", "{} ({})").format(text, why), tone="bad" if not reading.is_valid else "warn"
    )


def year_calendar(days: list[LakeDay], today: date) -> SafeString:
    """Twelve months of days, each in the colour of its class; the table is one click away."""
    by_day = {row.day: row for row in days}
    first = (today.replace(day=1) - timedelta(days=335)).replace(day=1)
    months, month = [], first
    while month <= today:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    parts, size = [], 17
    for row, month in enumerate(months):
        parts.append(f'<text x="60" y="{row * size + 13}" text-anchor="end">{month:%Y-%m}</text>')
        for number in range(31):
            day = month + timedelta(days=number)
            if day.month != month.month or day > today:
                break
            known = by_day.get(day)
            code = known.water_class if known and known.water_class else "0"
            title = T("{}：{}", "{}: {}").format(day_text(day), class_title(code))
            parts.append(
                f'<rect class="c{code}" x="{68 + number * size}" y="{row * size}" width="15"'
                f' height="15" rx="2"><title>{title}</title></rect>'
            )
    label = T("近12个月逐日水质类别", "Class of each day of the last 12 months")
    return format_html(
        '<svg class="calendar" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        68 + 31 * size, len(months) * size, label, mark_safe("".join(parts)),
    )  # fmt: skip


def trend(days: list[LakeDay]) -> dict[str, Any]:
    """Monthly means of the trophic index and the key nutrients, and how they changed."""
    months: dict[date, list[LakeDay]] = {}
    for row in days:
        months.setdefault(row.day.replace(day=1), []).append(row)
    labels = [f"{month:%Y-%m}" for month in sorted(months)]

    def mean(pick: Any) -> list[float | None]:
        made = []
        for month in sorted(months):
            known = [value for value in map(pick, months[month]) if value is not None]
            made.append(sum(known) / len(known) if known else None)
        return made

    tli = mean(lambda row: row.tli)
    phosphorus = mean(lambda row: row.values.get("w21011"))
    return {
        "labels": labels, "tli": [(str(T("营养状态指数", "Trophic index")), tli)],
        "phosphorus": [(str(factor_title("w21011")), phosphorus)], "words": _change(tli),
        "is_known": len(labels) > 1,
    }  # fmt: skip


def _change(monthly: list[float | None]) -> T:
    """The last three months against the three before."""
    known = [value for value in monthly if value is not None]
    if len(known) < 6:
        return T("历史不足六个月，暂不判断趋势。", "Less than six months: no trend is told.")
    late, before = sum(known[-3:]) / 3, sum(known[-6:-3]) / 3
    moved = late - before
    if abs(moved) < 1:
        return T("近三个月营养状态与此前三个月相比基本持平。",
                 "The trophic state of the last three months is about that of the three before.")  # fmt: skip
    if moved > 0:
        return T("近三个月营养状态指数较此前三个月上升{}。",
                 "Over the last three months the trophic index rose by {}.").format(f"{moved:.1f}")  # fmt: skip
    return T("近三个月营养状态指数较此前三个月下降{}。",
             "Over the last three months the trophic index fell by {}.").format(f"{-moved:.1f}")  # fmt: skip


def _about(lake: Lake) -> list[tuple[Any, Any]]:
    def metres(value: float | None) -> Any:
        return f"{value:.2f} m" if value is not None else None

    rows: list[tuple[Any, Any]] = [
        (T("主要功能", "Functions"), lake.functions),
        (T("湖长", "Lake chief"), f"{lake.chief} {lake.chief_post}".strip()),
        (T("主管单位", "In charge"), lake.organisation),
        (T("监督电话", "Telephone"), lake.phone),
        (T("水面面积", "Area"), f"{lake.area_km2:g} km²" if lake.area_km2 else None),
        (T("汇水面积", "Catchment"), f"{lake.catchment_km2:g} km²" if lake.catchment_km2 else None),
        (T("常水位", "Normal level"), metres(lake.normal_m)),
        (T("汛限水位", "Flood limit level"), metres(lake.limit_m)),
        (T("警戒水位", "Warning level"), metres(lake.warning_m)),
        (T("高程基准", "Height datum"), lake.datum),
    ]
    return [(label, value) for label, value in rows if value]


def lake_map(actor: Actor, lake: Lake) -> maps.MapView | None:
    """The lake with what belongs to it, as far as this reader may see it."""
    if lake.geometry is None:
        return None

    def of_lake(found: Any) -> Any:
        return found.filter(lake=lake)

    def open_ones(found: Any) -> Any:
        return found.filter(lake=lake, state__in=OPEN_STATES)

    layers = [
        maps.map_layer(actor, "lakes", lambda found: found.filter(pk=lake.pk)),
        *(maps.map_layer(actor, key, of_lake)
          for key in ("lake_inflows", "lake_outfalls", "lake_stations")),
        maps.map_layer(actor, "lake_issues", open_ones),
    ]  # fmt: skip
    return maps.map_view(
        actor, T("{}：站点与排口", "{}: stations and outfalls").format(name_of(lake)), layers,
        focus=("lakes", lake.key), has_table=False,
    )  # fmt: skip


def _outfalls(actor: Actor, lake: Lake) -> Table | None:
    found = outfalls_of(actor, lake)
    if not found:
        return None
    table = Table(
        T("入湖排口", "Outfalls"),
        [Column(T("排口", "Outfall")), Column(T("类型", "Kind")), Column(T("责任主体", "Responsible")),
         Column(T("整治状态", "State"))],
    )  # fmt: skip
    tones: Mapping[str, str] = {
        "kept": "ok",
        "mending": "warn",
        "tracing": "bad",
        "closed": "quiet",
    }
    for row in found:
        table.add(
            name_of(row), OUTFALL_KINDS[row.kind], row.owner_name,
            Cell(OUTFALL_STATES[row.state], tone=tones[row.state]),
            href=f"/lakes/outfalls/{row.key}/",
        )  # fmt: skip
    return table


def _issues(actor: Actor, lake: Lake) -> Table | None:
    if not sees_issues(actor):
        return None
    found = open_issues([lake]).get(lake.pk, [])
    table = Table(
        T("未办结问题", "Open problems"),
        [Column(T("问题", "Problem")), Column(T("类型", "Kind")), Column(T("发现时间", "Found"))],
    )  # fmt: skip
    for row in found[:20]:
        table.add(row.title, ISSUE_KINDS[row.kind], instant(row.found_at),
                  href=f"/lakes/issues/{row.key}/")  # fmt: skip
    return table
