"""The gateways' HTTP door at a port of its own, over the store of the test, and the worker's turn.

The door runs in a thread and touches no database there: what it knows of devices is read by
``refresh`` in the thread of the test, as the gateways do every two seconds.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.request
from concurrent.futures import Future
from typing import Any
from urllib.error import HTTPError

from guanggu.kernel.journal.public import run_until_quiet
from guanggu.kernel.observation.alarms.judge import judge_queue
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.gateways.directory import Directory, load_stations
from guanggu.kernel.observation.gateways.http_door import HttpDoor
from guanggu.kernel.observation.gateways.intake import Intake
from guanggu.kernel.observation.gateways.process import serve_http
from guanggu.kernel.observation.gateways.quarantine import Quarantine
from guanggu.kernel.observation.gateways.setting import Address
from guanggu.kernel.observation.quotas import load_counts, write_counts
from guanggu.kernel.observation.receiving.receiver import queue_for_judge
from guanggu.kernel.observation.store import Appended, observations


class _NoRecords:
    """The test reads and writes the database itself."""

    async def run(self, function: Any, *given: Any) -> Any:
        raise RuntimeError("the door of a test has no database")


class Door:
    def __enter__(self) -> Door:
        self._taken: list[Batch] = []
        self._store = observations()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._at = Address("127.0.0.1", probe.getsockname()[1])
        self._thread.start()
        assert self._ready.wait(60)
        self.refresh()
        return self

    def __exit__(self, *told: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        records: Any = _NoRecords()
        self._directory = Directory(records)
        intake = Intake(self._receive)
        door = HttpDoor(self._directory, intake, Quarantine(records))
        running = [
            asyncio.create_task(intake.run()),
            asyncio.create_task(serve_http(door, self._at)),
        ]
        while True:
            try:
                await asyncio.open_connection(self._at.host, self._at.port)
                break
            except OSError:
                await asyncio.sleep(0.01)
        self._ready.set()
        await self._stop.wait()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _receive(self, batch: Batch) -> Appended:
        self._taken.append(batch)
        return self._store.append(batch)

    def refresh(self) -> None:
        """Know the devices as they are now."""
        quotas = load_counts(self._directory.quotas)
        stations = load_stations(quotas)
        done: Future[None] = Future()

        def put() -> None:
            self._directory.quotas, self._directory.stations = quotas, stations
            self._directory.by_key_digest = {s.key_digest: s for s in stations.values()}
            for call in self._directory._listeners:
                call()
            done.set_result(None)

        self._loop.call_soon_threadsafe(put)
        done.result(60)

    def send(self, address: str, key: str, values: dict[str, float]) -> tuple[int, dict[str, Any]]:
        """What a device sends, and the status and answer it gets."""
        request = urllib.request.Request(
            f"http://{self._at}/devices/{address}/telemetry", method="POST",
            data=json.dumps({"values": values}).encode(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            return refused.code, json.load(refused)

    def let_the_worker_work(self) -> None:
        """Counts and data of the gateways reach the database, rules are judged, events told."""
        write_counts((each.pk, each.day, each.messages) for each in self._directory.quotas.values())
        taken, self._taken = self._taken, []
        for batch in taken:
            queue_for_judge(batch)
        judge_queue()
        run_until_quiet()
        self.refresh()
