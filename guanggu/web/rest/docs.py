"""The description of the interface as a plain page: no script, so none from elsewhere."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guanggu.base.bilingual import T

from .describing import description


def _operations(schema: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            parameters = [p["name"] for p in operation.get("parameters", [])]
            groups.setdefault(", ".join(operation.get("tags", [])), []).append(
                {"method": method.upper(), "path": path, "parameters": parameters}
            )
    return groups


def docs(request: HttpRequest) -> HttpResponse:
    """GET /api/docs"""
    title = T("开放接口", "Open API")
    context = {
        "title": title,
        "groups": sorted(_operations(orjson.loads(description())).items()),
        "crumbs": [(title, "")],
    }
    return render(request, "guanggu/api_docs.html", context)
