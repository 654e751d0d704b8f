"""The interface described (OpenAPI 3.0): from here GDAL and QGIS learn how large a page may be."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from guanggu.kernel.feature.public import Layer

from .asking import LIMIT, LIMIT_MAX, layers_asked, queryables
from .crs import ALL
from .documents import ABOUT, OPENAPI, TITLE, address
from .items import GEOJSON


def _parameter(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, **more}


_PARAMETERS = [
    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT}),
    _parameter(
        "bbox",
        {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        style="form", explode=False,
    ),
    _parameter("bbox-crs", {"type": "string", "enum": list(ALL)}),
    _parameter("crs", {"type": "string", "enum": list(ALL)}),
    _parameter("datetime", {"type": "string"}),
    _parameter("after", {"type": "integer", "minimum": 0}),
]  # fmt: skip


def _answer(kind: str = "application/json") -> dict[str, Any]:
    return {
        "200": {"description": "OK", "content": {kind: {"schema": {"type": "object"}}}},
        "400": {"description": "Bad request"},
    }


def _items(layer: Layer) -> dict[str, Any]:
    own = [_parameter(name, {"type": "string"}) for name in queryables(layer)]
    return {
        "get": {
            "operationId": f"items_{layer.key}", "summary": str(layer.title),
            "parameters": [*_PARAMETERS, *own], "responses": _answer(GEOJSON),
        }
    }  # fmt: skip


def api(request: HttpRequest) -> JsonResponse:
    """GET /ogc/api"""
    paths: dict[str, Any] = {
        "/": {"get": {"operationId": "landing", "responses": _answer()}},
        "/conformance": {"get": {"operationId": "conformance", "responses": _answer()}},
        "/collections": {"get": {"operationId": "collections", "responses": _answer()}},
    }
    for layer in layers_asked(request):
        here = f"/collections/{layer.key}"
        paths[here] = {"get": {"operationId": f"about_{layer.key}", "responses": _answer()}}
        paths[f"{here}/items"] = _items(layer)
        paths[f"{here}/items/{{key}}"] = {
            "get": {
                "operationId": f"item_{layer.key}",
                "parameters": [
                    {"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {**_answer(GEOJSON), "404": {"description": "Not found"}},
            }
        }
    body = {
        "openapi": "3.0.3",
        "info": {"title": str(TITLE), "description": str(ABOUT), "version": "1.0.0"},
        "servers": [{"url": address(request)}],
        "paths": paths,
    }
    return JsonResponse(body, content_type=OPENAPI)
