"""Landing page, conformance and collections, as JSON and as pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Layer, features

from .asking import layer_asked, layers_asked, queryables, wants_page
from .crs import ALL, CGCS2000, CRS84

ROOT = "/ogc"
TITLE = T("空间数据服务", "Geodata service")
ABOUT = T(
    "全区各系统的空间图层，按 OGC API – Features 提供，坐标系为 CGCS2000（EPSG:4490）。",
    "The layers of every system of the district as OGC API – Features, in CGCS2000 (EPSG:4490).",
)
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
CONFORMS_TO = [
    f"{_PART_1}core", f"{_PART_1}geojson", f"{_PART_1}html", f"{_PART_1}oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
]  # fmt: skip


def address(request: HttpRequest, path: str = "") -> str:
    return request.build_absolute_uri(f"{ROOT}{path}")


def link(href: str, rel: str, kind: str, title: Any) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, "title": str(title)}


def both(request: HttpRequest, path: str, title: Any) -> list[dict[str, str]]:
    """The links of a document to itself and to its other form."""
    href = address(request, path)
    is_page = wants_page(request)
    forms = [(f"{href}?f=json", "application/json"), (f"{href}?f=html", "text/html")]
    return [
        link(to, "self" if (kind == "text/html") == is_page else "alternate", kind, title)
        for to, kind in forms
    ]


def landing(request: HttpRequest) -> HttpResponse:
    """GET /ogc/"""
    body = {
        "title": str(TITLE),
        "description": str(ABOUT),
        "links": [
            *both(request, "/", TITLE),
            link(address(request, "/api"), "service-desc", OPENAPI, T("接口描述", "Interface")),
            link(
                request.build_absolute_uri(f"{ROOT}/?f=html"), "service-doc", "text/html",
                T("接口说明", "Documentation"),
            ),
            link(
                address(request, "/conformance"), "conformance", "application/json",
                T("符合的标准", "Conformance"),
            ),
            link(
                address(request, "/collections"), "data", "application/json",
                T("数据集", "Collections"),
            ),
        ],
    }  # fmt: skip
    if not wants_page(request):
        return JsonResponse(body)
    context = {
        "title": TITLE, "about": ABOUT, "layers": _rows(request), "root": address(request, "/"),
        "crumbs": [(TITLE, "")], "systems": list(ALL),
    }  # fmt: skip
    return render(request, "guanggu/features/landing.html", context)


def conformance(request: HttpRequest) -> HttpResponse:
    """GET /ogc/conformance"""
    if not wants_page(request):
        return JsonResponse({"conformsTo": CONFORMS_TO})
    title = T("符合的标准", "Conformance")
    context = {
        "title": title, "classes": CONFORMS_TO, "crumbs": [(TITLE, f"{ROOT}/"), (title, "")],
    }  # fmt: skip
    return render(request, "guanggu/features/conformance.html", context)


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "key": layer.key, "title": layer.title, "href": f"{ROOT}/collections/{layer.key}/items",
            "total": features().count(layer.key, most=100_000),
        }
        for layer in layers_asked(request)
    ]  # fmt: skip


def describe(request: HttpRequest, layer: Layer) -> dict[str, Any]:
    """A collection (17-069r4, 7.14; 18-058r1, 6.2)."""
    here = f"/collections/{layer.key}"
    extent = features().extent(layer.key)
    body: dict[str, Any] = {
        "id": layer.key,
        "title": str(layer.title),
        "itemType": "feature",
        "crs": list(ALL),
        "storageCrs": CGCS2000.uri,
        "links": [
            *both(request, here, layer.title),
            link(address(request, f"{here}/items"), "items", "application/geo+json", layer.title),
            link(address(request, f"{here}/items?f=html"), "items", "text/html", layer.title),
            link(
                address(request, f"/styles/{layer.key}"), "style",
                "application/vnd.mapbox.style+json", T("样式", "Style"),
            ),
        ],
    }  # fmt: skip
    if extent is not None:
        body["extent"] = {"spatial": {"bbox": [list(extent)], "crs": CRS84.uri}}
    return body


def collections(request: HttpRequest) -> HttpResponse:
    """GET /ogc/collections"""
    title = T("数据集", "Collections")
    if wants_page(request):
        context = {
            "title": title, "layers": _rows(request),
            "crumbs": [(TITLE, f"{ROOT}/"), (title, "")],
        }  # fmt: skip
        return render(request, "guanggu/features/collections.html", context)
    body = {
        "links": both(request, "/collections", title),
        "crs": list(ALL),
        "collections": [describe(request, layer) for layer in layers_asked(request)],
    }
    return JsonResponse(body)


def collection(request: HttpRequest, name: str) -> HttpResponse:
    """GET /ogc/collections/<name>"""
    layer = layer_asked(request, name)
    body = describe(request, layer)
    if not wants_page(request):
        return JsonResponse(body)
    context = {
        "title": layer.title, "layer": layer, "links": body["links"], "extent": body.get("extent"),
        "properties": [(layer.title_of(p), p) for p in queryables(layer)],
        "crumbs": [(TITLE, f"{ROOT}/"), (layer.title, "")],
    }  # fmt: skip
    return render(request, "guanggu/features/collection.html", context)
