"""The addresses of the house and those of the trial register."""

<<<<<<< Updated upstream
from importlib import import_module

from django.conf import settings

from guanggu.web.screens.urls import screens_of
from guanggu.web.tests.places import PLACES

house = import_module(settings.ROOT_URLCONF)  # web stands below site and does not import it
urlpatterns = [*screens_of(PLACES), *house.urlpatterns]
=======
from django.urls import path

from guanggu.site import urls as house
from guanggu.web.rest.interface import Api
from guanggu.web.rest.registers import router_of
from guanggu.web.screens.urls import screens_of
from guanggu.web.tests.places import PLACES

api = Api(urls_namespace="trial")
api.add_router("/v1/places", router_of(PLACES))
urlpatterns = [path("api/trial/", api.urls), *screens_of(PLACES), *house.urlpatterns]
>>>>>>> Stashed changes
handler404 = house.handler404
handler500 = house.handler500
