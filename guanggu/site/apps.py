"""The last of the installed apps: when all models are there, the declarations are loaded."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "guanggu.site"
    label = "site"

    def ready(self) -> None:
        from django.conf import settings
        from django.utils import translation

        from guanggu.base.bilingual import resolve_language_by
        from guanggu.kernel.lake.public import Place
        from guanggu.kernel.lake.public import bind as bind_lake
        from guanggu.kernel.observation.public import ask_the_owner

        from .discover import apps, load_plugs

        resolve_language_by(lambda: translation.get_language() or "zh")
        ask_the_owner(settings.GUANGGU_VAR)  # guanggu ingest owns the store instead
        bind_lake(
            lambda: Place.of(
                settings.GUANGGU_VAR, settings.GUANGGU_LAKE, settings.GUANGGU_LAKE_DATA
            )
        )
        for app in apps():
            load_plugs(app.module)
