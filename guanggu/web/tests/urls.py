"""The addresses of the house and those of the trial register."""

from importlib import import_module

from django.conf import settings

from guanggu.web.screens.urls import screens_of
from guanggu.web.tests.places import PLACES

house = import_module(settings.ROOT_URLCONF)  # web stands below site and does not import it
urlpatterns = [*screens_of(PLACES), *house.urlpatterns]
handler404 = house.handler404
handler500 = house.handler500
