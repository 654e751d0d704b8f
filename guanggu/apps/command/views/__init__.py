"""Screens of the duty desk and the wall."""

from django.urls import path

from .desk import desk_page
from .orders import order_page
from .shifts import shift_page
from .wall import panels_data, stream_data, wall_page

urlpatterns = [
    path("", desk_page, name="desk"),
    path("wall/", wall_page, name="wall"),
    path("wall/panels.json", panels_data, name="wall-panels"),
    path("wall/stream.json", stream_data, name="wall-stream"),
    path("orders/<str:key>/", order_page, name="order"),
    path("shifts/<str:key>/", shift_page, name="shift"),
]
