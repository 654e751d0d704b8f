"""The fleet at a glance, the page of one device, and how makers connect."""

from django.urls import path

from .connecting import connect
from .device import command, device, key, suspend, twin
from .overview import overview

urlpatterns = [
    path("", overview, name="overview"),
    path("connect/", connect, name="connect"),
    path("device/<str:key>/", device, name="device"),
    path("device/<str:key>/twin/", twin, name="twin"),
    path("device/<str:key>/key/", key, name="key"),
    path("device/<str:key>/suspend/", suspend, name="suspend"),
    path("device/<str:key>/command/", command, name="command"),
]
