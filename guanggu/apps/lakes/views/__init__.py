"""Screens of the lakes."""

from django.urls import path

from .chief import chief_page
from .curves import curves_data, curves_page, curves_sheet
from .forecast import forecast_page
from .issues import issue_page, issues_page, photo_page
from .lake import lake_page
from .outfalls import outfall_page, trace_page
from .overview import overview_page
from .patrol import end_page, patrol_page, report_page, start_page, walk_page
from .scene import scene_page
from .sending import photo_entry, send_entry

urlpatterns = [
    path("", overview_page, name="overview"),
    path("chief/", chief_page, name="chief"),
    path("lake/<str:key>/", lake_page, name="lake"),
    path("lake/<str:key>/curves/", curves_page, name="curves"),
    path("lake/<str:key>/curves.json", curves_data, name="curves_data"),
    path("lake/<str:key>/curves.<str:kind>", curves_sheet, name="curves_sheet"),
    path("lake/<str:key>/scene/", scene_page, name="scene"),
    path("lake/<str:key>/forecast/", forecast_page, name="forecast"),
    path("lake/<str:key>/trace/", trace_page, name="trace"),
    path("outfalls/<str:key>/", outfall_page, name="outfall"),
    path("issues/", issues_page, name="issues"),
    path("issues/<str:key>/", issue_page, name="issue"),
    path("issues/<str:key>/photos/<str:file>/", photo_page, name="photo"),
    path("patrol/", patrol_page, name="patrol"),
    path("patrol/start/", start_page, name="start"),
    path("patrol/report/", report_page, name="report"),
    path("patrol/send/", send_entry, name="send"),
    path("patrol/photo/", photo_entry, name="send_photo"),
    path("patrol/<str:key>/end/", end_page, name="end"),
    path("walks/<str:key>/", walk_page, name="walk"),
]
