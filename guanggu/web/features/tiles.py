"""Vector tiles of a layer, and the styles that draw them without any server outside."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import ZOOM_MAX, Layer, features, tile_for
from guanggu.kernel.identity.public import actor_of
from guanggu.web.problems import BadRequest

from .asking import layer_asked, layers_asked

GROUND = "#f2f5ee"
_OUTSIDE = T("该级别没有这个瓦片。", "There is no such tile at this zoom.")


def tile(request: HttpRequest, name: str, zoom: int, x: int, y: int) -> HttpResponse:
    """GET /tiles/<layer>/<z>/<x>/<y>.mvt"""
    layer = layer_asked(request, name)
    if zoom > ZOOM_MAX or x >= 2**zoom or y >= 2**zoom:
        raise BadRequest(_OUTSIDE)
    made = tile_for(actor_of(request), layer, zoom, x, y, Path(settings.GUANGGU_VAR) / "tiles")
    tag = f'"{made.tag}"'
    # Asked about each time, answered by a tag: a layer may change at any moment.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    body = made.body
    answer = HttpResponse(body, content_type="application/vnd.mapbox-vector-tile", headers=headers)
    if len(body) > 1_000 and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.content = gzip.compress(body, 3, mtime=0)
        answer["Content-Encoding"] = "gzip"
    return answer


def colour_expression(layer: Layer) -> Any:
    """The layer's legend as MapLibre reads it."""
    if not layer.legend or not layer.colour_by:
        return layer.colour
    pairs = [part for entry in layer.legend for part in (entry.value, entry.colour)]
    value = ["to-string", ["get", layer.colour_by]]
    return ["match", value, *pairs, layer.colour]


def drawings(layer: Layer) -> list[dict[str, Any]]:
    """The layer's areas, lines and places, for a style whose source has the layer's name."""
    colour = colour_expression(layer)
    base = {"source": layer.key, "source-layer": layer.key, "minzoom": layer.minzoom}
    kinds: dict[str, tuple[str, str, dict[str, Any]]] = {
        "area": ("fill", "Polygon", {"fill-color": colour, "fill-opacity": 0.45}),
        "edge": ("line", "Polygon", {"line-color": colour, "line-width": 1.5}),
        "way": ("line", "LineString", {"line-color": colour, "line-width": 2.5}),
        "place": (
            "circle", "Point",
            {
                "circle-color": colour, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2,
                "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 4, 14, 8],
            },
        ),
    }  # fmt: skip
    return [
        {
            "id": f"{layer.key}:{name}", "type": kind, **base,
            "filter": ["==", ["geometry-type"], geometry], "paint": paint,
        }
        for name, (kind, geometry, paint) in kinds.items()
    ]  # fmt: skip


def source_of(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    href = request.build_absolute_uri(f"/tiles/{layer.key}/")
    return {"type": "vector", "tiles": [f"{href}{{z}}/{{x}}/{{y}}.mvt"], "maxzoom": ZOOM_MAX}


def style(request: HttpRequest, name: str) -> HttpResponse:
    """GET /ogc/styles/base (every layer that the reader sees) and /ogc/styles/<layer>"""
    chosen = layers_asked(request) if name == "base" else [layer_asked(request, name)]
    # Areas lie under lines and lines under places, whatever the order of the layers.
    parts = [part for layer in reversed(chosen) for part in drawings(layer)]
    rank = {"fill": 0, "line": 1, "circle": 2}
    parts.sort(key=lambda part: rank[part["type"]])
    extents = [e for e in (features().extent(layer.key) for layer in chosen) if e]
    body: dict[str, Any] = {
        "version": 8,
        "name": str(T("光谷底图", "Guanggu")),
        "sources": {layer.key: source_of(request, layer) for layer in chosen},
        "layers": [
            {"id": "ground", "type": "background", "paint": {"background-color": GROUND}},
            *parts,
        ],
    }
    if extents:
        west, south = min(e.west for e in extents), min(e.south for e in extents)
        east, north = max(e.east for e in extents), max(e.north for e in extents)
        body["center"], body["zoom"] = [(west + east) / 2, (south + north) / 2], 11
    return JsonResponse(body)
