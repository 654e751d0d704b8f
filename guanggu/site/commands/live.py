"""Only the live pages' server, until SIGTERM: where it shall not share ``guanggu ingest``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from guanggu.base.bilingual import T
from guanggu.site.command import both

TAKEN = T("监控推送端口无法打开：{}", "the port of the live pages cannot be opened: {}")
READY = T("监控推送服务已就绪：{}:{}", "live pages are served: {}:{}")
OFF = T("GUANGGU_LIVE_LISTEN 为 off，未启动。", "GUANGGU_LIVE_LISTEN is off; nothing was started.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none: the address comes from GUANGGU_LIVE_LISTEN."""


def run(options: argparse.Namespace) -> int:
    """Answers 1 where the address is taken or off."""
    from django.conf import settings

    from guanggu.web.live import LiveService
    from guanggu.web.live.service import address_of

    address = address_of(settings.GUANGGU_LIVE_LISTEN)
    if address is None:
        print(both(OFF), file=sys.stderr)
        return 1
    try:
        service = LiveService(*address)
    except OSError as error:
        print(both(TAKEN.format(error)), file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    service.start()
    print(both(READY.format(address[0], service.port)), flush=True)
    stop.wait()
    service.close()
    return 0
