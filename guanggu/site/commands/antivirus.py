"""Run our own clamd until SIGTERM: settings and signatures are written, then it takes this place."""

from __future__ import annotations

import argparse
import os
import sys

from guanggu.base.bilingual import T
from guanggu.site.command import both
from guanggu.site.environment import clamd

NOT_INSTALLED = T(
    "未安装 clamd。Debian、Ubuntu 上执行：sudo apt-get install clamav-daemon",
    "clamd is not installed. On Debian or Ubuntu: sudo apt-get install clamav-daemon",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(options: argparse.Namespace) -> int:
    """Answers 1 where it is not installed; else does not return."""
    program = clamd()
    if program is None:
        print(both(NOT_INSTALLED), file=sys.stderr)
        return 1
    from guanggu.apps.antivirus.connector import configuration, folder, write_signatures
    from guanggu.apps.antivirus.queries import active_signatures

    where = folder()
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_signatures(where, active_signatures())
    path = where / "clamd.conf"
    path.write_text(configuration(where), encoding="utf-8")
    # What it says of its settings at each start is of no use to anybody; its errors are.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    # In place of this process: no memory of the site stays beside the engine.
    os.execv(program, [program, "--config-file", str(path)])
