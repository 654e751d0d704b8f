"""The addresses of the house and those of the trial register."""

from guanggu.site import urls as house
from guanggu.web.screens.urls import screens_of
from guanggu.web.tests.places import PLACES

urlpatterns = [*screens_of(PLACES), *house.urlpatterns]
handler404 = house.handler404
handler500 = house.handler500
