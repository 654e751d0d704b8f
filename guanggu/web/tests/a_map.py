"""A page with a map of invented places, for tests of the map component."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import engines
from shapely.geometry import LineString, Point, Polygon

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Legend
from guanggu.web.maps import MapLayer, MapView, Shown

_PAGE = (
    '{% extends "guanggu/base.html" %}{% load guanggu %}'
    '{% block title %}{% t "地图" "Map" %}{% endblock %}'
    '{% block main %}<h1>{% t "地图" "Map" %}</h1>{% map_view view %}{% endblock %}'
)


def view_of_places() -> MapView:
    lake = Polygon([(114.36, 30.52), (114.41, 30.51), (114.43, 30.55), (114.38, 30.56)])
    road = LineString([(114.34, 30.50), (114.40, 30.50), (114.46, 30.53)])
    stations = [
        Shown("S-1", T("湖心站", "Mid-lake"), Point(114.395, 30.535), "/trial/S-1/",
              [(T("水质类别", "Class"), "III"), (T("水位", "Level"), "17.85 m")], "3"),
        Shown("S-2", T("入湖口站", "Inflow"), Point(114.41, 30.515), "/trial/S-2/",
              [(T("水质类别", "Class"), "V")], "5"),
        Shown("S-3", "<b>&", Point(114.45, 30.53)),
    ]  # fmt: skip
    legend = (
        Legend("3", T("III 类", "Class III"), "#2aa866"),
        Legend("5", T("V 类", "Class V"), "#e0762a"),
    )
    return MapView(
        T("湖泊监测", "Lakes"),
        [
            MapLayer("lakes", T("湖泊", "Lakes"), [Shown("L-1", T("示例湖", "Sample lake"), lake)],
                     "#4a95b8", is_base=True),
            MapLayer("roads", T("道路", "Roads"), [Shown("R-1", "", road)], "#8a8f98",
                     is_base=True, labelled=False),
            MapLayer("stations", T("监测站", "Stations"), stations, "#777777", legend, total=3),
        ],
        note=T("几何为示例数据。", "The geometry is a sample."),
    )  # fmt: skip


def page_with_a_map(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(_PAGE)
    return HttpResponse(template.render({"view": view_of_places()}, request))
