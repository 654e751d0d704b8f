"""The web's own addresses and those of the trial register."""

from django.urls import path

from guanggu.web import urls as own
from guanggu.web.rest.interface import Api
from guanggu.web.rest.registers import router_of
from guanggu.web.screens.urls import screens_of
from guanggu.web.tests.a_map import page_with_a_map
from guanggu.web.tests.places import PLACES

api = Api(urls_namespace="trial")
api.add_router("/v1/places", router_of(PLACES))
urlpatterns = [
    path("api/trial/", api.urls),
    path("trial/map/", page_with_a_map),
    *screens_of(PLACES),
    *own.urlpatterns,
]
handler404 = "guanggu.web.problems.missing"
handler500 = "guanggu.web.problems.failure"
