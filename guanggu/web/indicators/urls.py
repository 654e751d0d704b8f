"""Addresses and ways in of the indicators' own pages, and the words of their events."""

from __future__ import annotations

from django.urls import path

from guanggu.base.bilingual import T
from guanggu.web import addresses, event_words, navigation

from . import rest  # noqa: F401  (its routes)
from .detail import indicator_page
from .entering import enter_page
from .figures import figure_page
from .listing import TITLE, indicators_page

urlpatterns = [
    path("indicators/", indicators_page, name="indicators"),
    path("indicators/<str:key>/", indicator_page, name="indicator"),
    path("indicators/<str:key>/enter/", enter_page, name="indicator-enter"),
    path("indicators/<str:key>/<str:period>/", figure_page, name="indicator-figure"),
]
addresses.declare("indicators", "/indicators/{key}/")
navigation.entry("data", TITLE, "/indicators/", order=40)
for _kind, _said, _tone in (
    ("values_entered", T("填报数值", "Values entered"), "ok"),
    ("value_recorded", T("记录数值", "Value recorded"), ""),
    ("value_revised", T("修订数值", "Value revised"), "warn"),
    ("recomputed", T("按公式计算", "Computed by formula"), ""),
    ("recompute_requested", T("申请重新计算", "Asked to compute again"), ""),
    ("defined", T("设定指标", "Indicators defined"), ""),
):
    event_words.say(f"indicator.{_kind}", _said, _tone)
