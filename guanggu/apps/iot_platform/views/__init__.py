"""The fleet at a glance, the page of one device, and how makers connect."""

from django.urls import path

from .connecting import connect
from .device import command, device, key, suspend, twin
from .faults import fault_page, faults_page
from .keys import fleet_keys
from .overview import overview
from .quarantine import adopt, frame_page, quarantine_page

urlpatterns = [
    path("", overview, name="overview"),
    path("connect/", connect, name="connect"),
    path("device/<str:key>/", device, name="device"),
    path("device/<str:key>/twin/", twin, name="twin"),
    path("device/<str:key>/key/", key, name="key"),
    path("device/<str:key>/suspend/", suspend, name="suspend"),
    path("device/<str:key>/command/", command, name="command"),
    path("faults/", faults_page, name="faults"),
    path("faults/<str:key>/", fault_page, name="fault"),
    path("keys/<str:fleet>/", fleet_keys, name="fleet_keys"),
    path("quarantine/", quarantine_page, name="quarantine"),
    path("quarantine/<int:number>/", frame_page, name="frame"),
    path("quarantine/<int:number>/adopt/", adopt, name="adopt"),
]
