"""Run subscribers, jobs, clocks and seals until SIGTERM; or one long job, for the worker itself."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

LONG_JOB = [sys.executable, "-m", "guanggu.site.command", "worker", "--long-job"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--long-job", help=argparse.SUPPRESS)  # what the worker starts itself with


def run(options: argparse.Namespace) -> int:
    """A long job answers 0 where it came to an end, whatever that was."""
    from guanggu.kernel.journal.public import run_one, run_worker

    if options.long_job:
        run_one(options.long_job)
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_worker(stop, LONG_JOB)
    return 0
