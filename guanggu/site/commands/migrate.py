"""Make or upgrade the database."""

from __future__ import annotations

import argparse
from importlib import import_module
from importlib.util import find_spec

from guanggu.site.discover import apps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(options: argparse.Namespace) -> int:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)
    publish_procedures()
    return 0


def publish_procedures() -> None:
    """Have each app that ships procedures publish those that were never published here."""
    for app in apps():
        if find_spec(f"{app.module}.case") is not None:
            getattr(import_module(f"{app.module}.case"), "publish_shipped", lambda: None)()
