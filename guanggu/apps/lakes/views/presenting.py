"""How classes, levels and lakes are shown, alike on every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T, current_language
from guanggu.kernel.identity.public import get

from ..models import Lake, LakeDay
from ..queries.scopes import VIEW_LAKES
from ..rules.words import CLASSES, TROPHIC, class_title, trophic_title


def name_of(record: Any) -> str:
    """Its name in the reader's language."""
    return record.name_en if current_language() == "en" and record.name_en else record.name


def lake_of(actor: Actor, key: str) -> Lake:
    """Raises Missing."""
    return get(actor, Lake.objects.select_related("organisation"), VIEW_LAKES, key=key)


def crumbs_of(lake: Lake | None = None, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    made: list[tuple[Any, str]] = [(T("湖泊", "Lakes"), "/lakes/" if lake or more else "")]
    if lake is not None:
        made.append((name_of(lake), f"/lakes/lake/{lake.key}/" if more else ""))
    return [*made, *more]


def class_badge(code: str) -> SafeString:
    """A class in its colour of the monthly reports, told in words as well."""
    return format_html('<span class="class-badge c{}">{}</span>', code or "0", class_title(code))


def trophic_badge(state: str, tli: float | None = None) -> SafeString:
    title = trophic_title(state)
    text = title if tli is None else T("{} {}", "{} {}").format(title, f"{tli:.1f}")
    return format_html('<span class="class-badge t-{}">{}</span>', state or "none", text)


def reaches_goal(day: LakeDay | None, lake: Lake) -> bool | None:
    """None where nothing was assessed or no goal is set."""
    if day is None or not day.water_class or not lake.goal:
        return None
    return day.water_class <= lake.goal


def level_note(lake: Lake, level_m: float | None) -> tuple[T, str]:
    """How the level stands to the lake's limits, and its tone."""
    if level_m is None:
        return T("无水位数据", "No level"), "quiet"
    if lake.warning_m is not None and level_m >= lake.warning_m:
        return T("超警戒水位", "Above the warning level"), "bad"
    if lake.limit_m is not None and level_m >= lake.limit_m:
        return T("超汛限水位", "Above the flood limit"), "warn"
    if lake.low_m is not None and level_m < lake.low_m:
        return T("低于最低生态水位", "Below the ecological minimum"), "warn"
    return T("正常", "Normal"), "ok"


class _Frame:
    """From longitude and latitude to the picture."""

    def __init__(self, lakes: Iterable[Lake], width: float, height: float):
        boxes = [lake.geometry.bounds for lake in lakes if lake.geometry is not None]
        west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
        east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
        # At 30.5° a degree of longitude is 0.862 of one of latitude.
        self.scale = min(width / ((east - west) * 0.862 or 1), height / (north - south or 1)) * 0.94
        self.left = width / 2 - (west + east) / 2 * 0.862 * self.scale
        self.foot = height / 2 + (south + north) / 2 * self.scale

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return self.left + lon * 0.862 * self.scale, self.foot - lat * self.scale


def _path(frame: _Frame, geometry: Any) -> str:
    shapes = geometry.geoms if geometry.geom_type == "MultiPolygon" else [geometry]
    parts = []
    for shape in shapes:
        ring = [frame.at(x, y) for x, y in shape.simplify(0.0004).exterior.coords]
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z")
    return "".join(parts)


def district_map(
    lakes: list[Lake], classes: Mapping[str, str], *, width: int = 720, height: int = 480,
    label: Any, names: bool = True,
) -> SafeString:  # fmt: skip
    """The lakes as a picture, each in the colour of its class; ``classes`` by key of the lake."""
    drawn = [lake for lake in lakes if lake.geometry is not None]
    if not drawn:
        return mark_safe("")
    frame = _Frame(drawn, width, height)
    parts = []
    for lake in drawn:
        code = classes.get(lake.key, "")
        title = T("{}：{}", "{}: {}").format(name_of(lake), class_title(code))
        parts.append(
            f'<path class="lake c{code or "0"}" data-lake="{conditional_escape(lake.key)}"'
            f' d="{_path(frame, lake.geometry)}"><title>{conditional_escape(str(title))}</title></path>'
        )
        if names:
            middle = lake.geometry.representative_point()
            x, y = frame.at(middle.x, middle.y)
            low = frame.at(middle.x, lake.geometry.bounds[1])[1]
            y = min(low + 16, height - 6) if lake.geometry.area < 0.003 else y
            parts.append(
                f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">'
                f"{conditional_escape(name_of(lake))}</text>"
            )
    return format_html(
        '<svg class="lakes-map" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width, height, label, mark_safe("".join(parts)),
    )  # fmt: skip


def class_legend() -> SafeString:
    items = [*CLASSES.items(), ("0", T("无数据", "No data"))]
    return format_html(
        '<ul class="legend classes">{}</ul>',
        format_html_join("", '<li><i class="c{}"></i>{}</li>', items),
    )


def trophic_legend() -> SafeString:
    return format_html(
        '<ul class="legend classes">{}</ul>',
        format_html_join("", '<li><i class="t-{}"></i>{}</li>', TROPHIC.items()),
    )
