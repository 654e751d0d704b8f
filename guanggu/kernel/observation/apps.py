"""The observation kernel as an installed app: guards and followers are registered at the start."""

from __future__ import annotations

from django.apps import AppConfig


class ObservationConfig(AppConfig):
    name = "guanggu.kernel.observation"
    label = "observation"

    def ready(self) -> None:
        from . import device_registers, duties, registers  # noqa: F401
        from .ngsi_ld.turns import notify_subscribers  # noqa: F401
        from .sensorthings.locating import follow_records
        from .sensorthings.turns import tell_of_entities  # noqa: F401

        follow_records()
