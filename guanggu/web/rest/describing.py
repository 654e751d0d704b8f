"""What the interface is, as OpenAPI: one document of the apps' own resources and every register."""

from __future__ import annotations

import gc
from functools import cache

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from .interface import ABOUT, Api, api
from .registers import register_paths, registers_served, router_of

__all__ = ["description", "openapi_json", "register_paths"]


@cache
def description() -> bytes:
    """The OpenAPI document as JSON; made once a process, when it is first asked for.

    The shapes of all registers are made for it and let go again; the text is a small part of them.
    """
    whole = Api(urls_namespace="described", openapi_url=None, **ABOUT)
    for prefix, router in api._routers:
        whole.add_router(prefix, router)
    for register in registers_served():
        whole.add_router(f"/v1/{register.collection}", router_of(register))
    schema = whole.get_openapi_schema(path_prefix=reverse("api:api-root"))
    text = orjson.dumps(schema, option=orjson.OPT_NON_STR_KEYS)  # statuses are numbers
    del whole, schema
    gc.collect()
    return text


def openapi_json(request: HttpRequest) -> HttpResponse:
    """GET /api/openapi.json"""
    return HttpResponse(description(), content_type="application/json")
