"""The basin in three dimensions; without scripts its section, its curve and their table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import actor_of
from guanggu.web.measures import unit_text, value_text
from guanggu.web.table import Column, Table

from ..models import Lake, LakeStation
from ..queries.sensing import Live, live_or_none, present_levels, stations_of
from ..queries.tracing import outfalls_of
from ..rules.words import FACTORS, OUTFALL_KINDS, OUTFALL_STATES, STATION_KINDS
from .presenting import crumbs_of, lake_of, level_note, name_of

if TYPE_CHECKING:
    from ..rules.basins import Basin, Holding

_SHOWN = 2  # values on the label of a station
WIDTH, HEIGHT, LEFT, FOOT = 860, 300, 56, 34


@require_safe
def scene_page(request: HttpRequest, key: str) -> HttpResponse:
    """GET /lakes/lake/<key>/scene/?level=18.60"""
    actor = actor_of(request)
    lake = lake_of(actor, key)
    stations = stations_of(lake)
    live = live_or_none(stations)
    level = present_levels([lake]).get(lake.pk) if live is not None else None
    now_m = level.level_m if level else (lake.normal_m or 0.0)
    context: dict[str, Any] = {
        "lake": lake, "name": name_of(lake), "has_level": level is not None,
        "is_down": live is None, "crumbs": crumbs_of(lake, (T("三维湖盆", "Basin in 3D"), "")),
    }  # fmt: skip
    if lake.basin:
        context |= _basin(request, actor, lake, stations, live or [], now_m)
    return render(request, "lakes/scene.html", context)


def _basin(
    request: HttpRequest, actor: Actor, lake: Lake, stations: list[LakeStation], live: list[Live],
    now_m: float,
) -> dict[str, Any]:  # fmt: skip
    from ..rules.basins import Basin, at_level  # numpy comes with it

    basin = Basin.of(lake.basin)
    top = max(now_m, lake.warning_m or now_m) + 1.0
    curve = basin.curve(top)
    chosen = _chosen(request.GET.get("level", ""), now_m, basin.bottom_m, top)
    held = at_level(curve, chosen)
    note, tone = level_note(lake, chosen)
    return {
        "basin": basin, "level": f"{chosen:.2f}", "now": f"{now_m:.2f}",
        "low": f"{basin.bottom_m:.2f}", "top": f"{top:.2f}",
        "held": held, "note": note, "tone": tone,
        "volume": value_text(held.volume), "area": value_text(held.area_km2),
        "section": section_picture(basin, lake, chosen),
        "hypsometry": curve_picture(curve, chosen),
        "table": _table(curve, lake, chosen),
        "data": _data(actor, lake, basin, stations, live, curve, chosen, now_m, top),
    }  # fmt: skip


def _chosen(text: str, now_m: float, low: float, top: float) -> float:
    try:
        asked = float(text)
    except ValueError:
        return now_m
    return min(max(asked, low), top) if asked == asked else now_m


def _data(
    actor: Actor, lake: Lake, basin: Basin, stations: list[LakeStation], live: list[Live],
    curve: list[Holding], level_m: float, now_m: float, top: float,
) -> dict[str, Any]:  # fmt: skip
    """What the scene is made of; lengths in metres from the grid's south-west corner."""
    rows, columns = basin.heights.shape
    return {
        "cell": basin.cell_m, "columns": columns, "rows": rows,
        "heights": [round(float(h), 2) for h in basin.heights.ravel()],
        "level": level_m, "now": now_m, "low": basin.bottom_m, "top": top,
        "limits": [
            {"level": m, "title": str(title)}
            for m, title in (
                (lake.normal_m, T("常水位", "Normal")), (lake.limit_m, T("汛限水位", "Flood limit")),
                (lake.warning_m, T("警戒水位", "Warning")),
            ) if m is not None
        ],
        "curve": [[round(p.level_m, 6), round(p.area_km2, 6), round(p.volume, 4)] for p in curve],
        "stations": [_station(basin, station, live) for station in stations if station.geometry],
        "outfalls": [
            {"at": _place(basin, o.geometry), "ground": basin.height_at(o.geometry.x, o.geometry.y),
             "name": name_of(o), "href": f"/lakes/outfalls/{o.key}/", "state": o.state,
             "text": f"{OUTFALL_KINDS[o.kind]} · {OUTFALL_STATES[o.state]}"}
            for o in outfalls_of(actor, lake) if o.geometry is not None
        ],
        "words": {
            "level": str(T("水位", "Level")), "area": str(T("水面", "Surface")),
            "volume": str(T("蓄水量", "Storage")), "volume_unit": str(T("万m³", "10⁴ m³")),
            "no_webgl": str(T("浏览器不支持三维绘图，请查看下方剖面图和表格。",
                              "This browser cannot draw in 3D; see the section and table below.")),
            "scene": str(T("{}三维湖盆，可用方向键转动、加减键缩放",
                           "Basin of {} in 3D: turn with the arrow keys, zoom with plus and minus")
                         .format(name_of(lake))),
        },
    }  # fmt: skip


def _place(basin: Basin, point: Any) -> list[float]:
    east, north = basin.place(point.x, point.y)
    return [round(east, 1), round(north, 1)]


def _station(basin: Basin, station: LakeStation, live: list[Live]) -> dict[str, Any]:
    values = []
    for each in live:
        if each.stream.thing.key == station.key and each.reading is not None:
            factor = FACTORS[each.code]
            values.append(
                f"{factor.title} {value_text(each.reading.value)} {unit_text(factor.unit)}".strip()
            )
    preferred = ("w01009", "w21011", "w01016", "water_level", "rain")
    order = [str(FACTORS[code].title) for code in preferred]
    values.sort(key=lambda text: next((n for n, t in enumerate(order) if text.startswith(t)), 9))
    return {
        "at": _place(basin, station.geometry), "name": name_of(station), "values": values[:_SHOWN],
        "kind": str(STATION_KINDS[station.kind]), "gauge": station.kind == "gauge",
    }  # fmt: skip


def section_picture(basin: Basin, lake: Lake, level_m: float) -> SafeString:
    """West to east through the deepest place: ground, water and the levels that matter."""
    line = basin.section()
    length = line[-1][0]
    floor, roof = basin.bottom_m - 0.5, max(level_m, lake.warning_m or level_m) + 2.0

    def x(metres: float) -> float:
        return LEFT + (WIDTH - LEFT - 16) * metres / length

    def y(height: float) -> float:
        share = (min(max(height, floor), roof) - floor) / (roof - floor)
        return HEIGHT - FOOT - (HEIGHT - FOOT - 12) * share

    ground = "L".join(f"{x(m):.1f} {y(h):.1f}" for m, h in line)
    base = HEIGHT - FOOT
    parts = [
        f'<rect class="water" x="{x(line[0][0]):.1f}" y="{y(level_m):.1f}"'
        f' width="{x(length) - x(line[0][0]):.1f}" height="{base - y(level_m):.1f}"/>',
        f'<path class="ground" d="M{x(line[0][0]):.1f} {base}L{ground}L{x(length):.1f} {base}Z"/>',
    ]
    for metres, title, kind in (
        (lake.normal_m, T("常水位", "Normal"), ""), (lake.limit_m, T("汛限", "Limit"), "warn"),
        (lake.warning_m, T("警戒", "Warning"), "bad"),
    ):  # fmt: skip
        if metres is not None:
            parts.append(
                f'<line class="limit {kind}" x1="{LEFT}" x2="{WIDTH - 16}" y1="{y(metres):.1f}"'
                f' y2="{y(metres):.1f}"/><text x="{WIDTH - 20}" y="{y(metres) - 4:.1f}"'
                f' text-anchor="end">{conditional_escape(str(title))} {metres:.2f}</text>'
            )
    for step in range(5):
        height = floor + (roof - floor) * step / 4
        parts.append(
            f'<text x="{LEFT - 8}" y="{y(height) + 4:.1f}" text-anchor="end">{height:.1f}</text>'
        )
        metres = length * step / 4
        anchor = "end" if step == 4 else "middle"
        parts.append(
            f'<text x="{x(metres):.1f}" y="{HEIGHT - 12}" text-anchor="{anchor}">'
            f"{metres / 1000:.1f} km</text>"
        )
    label = T("过最深处的东西向剖面，水位 {} m", "Section from west to east, level {} m")
    return format_html(
        '<svg class="section-picture" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, label.format(f"{level_m:.2f}"), mark_safe("".join(parts)),
    )  # fmt: skip


def curve_picture(curve: list[Holding], level_m: float) -> SafeString:
    """Level against stored volume, with the chosen level on it."""
    from ..rules.basins import at_level

    low, top = curve[0].level_m, curve[-1].level_m
    most = curve[-1].volume or 1.0

    def at(point: Holding) -> str:
        x = LEFT + (WIDTH - LEFT - 30) * point.volume / most
        y = HEIGHT - FOOT - (HEIGHT - FOOT - 16) * (point.level_m - low) / (top - low)
        return f"{x:.1f} {y:.1f}"

    here = at(at_level(curve, level_m)).split()
    parts = [f'<path class="line s1" d="M{"L".join(map(at, curve))}"/>',
             f'<circle class="s4" cx="{here[0]}" cy="{here[1]}" r="6"/>']  # fmt: skip
    for step in range(5):
        level = low + (top - low) * step / 4
        y = HEIGHT - FOOT - (HEIGHT - FOOT - 16) * step / 4
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 30}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{level:.1f}</text>')
        volume = most * step / 4
        x = LEFT + (WIDTH - LEFT - 30) * step / 4
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{volume:,.0f}</text>'
        )
    label = T("水位（m）与蓄水量（万m³）关系曲线", "Level (m) against storage (10⁴ m³)")
    return format_html(
        '<svg class="section-picture" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, label, mark_safe("".join(parts)),
    )  # fmt: skip


def _table(curve: list[Holding], lake: Lake, level_m: float) -> Table:
    from ..rules.basins import at_level

    table = Table(
        T("水位、面积与蓄水量", "Level, area and storage"),
        [Column(T("水位(m)", "Level (m)")), Column(T("水面(km²)", "Surface (km²)"), numeric=True),
         Column(T("蓄水量(万m³)", "Storage (10⁴ m³)"), numeric=True), Column(T("说明", "Note"))],
        stacks=False,
    )  # fmt: skip
    named = {
        round(m, 2): title
        for m, title in (
            (lake.low_m, T("最低生态水位", "Ecological minimum")),
            (lake.normal_m, T("常水位", "Normal level")),
            (lake.limit_m, T("汛限水位", "Flood limit level")),
            (lake.warning_m, T("警戒水位", "Warning level")),
            (level_m, T("当前所选水位", "Chosen level")),
        ) if m is not None
    }  # fmt: skip
    levels = {round(p.level_m, 2) for p in curve[:: max(1, len(curve) // 12)]} | set(named)
    for level in sorted(levels):
        held = at_level(curve, level)
        table.add(
            f"{level:.2f}", value_text(held.area_km2), value_text(held.volume), named.get(level, "")
        )
    return table
