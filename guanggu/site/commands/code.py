"""The one-time code of a sample account at this moment: a tour needs no telephone."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username")


def run(options: argparse.Namespace) -> int:
    """Raises Forbidden outside a sample district, Missing for an account not of the sample."""
    from guanggu.kernel.identity.public import sample_code

    print(sample_code(options.username))
    return 0
