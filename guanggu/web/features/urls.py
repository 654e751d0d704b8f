"""Addresses of the geodata service."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import require_safe

from guanggu.base.bilingual import T
from guanggu.web import navigation

from .documents import ROOT, collection, collections, conformance, landing
from .items import item, items
from .openapi import api
from .tiles import style, tile

navigation.entry("data", T("空间数据服务", "Geodata service"), f"{ROOT}/", order=60)

urlpatterns = [
    path("ogc/", require_safe(landing), name="ogc"),
    path("ogc/conformance", require_safe(conformance)),
    path("ogc/api", require_safe(api)),
    path("ogc/collections", require_safe(collections)),
    path("ogc/collections/<str:name>", require_safe(collection)),
    path("ogc/collections/<str:name>/items", require_safe(items)),
    path("ogc/collections/<str:name>/items/<str:key>", require_safe(item)),
    path("ogc/styles/<str:name>", require_safe(style)),
    path("tiles/<str:name>/<int:zoom>/<int:x>/<int:y>.mvt", require_safe(tile)),
]
