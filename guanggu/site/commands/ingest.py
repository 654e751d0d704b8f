"""Run the gateways and the observation store until SIGTERM: the one process that takes data in."""

from __future__ import annotations

import argparse
import asyncio
import gc
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict
from guanggu.site.command import both
from guanggu.site.environment import Environment

if TYPE_CHECKING:
    from guanggu.kernel.observation.gateways.process import Gateways

OPEN_FILES = 65_536  # thousands of stations keep their connections open
ALREADY = T(
    "另一个采集进程正在使用 {}，本进程不再启动。",
    "Another ingest process holds {}; this one does not start.",
)
LISTENING = T("采集服务已就绪：{}", "ingest is ready: {}")
LIVE_TAKEN = T(
    "监控推送端口无法打开，大屏将改为定时刷新：{}",
    "the live pages' port cannot be opened, so they refresh by the clock: {}",
)
ADDRESS_TAKEN = T("采集端口无法打开：{}", "an address of the gateways cannot be opened: {}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Addresses come from GUANGGU_HJ212_LISTEN, _HTTP_LISTEN, _MQTT_LISTEN, GUANGGU_MQTT."""
    parser.add_argument(
        "--no-lake",
        action="store_true",
        help=both(
            T("不写数据湖（另有 guanggu lake follow）", "leave the lake to guanggu lake follow")
        ),
    )


def raise_open_files() -> None:
    """As many open connections as the machine allows, up to OPEN_FILES."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def run(options: argparse.Namespace) -> int:
    """Answers 1 where another process holds the store or an address is taken."""
    import uvloop

    from guanggu.kernel.observation.buffering.stream import Role
    from guanggu.kernel.observation.engine.embedded import EmbeddedStore
    from guanggu.kernel.observation.engine.keeping import HOT_DAYS, Keeper
    from guanggu.kernel.observation.gateways.setting import Setting
    from guanggu.kernel.observation.public import bind

    environment = Environment.load()
    folder = environment.var / "observations"
    hot_days = int(environment.text("GUANGGU_HOT_DAYS", str(HOT_DAYS)))
    setting = Setting.read(folder)
    raise_open_files()
    role = Role.read()
    if role.name == "gateway":
        return _run_gateway(setting, role)
    if role.name == "writer":  # stations speak to the gateways
        setting = replace(setting, hj212=None, http=None, mqtt=None, broker=None)
    try:
        store = EmbeddedStore(folder)
    except Conflict as error:
        print(f"{both(ALREADY.format(folder))}\n{error}", file=sys.stderr)
        return 1
    bind(lambda: store)
    keeper = Keeper(store, hot_days)
    lane = None if options.no_lake else _lane()
    live = _live_pages()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve(setting, store, role))
    finally:
        if lane is not None:
            lane.end()
        if live is not None:
            live.close()
        keeper.end()
        store.close()


def _lane() -> Any:
    """The writer of the lake: here, for engine and Arrow are loaded already (ADR 0017)."""
    from guanggu.kernel.lake.lane import Lane
    from guanggu.kernel.lake.public import lake

    return Lane(lake().place)


def _live_pages() -> Any:
    """The live pages' server in threads of its own; None where it is off or its port is taken."""
    from django.conf import settings

    from guanggu.web.live import LiveService
    from guanggu.web.live.service import address_of

    address = address_of(settings.GUANGGU_LIVE_LISTEN)
    if address is None:
        return None
    try:
        service = LiveService(*address)
    except OSError as error:
        print(both(LIVE_TAKEN.format(error)), file=sys.stderr, flush=True)
        return None
    service.start()
    return service


async def _site(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The Django application, loaded when the first request for it comes."""
    if not _loaded:
        from django.core.asgi import get_asgi_application

        _loaded.append(get_asgi_application())
        stay()
    await _loaded[0](scope, receive, send)


_loaded: list[Any] = []


def stay() -> None:
    """What is loaded by now stays for good: each full collection would walk it again, which holds
    every station's answer up for 80 ms."""
    gc.collect()
    gc.freeze()


def _run_gateway(setting: Any, role: Any) -> int:
    """Only the doors: what comes in goes to the bus, and another process stores it."""
    import uvloop

    from guanggu.kernel.observation.buffering.publishing import Publisher

    publisher = Publisher(role.bus, role.bytes_max)
    publisher.start()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_serve_doors(setting, publisher))
    finally:
        publisher.close()


async def _serve_doors(setting: Any, publisher: Any) -> int:
    from guanggu.kernel.observation.gateways.process import Gateways

    gateways = Gateways(setting, publisher.receive, _site)
    return await _until_stopped(gateways)


async def _until_stopped(gateways: Gateways) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await gateways.run(stop, lambda: _announce(gateways))
    except OSError as error:
        print(both(ADDRESS_TAKEN.format(error)), file=sys.stderr, flush=True)
        return 1
    return 0


async def _serve(setting: Any, store: Any, role: Any) -> int:
    from guanggu.kernel.observation.engine.server import StoreServer
    from guanggu.kernel.observation.gateways.process import Gateways
    from guanggu.kernel.observation.public import bind
    from guanggu.kernel.observation.receiving import Front, Receiver
    from guanggu.kernel.observation.sensorthings.notices import Notices, parts_of_multis
    from guanggu.kernel.observation.sensorthings.turns import sensorthings_base

    loop = asyncio.get_running_loop()
    receiver = Receiver(store.submit)
    await asyncio.to_thread(receiver.start)
    gateways = Gateways(setting, receiver.receive, _site)
    front = Front(store, receiver)
    bind(lambda: front)  # what the site within this process writes is marked and judged, too

    def publish(topic: str, payload: bytes) -> None:
        loop.call_soon_threadsafe(gateways.mqtt.publish, topic, payload)

    notices = Notices(publish, sensorthings_base(), parts_of_multis)
    receiver.on_stored(notices.take)
    notices.start()
    socket = setting.folder / "ingest.sock"
    asked: dict[str, Callable[..., Any]] = {
        "gateway_state": gateways.state,
        "publish": lambda topic, payload: publish(topic, payload.encode()),
    }
    door = StoreServer(front, socket, asked)
    puller = _puller(role, receiver, setting)
    try:
        return await _until_stopped(gateways)
    finally:
        if puller is not None:
            await asyncio.to_thread(puller.close)
        await asyncio.to_thread(door.close)
        await asyncio.to_thread(receiver.close)
        await asyncio.to_thread(notices.close)


def _puller(role: Any, receiver: Any, setting: Any) -> Any:
    """What takes batches from the bus, where this process is a writer."""
    if role.name != "writer":
        return None
    from guanggu.kernel.observation.buffering.pulling import Puller

    puller = Puller(role.bus, receiver.receive, setting.folder / "unread", role.bytes_max)
    puller.start()
    return puller


def _announce(gateways: Gateways) -> None:
    doors = ", ".join(f"{name} {address}" for name, address in gateways.doors.items())
    stay()
    print(both(LISTENING.format(doors)), flush=True)
    if gateways.mqtt.state in ("absent", "port_taken"):
        print(both(gateways.mqtt.told), file=sys.stderr, flush=True)
