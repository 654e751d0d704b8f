"""The whole of the gateways in one event loop, as ``guanggu ingest`` runs it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from .beating import Beating
from .directory import Directory, Records
from .hj_212.server import Hj212Server
from .http_door import Answer, Application, HttpDoor
from .intake import Intake, Receive
from .mqtt.side import MqttSide
from .mqtt.topics import MqttGateway
from .quarantine import Quarantine
from .sensorthings_paths import PREFIX, TOPICS, SensorThingsTopics, hot_paths
from .setting import Address, Setting
from .state import metrics_text, state_of
from .twinning import Twinning

log = logging.getLogger("guanggu.ingest")

CONNECTIONS_MAX = 2_000  # of the HTTP door; a device keeps one


class Gateways:
    """Made within the running loop; ``run`` ends when ``stop`` is set."""

    def __init__(
        self, setting: Setting, receive: Receive, rest_of_the_site: Application | None = None
    ) -> None:
        self.setting = setting
        self.records = Records()
        self.directory = Directory(self.records)
        self.intake = Intake(receive)
        self.quarantine = Quarantine(self.records)
        self.http = HttpDoor(self.directory, self.intake, self.quarantine, rest_of_the_site)
        self.mqtt = MqttSide(
            setting, self.directory, MqttGateway(self.directory, self.intake, self.quarantine)
        )
        self.hj212 = Hj212Server(self.directory, self.intake, self.quarantine, self.records)
        self.twinning = Twinning(self.directory, self.records, self.quarantine, self.mqtt.publish)
        self.mqtt.gateway.on_reported(self.twinning.on_reported)
        self.http.device_path("GET", "desired", self.twinning.desired)
        self.http.device_path("POST", "reported", self.twinning.report)
        self.doors: dict[str, Address] = {}
        self._add_sensorthings()
        self.http.page("/healthz", self._health)
        self.http.page("/metrics", self._metrics)

    def _add_sensorthings(self) -> None:
        base = f"http://{self.setting.http}{PREFIX.rstrip('/')}" if self.setting.http else ""
        self.http.claim(PREFIX, hot_paths(base))
        self.mqtt.add_topics(*TOPICS)
        self.mqtt.gateway.take_topics(SensorThingsTopics(self.directory).take)

    def state(self) -> dict[str, Any]:
        """Plain values for pages; safe to call from another thread."""
        return state_of(self)

    def _health(self) -> Answer:
        told = self.state()
        well = not told["intake"]["failing"]
        body = orjson.dumps({"status": "ok" if well else "failing", "mqtt": told["mqtt"]["state"]})
        return Answer(200 if well else 503, body)

    def _metrics(self) -> Answer:
        kind = (b"content-type", b"text/plain; version=0.0.4")
        return Answer(200, metrics_text(self.state()).encode(), headers=(kind,))

    async def run(self, stop: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
        """Open the doors and serve. Raises OSError where an address is taken."""
        await self.directory.refresh()
        storing = asyncio.create_task(self.intake.run())
        tasks = [
            asyncio.create_task(each)
            for each in (
                self.directory.run(),
                self.quarantine.run(),
                self.twinning.run(),
                Beating(self.records, self.intake).run(),
                *self._doors(),
            )
        ]
        await self._open_hj212()
        ready()
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([*tasks, storing, stopping], return_when=asyncio.FIRST_COMPLETED)
        await self.hj212.close()
        for task in tasks:
            if task.done() and not task.cancelled() and task.exception() is not None:
                log.error("a gateway ended: %s", task.exception())
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        storing.cancel()
        await asyncio.gather(storing, return_exceptions=True)
        self.records.close()
        failed = [t.exception() for t in tasks if t.done() and not t.cancelled()]
        for error in failed:
            if error is not None:
                raise error

    async def _open_hj212(self) -> None:
        if self.setting.hj212 is not None:
            await self.hj212.open(self.setting.hj212.host, self.setting.hj212.port)
            self.doors["hj212"] = self.setting.hj212

    def _doors(self) -> list[Coroutine[Any, Any, None]]:
        doors = [self.mqtt.run(), self.hj212.run()]
        if self.setting.http is not None:
            doors.append(serve_http(self.http, self.setting.http))
            self.doors["http"] = self.setting.http
        return doors


async def serve_http(door: HttpDoor, at: Address) -> None:
    """uvicorn within this loop, until cancelled. Raises OSError where the address is taken."""
    import uvicorn

    class Server(uvicorn.Server):
        """Signals are the process's own affair."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    config = uvicorn.Config(
        door, http="httptools", loop="none", lifespan="off", ws="none", log_level="warning",
        access_log=False, limit_concurrency=CONNECTIONS_MAX, timeout_keep_alive=75,
        server_header=False, timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = Server(config)
    listening = listener(at)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        listening.close()


def listener(at: Address) -> socket.socket:
    """Bound here and not by uvicorn, which would end the process where it cannot."""
    made = socket.socket(socket.AF_INET6 if ":" in at.host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((at.host, at.port))
    except OSError:
        made.close()
        raise
    made.listen(1024)
    made.setblocking(False)
    return made
