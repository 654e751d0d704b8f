"""The feature kernel as an installed app: it keeps features as records change."""

from __future__ import annotations

from django.apps import AppConfig


class FeatureConfig(AppConfig):
    name = "guanggu.kernel.feature"
    label = "feature"

    def ready(self) -> None:
        from . import public  # noqa: F401
        from .keeping import begin

        begin()
