"""Read the whole journal again and name what was altered, removed or forged."""

from __future__ import annotations

import argparse
import sys
import time

from guanggu.base.bilingual import T
from guanggu.site.command import both


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--quiet", action="store_true", help=both(T("只给出结论", "only the verdict"))
    )


def run(options: argparse.Namespace) -> int:
    """0 where everything fits, 1 where something was altered."""
    from guanggu.kernel.journal.public import verify

    def progress(done: int) -> None:
        if sys.stderr.isatty() and not options.quiet:
            print(f"\r{done:,}", end="", file=sys.stderr, flush=True)

    started = time.monotonic()
    verdict = verify(progress)
    seconds = time.monotonic() - started
    if sys.stderr.isatty() and not options.quiet:
        print(file=sys.stderr)
    for finding in verdict.findings:
        print(f"{finding.place}: {both(finding.message)}")
    counts = T(
        "事件 {} 条、根 {} 个、记录 {} 条，用时 {:.1f} 秒",
        "{} events, {} roots, {} records in {:.1f} s",
    ).format(verdict.events, verdict.roots, verdict.records, seconds)
    print(both(counts))
    if verdict.is_sound:
        print(both(T("核验通过：未发现改动", "sound: nothing was altered")))
        return 0
    found = T("核验未通过:{} 处不符", "not sound: {} findings").format(len(verdict.findings))
    print(both(found), file=sys.stderr)
    return 1
