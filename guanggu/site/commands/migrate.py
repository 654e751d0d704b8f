"""Make or upgrade the database."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(options: argparse.Namespace) -> int:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)
    from guanggu.kernel.case.public import publish_shipped

    publish_shipped()
    from guanggu.kernel.indicator.public import take_in_declared

    take_in_declared()
    from guanggu.kernel.feature.public import fill_missing

    fill_missing()
    return 0
