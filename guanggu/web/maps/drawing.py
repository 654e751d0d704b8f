"""A map as HTML: the picture (SVG), the legend, the table, and the same as data for the script.

Nothing inline and no script needed. The picture is an equidistant projection about the middle of
what is shown, which over a district differs from any other by less than a line's width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import shapely
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from shapely.geometry.base import BaseGeometry

from guanggu.base.bilingual import T

from .view import CHART, MapLayer, MapView, Place, Shown

WIDTH, HEIGHT = 860, 520
LABELS_MAX = 40  # names written into the picture
ROWS_MAX = 100  # of the table below; the register's list holds all
METRES_A_DEGREE = 111_320
_ids = count(1)
_MORE = T("仅列 {} 个要素，共 {} 个。", "{} features of {} are listed.")


class _Sheet:
    """Where a place lies on the picture; an extent that covers it wholly."""

    def __init__(self, bounds: tuple[float, float, float, float]):
        west, south, east, north = bounds
        self.middle = (west + east) / 2, (south + north) / 2
        self.shrink = math.cos(math.radians(self.middle[1]))
        wide, high = (east - west) * self.shrink, north - south
        self.scale = min(WIDTH / max(wide, 1e-6), HEIGHT / max(high, 1e-6))  # pixels a degree

    def placed(self, places: np.ndarray) -> np.ndarray:
        x = WIDTH / 2 + (places[:, 0] - self.middle[0]) * self.shrink * self.scale
        y = HEIGHT / 2 - (places[:, 1] - self.middle[1]) * self.scale
        return np.column_stack((x, y))

    def ruler(self) -> tuple[float, float]:
        """(pixels, metres) of a scale bar of a round length."""
        a_pixel = METRES_A_DEGREE / self.scale
        rough = a_pixel * 150
        step = 10 ** math.floor(math.log10(rough))
        metres = max(m for m in (step, 2 * step, 5 * step) if m <= rough)
        return metres / a_pixel, metres


def _path(geometry: BaseGeometry, sheet: _Sheet) -> str:
    """Lines and rings as SVG path data."""
    parts = []
    closed = geometry.geom_type.endswith("Polygon")
    rings = shapely.get_parts(geometry)
    rings = shapely.get_rings(rings) if closed else rings
    for ring in rings:
        places = sheet.placed(shapely.get_coordinates(ring))
        if len(places) > 1:
            text = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
            parts.append(f"M{text}{'Z' if closed else ''}")
    return "".join(parts)


def _drawn(shown: Shown, layer: MapLayer, sheet: _Sheet) -> str:
    colour = layer.colour_of(shown)
    geometry = shown.geometry
    name = conditional_escape(str(shown.name))
    kind = geometry.geom_type
    if kind in ("Point", "MultiPoint"):
        marks = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{colour}"/>'
            for x, y in sheet.placed(shapely.get_coordinates(geometry))
        )
        drawn = f'<g class="place">{marks}<title>{name}</title></g>'
    elif kind.endswith("Polygon"):
        drawn = (
            f'<path class="area" d="{_path(geometry, sheet)}" fill="{colour}" stroke="{colour}">'
            f"<title>{name}</title></path>"
        )
    else:
        drawn = (
            f'<path class="way" d="{_path(geometry, sheet)}" stroke="{colour}">'
            f"<title>{name}</title></path>"
        )
    if shown.href and not layer.is_base:
        return f'<a href="{conditional_escape(shown.href)}">{drawn}</a>'
    return drawn


def _labels(view: MapView, sheet: _Sheet) -> list[str]:
    """Names beside their features where they do not lie upon one another."""
    parts: list[str] = []
    taken: list[tuple[float, float, float, float]] = []
    for layer in reversed(view.layers):
        if not layer.labelled:
            continue
        for shown in layer.features:
            if len(parts) >= LABELS_MAX:
                return parts
            point = shown.geometry.representative_point()
            x, y = sheet.placed(np.array([[point.x, point.y]]))[0]
            text = str(shown.name)[:16]
            wide = sum(13 if ord(c) > 255 else 7 for c in text)
            middle = shown.geometry.area > 0
            left = x - wide / 2 if middle else x + 9
            box = (left, y - 8, left + wide, y + 8)
            inside = left > 0 and left + wide < WIDTH and 10 < y < HEIGHT - 10
            if not inside or any(_cross(box, other) for other in taken):
                continue
            taken.append(box)
            parts.append(
                f'<text class="name" x="{left:.1f}" y="{y + 4.5:.1f}">'
                f"{conditional_escape(text)}</text>"
            )
    return parts


def _cross(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def picture(view: MapView, bounds: tuple[float, float, float, float]) -> SafeString:
    sheet = _Sheet(bounds)
    parts = [_drawn(shown, layer, sheet) for layer in view.layers for shown in layer.features]
    parts += _labels(view, sheet)
    pixels, metres = sheet.ruler()
    length = T("{} 公里", "{} km").format(f"{metres / 1000:g}") if metres >= 1000 else T(
        "{} 米", "{} m"
    ).format(f"{metres:g}")  # fmt: skip
    right = WIDTH - 24
    parts.append(
        f'<path class="ruler" d="M{right - pixels:.1f} {HEIGHT - 26}v8h{pixels:.1f}v-8"/>'
        f'<text class="ruler" x="{right - pixels / 2:.1f}" y="{HEIGHT - 28}" '
        f'text-anchor="middle">{length}</text>'
        f'<path class="north" d="M{right - 8} 52l8 -26l8 26l-8 -6z"/>'
        f'<text class="ruler" x="{right}" y="20" text-anchor="middle">{T("北", "N")}</text>'
    )
    # An image has no links for those who cannot see it: with links inside, it is a group.
    role = "group" if any(part.startswith("<a ") for part in parts) else "img"
    # Every part was escaped above.
    return mark_safe(
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="{role}" '
        f'aria-label="{conditional_escape(str(view.title))}">{"".join(parts)}</svg>'
    )


def marks(places: Sequence[Place], bounds: tuple[float, float, float, float]) -> SafeString:
    """A mark for each place, of the size and at the spot of ``picture`` with these bounds."""
    sheet = _Sheet(bounds)
    parts = []
    for place in places:
        point = place.geometry.representative_point()
        x, y = sheet.placed(np.array([[point.x, point.y]]))[0]
        parts.append(
            format_html(
                '<g class="mark {}" data-key="{}"><circle class="halo" cx="{}" cy="{}" r="15"/>'
                '<circle cx="{}" cy="{}" r="7"/><title>{}</title></g>',
                place.tone, place.key, f"{x:.1f}", f"{y:.1f}", f"{x:.1f}", f"{y:.1f}", place.name,
            )
        )  # fmt: skip
    inner = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, HEIGHT, T("{} 处报警", "{} alarms").format(len(parts)), inner,
    )  # fmt: skip


def swatch(colour: str, kind: str = "area") -> SafeString:
    """A patch of the colour for the legend."""
    if kind == "place":
        shape = '<circle cx="9" cy="7" r="5.5" fill="{}"/>'
    elif kind == "way":
        shape = '<path d="M1 7h16" stroke="{}" stroke-width="3"/>'
    else:
        shape = '<rect x="1" y="1" width="16" height="12" rx="2" fill="{}"/>'
    return format_html(
        '<svg class="swatch" viewBox="0 0 18 14" aria-hidden="true">' + shape + "</svg>", colour
    )


def _kind(layer: MapLayer) -> str:
    kind = layer.features[0].geometry.geom_type if layer.features else ""
    if kind.endswith("Point"):
        return "place"
    return "way" if kind.endswith("String") else "area"


def legend(view: MapView) -> SafeString:
    rows = []
    for layer in reversed(view.layers):
        kind = _kind(layer)
        entries = format_html_join(
            "",
            "<li>{}<span>{}</span></li>",
            ((swatch(entry.colour, kind), entry.title) for entry in layer.legend),
        )
        mark = "" if layer.legend else swatch(layer.colour, kind)
        count_text = "" if layer.is_base else format_html(" <small>{}</small>", layer.total)
        rows.append(
            format_html(
                '<li data-layer="{}"><span class="of-layer">{}<span>{}{}</span></span>{}</li>',
                layer.key,
                mark,
                layer.title,
                count_text,
                format_html("<ul>{}</ul>", entries) if entries else "",
            )
        )
    return format_html(
        '<div class="map-legend" role="group" aria-label="{0}" tabindex="0"><p>{0}</p>'
        "<ul>{1}</ul></div>",
        T("图例", "Legend"), format_html_join("", "{}", ((row,) for row in rows)),
    )  # fmt: skip


def _table(layer: MapLayer) -> SafeString:
    labels: list[Any] = []
    for shown in layer.features[:ROWS_MAX]:
        labels += [label for label, _ in shown.facts if label not in labels]
    head = format_html_join("", '<th scope="col">{}</th>', ((label,) for label in labels))
    rows = []
    for shown in layer.features[:ROWS_MAX]:
        facts = dict(shown.facts)
        cells = format_html_join(
            "", '<td data-label="{}">{}</td>', ((lb, facts.get(lb, "—")) for lb in labels)
        )
        name = format_html('<a href="{}">{}</a>', shown.href, shown.name) if shown.href else (
            shown.name
        )  # fmt: skip
        if shown.chart:
            name = format_html('{} <a class="small" href="{}">{}</a>', name, shown.chart, CHART)
        rows.append(
            format_html(
                '<tr data-feature="{}"><th scope="row">{}</th>{}</tr>', shown.key, name, cells
            )
        )
    more: Any = ""
    if layer.total > len(rows):
        text = _MORE.format(len(rows), layer.total)
        all_of_them = format_html(' <a href="{}">{}</a>', layer.href, T("查看全部", "See all"))
        more = format_html("<p>{}{}</p>", text, all_of_them if layer.href else "")
    return format_html(
        '<details class="more map-list" data-layer="{}"><summary>{}（{}）</summary>'
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}"><table class="stack">'
        '<caption class="hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table></div>{}'
        "</details>",
        layer.key, layer.title, layer.total, layer.title, layer.title, T("名称", "Name"), head,
        format_html_join("", "{}", ((row,) for row in rows)), more,
    )  # fmt: skip


def metres_a_pixel(bounds: tuple[float, float, float, float]) -> float:
    """How much ground a unit of the picture's width (``WIDTH``) covers."""
    return METRES_A_DEGREE / _Sheet(bounds).scale


def data_of(view: MapView) -> dict[str, Any]:
    """What ``map.js`` draws from: GeoJSON by layer, and words in the reader's language."""
    return {
        "bounds": view.bounds(),
        "focus": view.focus,
        "words": {
            "open": str(T("查看详情", "Open")), "chart": str(CHART), "show": str(T("在图上显示", "Show on the map")),
            "map": str(view.title), "in": str(T("放大", "Zoom in")),
            "out": str(T("缩小", "Zoom out")), "north": str(T("指北", "Reset to north")),
            "close": str(T("关闭", "Close")),
        },
        "layers": [
            {
                "key": layer.key, "base": layer.is_base, "labelled": layer.labelled,
                "kind": _kind(layer),
                "data": {
                    "type": "FeatureCollection",
                    "features": [_feature(i, shown, layer) for i, shown in enumerate(layer.features)],
                },
            }
            for layer in view.layers
        ],
    }  # fmt: skip


def _feature(number: int, shown: Shown, layer: MapLayer) -> dict[str, Any]:
    at = shown.geometry.representative_point()
    return {
        "type": "Feature",
        "id": number,
        "geometry": _rounded(shown.geometry),
        "properties": {
            "key": shown.key, "name": str(shown.name), "href": shown.href, "at": [at.x, at.y],
            "chart": shown.chart,
            "colour": layer.colour_of(shown),
            "facts": [[str(label), str(text)] for label, text in shown.facts],
        },
    }  # fmt: skip


def _rounded(geometry: BaseGeometry) -> dict[str, Any]:
    """GeoJSON geometry to the seventh decimal of a degree, a centimetre."""
    flat = shapely.force_2d(geometry)
    return shapely.transform(flat, lambda places: np.round(places, 7)).__geo_interface__


def draw(view: MapView) -> SafeString:
    """The map as a ``<figure>``; says so where there is nothing to show."""
    bounds = view.bounds()
    if bounds is None:
        return format_html(
            '<p class="map-empty">{}</p>',
            T("暂无可显示的空间数据。", "Nothing to show on a map yet."),
        )
    name = f"map-{next(_ids)}"
    lists = [_table(layer) for layer in view.layers if not layer.is_base] if view.has_table else []
    note = format_html("<p>{}</p>", view.note) if view.note else ""
    return format_html(
        '<link rel="stylesheet" href="{engine}"><link rel="stylesheet" href="{look}">'
        '<figure class="map{tall}" data-map="{name}"><figcaption>{title}</figcaption>'
        '<div class="map-sheet"><div class="map-picture">{picture}</div>{legend}</div>'
        "{note}{lists}</figure>{data}"
        '<script type="module" src="{module}"></script>',
        engine=static("vendor/maplibre-gl.css"), look=static("guanggu/map.css"),
        tall=" tall" if view.is_tall else "", name=name, title=view.title,
        picture=picture(view, bounds), legend=legend(view), note=note,
        lists=format_html_join("", "{}", ((one,) for one in lists)),
        data=json_script(data_of(view), name), module=static("guanggu/map.js"),
    )  # fmt: skip
