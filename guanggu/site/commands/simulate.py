"""Act as the sample's devices: real protocols to the running gateways, with faults and storms."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from typing import TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Missing
from guanggu.site.command import both
from guanggu.site.environment import Environment

if TYPE_CHECKING:
    from guanggu.site.simulation.fleet import Player

PROTOCOLS = ("hj212", "mqtt", "http", "sensorthings")
SEED = 20261125
CUT_SECONDS = 20.0  # of one outage in a storm
SHOWN_EVERY_S = 5.0
CATCH_UP_HOURS = 2  # real-time devices begin with what they kept of the last hours
NO_DEVICES = T(
    "没有示例设备，请先执行 guanggu sample。", "There are no sample devices: run guanggu sample."
)
LINE = T(
    "{} 台设备 已发送 {} 已确认 {} 待确认 {} 故意损坏或被拒 {}",
    "{} devices, {} sent, {} acknowledged, {} waiting, {} spoilt or refused",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--protocol", choices=(*PROTOCOLS, "all"), default="all")
    parser.add_argument(
        "--stations", type=int, help=both(T("每种协议的设备数", "devices of each protocol"))
    )
    parser.add_argument(
        "--rate", type=float, default=200.0,
        help=both(T("补发历史时每秒报文数", "messages a second while history is sent")),
    )  # fmt: skip
    parser.add_argument(
        "--days", type=float, default=0.0,
        help=both(T("先补发最近几天", "send the last days first")),
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, help=both(T("运行几秒后结束", "end after so many seconds"))
    )
    parser.add_argument(
        "--faults", action="store_true",
        help=both(T("夹带损坏的报文", "spoil some frames on the way")),
    )  # fmt: skip
    parser.add_argument(
        "--storm", action="store_true",
        help=both(T("断线、补传与洪泛", "cut lines, re-send, and flood")),
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Until Ctrl+C or --seconds. Raises Forbidden in production, Missing without sample devices."""
    from guanggu.kernel.observation.gateways.setting import Setting
    from guanggu.site.simulation.fleet import fleet

    environment = Environment.load()
    if environment.is_production:
        raise Forbidden(T("正式环境不运行模拟设备。", "Production runs no simulated devices."))
    players = fleet(
        PROTOCOLS if options.protocol == "all" else [options.protocol], options.stations
    )
    if not players:
        raise Missing(NO_DEVICES)
    setting = Setting.read(environment.var / "observations")
    asyncio.run(_play(players, setting, options))
    return 0


async def _play(players: list[Player], setting: Any, options: argparse.Namespace) -> None:
    from guanggu.site.simulation.lines import LINES

    rng = random.Random(SEED)
    doors = {"hj212": setting.hj212, "mqtt": setting.broker or setting.mqtt, "http": setting.http,
             "sensorthings": setting.http}  # fmt: skip
    lines = []
    for player in players:
        door = doors[player.protocol]
        if door is not None:
            faults = random.Random(rng.random()) if options.faults else None
            lines.append(LINES[player.protocol](player, door.host, door.port, faults))
    tasks = [asyncio.create_task(line.run()) for line in lines]
    tasks.append(asyncio.create_task(_feed(lines, options)))
    tasks.append(asyncio.create_task(_show(lines)))
    if options.storm:
        tasks.append(asyncio.create_task(_storm(lines, rng)))
    try:
        await asyncio.wait(tasks, timeout=options.seconds, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        _tell(lines)
    for task in tasks:
        if not task.cancelled() and task.exception() is not None:
            raise task.exception()  # type: ignore[misc]


async def _feed(lines: list[Any], options: argparse.Namespace) -> None:
    """History at the asked rate, then each minute what that minute brings."""
    from guanggu.base import clock
    from guanggu.site.simulation.fleet import said

    hour_us = 3_600_000_000
    until = clock.to_microseconds(clock.now())
    at = until - round(max(options.days * 24, CATCH_UP_HOURS) * hour_us)
    while until - at > 5_000_000:  # the rest belongs to the present
        following = min(at + hour_us, until)
        for line in lines:
            for what in said(line.player, at, following):
                line.say(what)
                await asyncio.sleep(1 / options.rate)
        at = following
        until = clock.to_microseconds(clock.now())
    while True:
        await asyncio.sleep(5)
        now = clock.to_microseconds(clock.now())
        for line in lines:
            for what in said(line.player, at, now):
                line.say(what)
        at = now


async def _storm(lines: list[Any], rng: random.Random) -> None:
    """Some lines are cut and send again all they kept; one device floods the gateway."""
    from guanggu.base import clock
    from guanggu.site.simulation.fleet import said

    while True:
        await asyncio.sleep(rng.uniform(3, 10))
        for line in rng.sample(lines, max(1, len(lines) // 5)):
            line.cut(rng.uniform(1, CUT_SECONDS))
        flooding = rng.choice(lines)
        now = clock.to_microseconds(clock.now())
        for what in said(flooding.player, now - 86_400_000_000, now):
            flooding.say(what)  # a day of re-sends at once: all of it is known already


async def _show(lines: list[Any]) -> None:
    while True:
        await asyncio.sleep(SHOWN_EVERY_S)
        _tell(lines)


def _tell(lines: list[Any]) -> None:
    players = [line.player for line in lines]
    sent, done, refused = (
        sum(getattr(p, name) for p in players) for name in ("sent", "acknowledged", "refused")
    )
    waiting = sum(len(line.waiting) for line in lines)
    text = LINE.format(len(lines), sent, done, waiting, refused)
    print(f"{time.strftime('%H:%M:%S')} {both(text)}", file=sys.stderr, flush=True)
