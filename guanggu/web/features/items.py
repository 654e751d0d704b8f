"""The features of a collection, as GeoJSON and as a page with its map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.base.ids import Ref
from guanggu.kernel.feature.public import Found, Layer, Wanted, features, subset_for
from guanggu.kernel.identity.public import actor_of
from guanggu.web.addresses import address_of
from guanggu.web.maps import MapLayer, MapView, Shown
from guanggu.web.maps.reading import text_of

from .asking import COUNT_MAX, Asked, layer_asked, read, wants_page
from .crs import CRS84, Crs, crs_of, given_in
from .documents import ROOT, TITLE, address, link

GEOJSON = "application/geo+json"
PAGE_FEATURES_MAX = 200
_NO_FEATURE = T(
    "没有该要素，或您无权查看。请核对编号。",
    "No such feature, or none that you may see. Check its key.",
)


def written(found: Sequence[Found], crs: Crs) -> list[bytes]:
    """Each feature as GeoJSON; geometry goes from Shapely to text without Python between."""
    import numpy as np
    import orjson
    import shapely

    if not found:
        return []
    shapes = np.array([one.geometry for one in found], dtype=object)
    texts = shapely.to_geojson(given_in(crs, shapes))
    return [
        b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}'
        % (orjson.dumps(one.key), text.encode(), orjson.dumps(one.properties))
        for one, text in zip(found, texts, strict=True)
    ]


def _answer(body: bytes, crs: Crs) -> HttpResponse:
    answer = HttpResponse(body, content_type=GEOJSON)
    answer["Content-Crs"] = f"<{crs.uri}>"
    return answer


def items(request: HttpRequest, name: str) -> HttpResponse:
    """GET /ogc/collections/<name>/items"""
    import orjson

    layer = layer_asked(request, name)
    is_page = wants_page(request)
    asked = read(request, layer)
    most = min(asked.limit, PAGE_FEATURES_MAX) if is_page else asked.limit
    found = features().items(layer.key, asked.wanted, after=asked.after, limit=most + 1)
    more, found = len(found) > most, found[:most]
    total = features().count(layer.key, asked.wanted, most=COUNT_MAX)
    if is_page:
        return _page(request, layer, found, total, _next(asked, found) if more else "")
    links = [
        link(request.build_absolute_uri(), "self", GEOJSON, layer.title),
        link(_other_form(request, asked), "alternate", "text/html", layer.title),
        link(address(request, f"/collections/{layer.key}"), "collection", "application/json",
             layer.title),
    ]  # fmt: skip
    if more:
        href = address(request, f"/collections/{layer.key}/items{_next(asked, found)}")
        links.append(link(href, "next", GEOJSON, T("下一页", "Next")))
    head: dict[str, Any] = {
        "timeStamp": clock.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": len(found), "links": links,
    }  # fmt: skip
    if total < COUNT_MAX:
        head["numberMatched"] = total
    body = b'{"type":"FeatureCollection",%b,"features":[%b]}' % (
        orjson.dumps(head)[1:-1],
        b",".join(written(found, asked.crs)),
    )
    return _answer(body, asked.crs)


def _next(asked: Asked, found: Sequence[Found]) -> str:
    return "?" + urlencode({**asked.kept, "after": found[-1].id})


def _other_form(request: HttpRequest, asked: Asked) -> str:
    return request.build_absolute_uri("?" + urlencode({**asked.kept, "f": "html"}))


def shown(layer: Layer, found: Sequence[Found]) -> list[Shown]:
    """Features of the store as a map shows them."""
    return [
        Shown(
            key=one.key,
            name=one.properties.get(layer.label) or one.key,
            geometry=one.geometry,
            href=address_of(Ref(layer.model.collection, one.key)),
            facts=[
                (layer.title_of(name), text_of(layer, name, value))
                for name, value in one.properties.items()
                if name != layer.label and value not in (None, "", [], {})
            ],
            value=str(one.properties.get(layer.colour_by, "")),
            chart=layer.chart_of(one.key, one.properties),
        )
        for one in found
    ]


def _page(
    request: HttpRequest, layer: Layer, found: Sequence[Found], total: int, following: str
) -> HttpResponse:
    drawn = MapLayer(
        layer.key, layer.title, shown(layer, found), layer.colour, layer.legend, total=total
    )
    params = request.GET.copy()
    params["f"] = "json"
    context = {
        "title": layer.title, "layer": layer, "view": MapView(layer.title, [drawn]),
        "following": following, "total": total, "json": "?" + params.urlencode(),
        "crumbs": [
            (TITLE, f"{ROOT}/"), (layer.title, f"{ROOT}/collections/{layer.key}"),
            (T("要素", "Features"), ""),
        ],
    }  # fmt: skip
    return render(request, "guanggu/features/items.html", context)


def item(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """GET /ogc/collections/<name>/items/<key>"""
    import orjson

    layer = layer_asked(request, name)
    wanted = Wanted(among=subset_for(actor_of(request), layer))
    found = features().one(layer.key, key, wanted)
    if found is None:
        raise Missing(_NO_FEATURE)
    if wants_page(request):
        return _page(request, layer, [found], 1, "")
    crs = crs_of(request.GET["crs"]) if "crs" in request.GET else CRS84
    here = f"/collections/{layer.key}"
    links = [
        link(request.build_absolute_uri(), "self", GEOJSON, layer.title),
        link(request.build_absolute_uri("?f=html"), "alternate", "text/html", layer.title),
        link(address(request, here), "collection", "application/json", layer.title),
    ]
    body = written([found], crs)[0][:-1] + b',"links":%b}' % orjson.dumps(links)
    return _answer(body, crs)
