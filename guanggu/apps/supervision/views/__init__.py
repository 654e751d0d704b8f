"""The screens of supervision."""

from django.urls import path

from .cards import card_page
from .follow_ups import follow_up_page, follow_ups_page
from .integrity import integrity, prove
from .logs import case_page, import_page, log_page, logs, sheet
from .overview import overview
from .scores import scores

urlpatterns = [
    path("", overview, name="overview"),
    path("cards/<str:key>/", card_page, name="card"),
    path("follow-ups/", follow_ups_page, name="follow_ups"),
    path("follow-ups/<str:key>/", follow_up_page, name="follow_up"),
    path("scores/", scores, name="scores"),
    path("logs/", logs, name="logs"),
    path("logs/import/", import_page, name="import"),
    path("logs/<str:code>/", log_page, name="log"),
    path("logs/<str:code>/variants.csv", sheet, name="sheet"),
    path("logs/<str:code>/cases/<str:number>/", case_page, name="case"),
    path("integrity/", integrity, name="integrity"),
    path("integrity/proof/<str:number>.json", prove, name="proof"),
]
