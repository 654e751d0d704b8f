"""GET /atlas/ – every layer of every system on one map."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import ZOOM_MAX, Layer
from guanggu.kernel.identity.public import actor_of
from guanggu.web.features.asking import queryables
from guanggu.web.features.tiles import colour_expression
from guanggu.web.maps import MapView

from ..queries import may_bring_in
from .asked import GROUND, Asked, map_layers, read

TITLE = T("一张图", "Map of the district")
# Where nothing is laid yet, the map opens over the district (about 518 square kilometres).
DISTRICT = (114.30, 30.36, 114.74, 30.62)


def _data(request: HttpRequest, asked: Asked, view: MapView) -> dict[str, Any]:
    """What ``atlas.js`` draws from."""
    chosen = {layer.key for layer in asked.chosen}
    return {
        "bounds": view.bounds() or DISTRICT,
        "where": asked.where,
        "zoomMax": ZOOM_MAX,
        "layers": [
            _layer(layer, layer.key in chosen) for _, layers in asked.tree for layer in layers
        ],
        "words": {
            "map": str(TITLE), "in": str(T("放大", "Zoom in")), "out": str(T("缩小", "Zoom out")),
            "north": str(T("指北", "Reset to north")), "close": str(T("关闭", "Close")),
            "open": str(T("查看详情", "Open")),
            "asking": str(T("正在查询…", "Looking…")),
            "failed": str(T("查询未成功，请重试。", "That did not work; try again.")),
            "click": str(T("点击地图查询该处要素。", "Click the map to see what lies there.")),
            "draw": str(T("依次点击各点，双击或按“完成”结束。",
                          "Click point after point; double-click or “Done” ends.")),
            "copied": str(T("链接已复制。", "The link is copied.")),
            "copy": str(T("请从地址栏复制链接。", "Copy the link from the address bar.")),
        },
    }  # fmt: skip


def _layer(layer: Layer, is_on: bool) -> dict[str, Any]:
    return {
        "key": layer.key, "title": str(layer.title), "on": is_on, "minzoom": layer.minzoom,
        "colour": colour_expression(layer), "label": layer.label,
        "base": layer.key in GROUND, "tiles": f"/tiles/{layer.key}/{{z}}/{{x}}/{{y}}.mvt",
    }  # fmt: skip


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """GET /atlas/"""
    from guanggu.web.maps.drawing import legend, picture

    asked = read(request)
    view = MapView(TITLE, map_layers(request, asked), is_tall=True)
    chosen = {layer.key for layer in asked.chosen}
    bounds = view.bounds() or DISTRICT
    context = {
        "title": TITLE, "picture": picture(view, bounds), "legend": legend(view),
        "data": _data(request, asked, view),
        "tree": [
            (title, [(layer, layer.key in chosen) for layer in layers])
            for title, layers in asked.tree
        ],
        "properties": [
            (layer.title, [(f"{layer.key}.{p}", layer.title_of(p)) for p in queryables(layer)])
            for layer in asked.chosen
        ],
        "where": f"{asked.where[0]}.{asked.where[1]}" if asked.where else "",
        "value": asked.where[2] if asked.where else "",
        "may_bring_in": may_bring_in(actor_of(request)),
        "is_sample": any(layer.extra.get("is_sample") for layer in asked.chosen),
        "layers_text": ",".join(sorted(chosen)),
    }  # fmt: skip
    return render(request, "atlas/map.html", context)
