"""The screens of the map platform."""

from __future__ import annotations

from django.urls import path

from guanggu.base.bilingual import T
from guanggu.web import navigation

from .bringing import bring_in, export, layer_page
from .looking import look
from .measuring import measure
from .printing import print_page
from .querying import query_page

navigation.entry("city", T("一张图", "Map"), "/atlas/", order=5)

urlpatterns = [
    path("", look, name="map"),
    path("query/", query_page, name="query"),
    path("measure/", measure, name="measure"),
    path("print/", print_page, name="print"),
    path("import/", bring_in, name="import"),
    path("layers/<str:key>/", layer_page, name="layer"),
    path("export/<str:key>/", export, name="export"),
]
