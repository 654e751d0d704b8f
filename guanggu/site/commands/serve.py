"""Serve the site: granian, the worker and the gateways as children, restarted when they fall.

This parent loads no framework: it stays small, starts at once, and outlives what it watches.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Problem
from guanggu.site.command import both
from guanggu.site.environment import Environment, antivirus_mode, clamd
from guanggu.site.supervisor import Child, watch

NEEDS_DJANGO = False
READY_SECONDS_MAX = 60
# A server killed a moment ago may still hold the port.
PORT_SECONDS_MAX = 5
CALENDAR_DAYS_MIN = 60
# More waiting requests than this are refused at once rather than answered late.
WAITING_REQUESTS_MAX = 256
# The first page does not share the processor with a worker that is loading; nothing waits for it.
WORKER_AFTER_SECONDS = 2
INGEST_AFTER_SECONDS = 1
SCANNER_AFTER_SECONDS = 4
RELAY_AFTER_SECONDS = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    parser.add_argument("--processes", type=int, default=1, help=both(T("进程数", "processes")))
    parser.add_argument(
        "--no-worker", action="store_true", help=both(T("不启动后台任务", "leave the worker out"))
    )
    parser.add_argument(
        "--no-ingest",
        action="store_true",
        help=both(T("不启动监测数据采集", "leave the gateways of observations out")),
    )
    parser.add_argument(
        "--show-sign-ins",
        action="store_true",
        help=both(T("显示示例账户", "print the sample accounts")),
    )


def _port_is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _port_becomes_free(host: str, port: int) -> bool:
    until_s = time.monotonic() + PORT_SECONDS_MAX
    while not _port_is_free(host, port):
        if time.monotonic() > until_s:
            return False
        time.sleep(0.1)
    return True


def _server(options: argparse.Namespace) -> Child:
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws",
        "--host", options.host, "--port", str(options.port),
        "--workers", str(options.processes), "--blocking-threads", "1",
        "--backpressure", str(WAITING_REQUESTS_MAX), "--respawn-failed-workers",
        "--workers-kill-timeout", "10", "--log-level", "warning",
        "guanggu.site.wsgi:application",
    ]  # fmt: skip
    return Child("server", command)


def _scanner(env: Environment) -> list[Child]:
    """Our own clamd, where it is installed, wanted, and none of the district's is named."""
    if env.text("GUANGGU_CLAMD", "") or antivirus_mode(env) == "off" or clamd() is None:
        return []
    command = [sys.executable, "-m", "guanggu.site.command", "antivirus"]
    return [Child("antivirus", command, start_again_at_s=time.monotonic() + SCANNER_AFTER_SECONDS)]


def _shipper(env: Environment) -> list[Child]:
    """litestream beside the database, where points in time of SQLite are wanted."""
    if not env.text("GUANGGU_LITESTREAM", ""):
        return []
    command = [sys.executable, "-m", "guanggu.site.command", "backup", "--ship"]
    return [Child("litestream", command, start_again_at_s=time.monotonic() + WORKER_AFTER_SECONDS)]


def is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _announce(options: argparse.Namespace, stop: threading.Event, started: float) -> None:
    """Wait for the first answer, then say where; runs beside the watch."""
    reachable = "127.0.0.1" if options.host in ("0.0.0.0", "") else options.host
    address = f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{options.port}"
    while not is_healthy(address):
        if stop.wait(0.05):
            return
        if time.monotonic() - started > READY_SECONDS_MAX:
            late = T("服务仍未就绪，原因见上面的日志", "not ready yet; the log above says why")
            print(both(late), file=sys.stderr, flush=True)
            return
    ready = T("光谷已就绪，请在浏览器打开", "guanggu is ready; open in a browser")
    print(f"\n{both(ready)}:\n\n    {address}/\n", flush=True)
    _warn_of_the_calendar()
    if options.show_sign_ins:
        _show_sign_ins()
    print(both(T("按 Ctrl+C 停止", "Ctrl+C stops it")), flush=True)


def _warn_of_the_calendar() -> None:
    """Limits of 20 working days stop being given about six weeks before the table ends."""
    try:
        last_on = working_calendar().last_on
    except Problem as problem:
        print(both(problem.message), file=sys.stderr, flush=True)
        return
    if (last_on - clock.today()).days < CALENDAR_DAYS_MIN:
        text = T(
            "工作日历只到 {}：请尽快导入下一年节假日安排（guanggu import working-days 文件.csv）",
            "the working calendar ends on {}: import the next year's notice soon "
            "(guanggu import working-days file.csv)",
        )
        print(both(text.format(last_on.isoformat())) + "\n", flush=True)


def _show_sign_ins() -> None:
    """``guanggu sample`` leaves the list beside the database."""
    path = Environment.load().var / "sign_ins.txt"
    if path.exists():
        print(path.read_text(encoding="utf-8"), flush=True)


def _relay() -> list[Child]:
    """What hands the journal on, where a bus is named."""
    if not os.environ.get("GUANGGU_NATS"):
        return []
    command = [sys.executable, "-m", "guanggu.site.command", "relay"]
    return [Child("relay", command, start_again_at_s=time.monotonic() + RELAY_AFTER_SECONDS)]


def run(options: argparse.Namespace) -> int:
    """Until SIGTERM or SIGINT; answers 1 where the port is taken."""
    started = time.monotonic()
    env = Environment.load()
    env.secret("GUANGGU_SECRET_KEY")
    if not _port_becomes_free(options.host, options.port):
        taken = T(
            "端口 {} 已被占用。请换一个:PORT=8001 make up,或 guanggu serve --port 8001",
            "Port {} is taken. Choose another: PORT=8001 make up, or guanggu serve --port 8001",
        )
        print(both(taken.format(options.port)), file=sys.stderr)
        return 1
    if (env.var / "static" / "staticfiles.json").exists():
        os.environ.setdefault("GUANGGU_COLLECTED", "1")
    children = [_server(options)]
    if not options.no_worker:
        worker = [sys.executable, "-m", "guanggu.site.command", "worker"]
        later_s = time.monotonic() + WORKER_AFTER_SECONDS
        children.append(Child("worker", worker, start_again_at_s=later_s))
    if not options.no_ingest:
        gateways = [sys.executable, "-m", "guanggu.site.command", "ingest"]
        later_s = time.monotonic() + INGEST_AFTER_SECONDS
        children.append(Child("ingest", gateways, start_again_at_s=later_s))
    children += [*_scanner(env), *_shipper(env), *_relay()]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=_announce, args=(options, stop, started), daemon=True).start()
    watch(children, stop)
    return 0
