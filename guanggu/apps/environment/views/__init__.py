"""Screens of the environment."""

from django.urls import path

from .air import air_page
from .cases import case_page, cases_page, paper_page
from .noise import noise_page
from .rates import rates_page
from .reports import report_file, report_page, reports_page
from .stations import station_data, station_page
from .today import today_page
from .totals import outlet_data, outlet_page, source_page, totals_page
from .water import water_page

urlpatterns = [
    path("", today_page, name="today"),
    path("air/", air_page, name="air"),
    path("water/", water_page, name="water"),
    path("noise/", noise_page, name="noise"),
    path("stations/<str:key>/", station_page, name="station"),
    path("stations/<str:key>/curve.<str:kind>", station_data, name="station-data"),
    path("totals/", totals_page, name="totals"),
    path("rates/", rates_page, name="rates"),
    path("sources/<str:key>/", source_page, name="source"),
    path("outlet/<str:key>/", outlet_page, name="outlet"),
    path("outlet/<str:key>/curve.<str:kind>", outlet_data, name="outlet-data"),
    path("reports/", reports_page, name="reports"),
    path("reports/<str:key>/", report_page, name="report"),
    path("reports/<str:key>/report.pdf", report_file, name="report-file"),
    path("cases/", cases_page, name="cases"),
    path("cases/<str:key>/", case_page, name="case"),
    path("cases/<str:key>/papers/<str:paper>/", paper_page, name="paper"),
]
