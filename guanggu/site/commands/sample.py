"""Load the sample district: everything in it is invented and marked as sample."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Forbidden
from guanggu.site.command import both
from guanggu.site.environment import Environment

_BAR = 28


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accounts", action="store_true", help=both(T("只显示示例账户", "only show the accounts"))
    )


class _Line:
    """One line on the terminal that is written over; plain lines where there is none."""

    def __init__(self, title: T):
        self.title, self.started = title, time.monotonic()
        self.is_terminal = sys.stdout.isatty()
        self.shown_at = 0.0

    def show(self, done: int, whole: int) -> None:
        now = time.monotonic()
        if not self.is_terminal or now - self.shown_at < 0.1:
            return
        self.shown_at = now
        filled = min(_BAR, _BAR * done // max(1, whole))
        bar = "█" * filled + "░" * (_BAR - filled)
        print(f"\r  {bar} {both(self.title)} {done:,}/{whole:,}\033[K", end="", flush=True)

    def close(self) -> None:
        seconds = time.monotonic() - self.started
        start = "\r\033[K" if self.is_terminal else ""
        print(f"{start}  {'█' * _BAR} {both(self.title)} {seconds:.1f} s", flush=True)


_WHERE_ACCOUNTS = T(
    "查看示例账户：guanggu sample --accounts", "guanggu sample --accounts lists its sign-ins"
)


def _demand_empty_or_ours() -> None:
    from guanggu.kernel.identity.public import Organisation

    if Organisation.objects.filter(is_sample=False).exists():
        raise Conflict(
            T(
                "数据库中已有真实机构，不能载入示例区。请换一个空数据库。",
                "The database holds real bodies; load the sample district into an empty one.",
            )
        )


def run(options: argparse.Namespace) -> int:
    """Raises Forbidden in production, Conflict where the database holds a real district."""
    from guanggu.site.sample.sign_ins import table

    env = Environment.load()
    if env.is_production:
        raise Forbidden(T("正式环境不载入示例数据。", "Production takes no sample data."))
    if options.accounts:
        print(table())
        return 0
    from guanggu.site.sample.days import lay_sample_days
    from guanggu.site.sample.loading import PHASES

    _demand_empty_or_ours()
    lay_sample_days()
    started, loaded = time.monotonic(), 0
    for phase in PHASES:
        if not phase.is_done():
            line = _Line(phase.title)
            phase.load(line.show)
            line.close()
            loaded += 1
    _leave_sign_ins(env.var, table())
    if loaded:
        seconds = time.monotonic() - started
        print(
            both(
                T("示例区已载入，用时 {} 秒", "sample district loaded in {} s").format(
                    round(seconds)
                )
            )
        )
        print(both(_WHERE_ACCOUNTS))
    else:
        print(
            both(T("示例区早已载入，未作改动", "the sample district is there; nothing was changed"))
        )
    return 0


def _leave_sign_ins(var: Path, text: str) -> None:
    """``guanggu serve --show-sign-ins`` shows it at each start."""
    var.mkdir(parents=True, exist_ok=True)
    (var / "sign_ins.txt").write_text(text, encoding="utf-8")
