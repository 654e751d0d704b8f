"""The case kernel as an installed app: its deadlines and guards are registered at the start."""

from __future__ import annotations

from django.apps import AppConfig


class CaseConfig(AppConfig):
    name = "guanggu.kernel.case"
    label = "case"

    def ready(self) -> None:
        from . import public  # noqa: F401
        from .guarding import register_guards

        register_guards()
