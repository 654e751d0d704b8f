"""Hand every event on to the bus named by GUANGGU_NATS, until SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from guanggu.base.bilingual import T
from guanggu.site.command import both

NO_BUS = T(
    "未设置 GUANGGU_NATS（如 nats://127.0.0.1:4222），没有可转发的消息总线。",
    "GUANGGU_NATS is not set (such as nats://127.0.0.1:4222): there is no bus to hand events to.",
)
RELAYING = T("正在向 {} 转发日志", "handing the journal on to {}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none: the bus comes from GUANGGU_NATS, GUANGGU_NATS_STREAM, GUANGGU_NATS_COPIES."""


def run(options: argparse.Namespace) -> int:
    """Answers 1 where no bus is named."""
    from guanggu.kernel.journal.public import Bus, Relay

    bus = Bus.read()
    if bus is None:
        print(both(NO_BUS), file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    relay = Relay(bus)
    try:
        relay.run(stop, ready=lambda: print(both(RELAYING.format(bus.stream)), flush=True))
    finally:
        relay.close()
    return 0
