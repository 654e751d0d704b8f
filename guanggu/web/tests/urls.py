"""The web's own addresses and those of the trial register."""

from django.urls import include, path

from guanggu.web import urls as own
from guanggu.web.rest.registers import Resources
from guanggu.web.screens.urls import screens_of
from guanggu.web.tests.a_map import page_with_a_map
from guanggu.web.tests.places import PLACES

urlpatterns = [
    path("api/trial/", include(Resources(PLACES).paths())),
    path("trial/map/", page_with_a_map),
    screens_of(PLACES),
    *own.urlpatterns,
]
handler404 = "guanggu.web.problems.missing"
handler500 = "guanggu.web.problems.failure"
