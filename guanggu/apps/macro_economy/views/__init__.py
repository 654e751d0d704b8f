"""Screens of the economy, and the SDMX service at the root."""

from django.urls import path

from .board import board_page, bulletin
from .exchange import exchange_page, upload_page
from .series import series_page
from .service import sdmx_page, sdmx_service

AT_ROOT = True
urlpatterns = [
    path("macro_economy/", board_page, name="economy"),
    path("macro_economy/bulletin.xlsx", bulletin, name="economy-bulletin"),
    path("macro_economy/series/<str:key>/", series_page, name="economy-series"),
    path("macro_economy/sdmx/", exchange_page, name="economy-exchange"),
    path("macro_economy/sdmx/<str:key>/", upload_page, name="economy-upload"),
    path("sdmx/", sdmx_page, name="sdmx"),
    path("sdmx/<str:version>/<path:asked>", sdmx_service, name="sdmx-service"),
]
