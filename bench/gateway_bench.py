"""What the gateway benchmarks share: a district of devices, a real `guanggu ingest`, pre-built frames."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.server import COMMAND, HOST, ROOT, free_port, get

FACTORS = (
    "a34004", "a34002", "a21004", "a05024", "a21026", "a21005", "a21003", "a01001", "a01002",
    "a01006", "a01007",
)  # fmt: skip
PASSWORD = "123456"
# Numbers of requests lie at the present, else the gateway would set the stations' clocks right.
_STARTED_US = int(time.time()) * 1_000_000
# Data of today, as stations send them: what is older than yesterday is sealed, and compared.
BEGAN_S = int(time.time()) - 4 * 3600
KEY = "bench-key-of-devices-0123456789abcdef"


def lay_devices(count: int, protocol: str, frames_a_minute: int = 100_000_000) -> list[str]:
    """Stations with eleven streams each and a device with PASSWORD or KEY; answers addresses."""
    from django.db import transaction

    from guanggu.base import clock
    from guanggu.kernel.observation.device_actions import issue_secret
    from guanggu.kernel.observation.models import (
        Datastream,
        Device,
        ObservedProperty,
        Sensor,
        Thing,
    )  # fmt: skip

    now = clock.now()
    stamp = {"version": 1, "created_at": now, "updated_at": now}
    addresses = [f"BENCH{protocol.upper()}{n:05d}" for n in range(count)]
    with transaction.atomic():
        for code in FACTORS:
            ObservedProperty.objects.get_or_create(key=code, defaults={"name": code, **stamp})
        sensor, _ = Sensor.objects.get_or_create(key="bench", defaults={"name": "bench", **stamp})
        properties = list(ObservedProperty.objects.filter(key__in=FACTORS))
        for address in addresses:
            thing = Thing.objects.create(key=address, name=address, kind="air_station", **stamp)
            Datastream.objects.bulk_create(
                Datastream(
                    key=f"{address}-{p.key}", name=p.key, thing=thing, sensor=sensor,
                    observed_property=p, interval="instant", **stamp,
                )
                for p in properties
            )  # fmt: skip
            device = Device.objects.create(
                key=address, name=address, thing=thing, protocol=protocol, address=address,
                profile="2017" if protocol == "hj212" else "",
                frames_a_minute_max=frames_a_minute, **stamp,
            )  # fmt: skip
            if protocol == "hj212":
                issue_secret(device, password=PASSWORD)
            else:
                issue_secret(device, key=f"{KEY}-{address}")
    return addresses


class Ingest:
    """A real `guanggu ingest` on free ports; further settings by name."""

    def __init__(self, var: Path, **settings: str) -> None:
        self.var, self.settings = var, settings
        self.hj212, self.http, self.mqtt = free_port(), free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, mqtt: bool = False) -> float:
        """Answers after how many seconds it was ready."""
        environment = {
            **os.environ, **self.settings, "GUANGGU_VAR": str(self.var), "GUANGGU_LOG": "ERROR",
            "GUANGGU_HJ212_LISTEN": f"{HOST}:{self.hj212}",
            "GUANGGU_HTTP_LISTEN": f"{HOST}:{self.http}",
            "GUANGGU_MQTT_LISTEN": f"{HOST}:{self.mqtt}" if mqtt else "off",
        }  # fmt: skip
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [*COMMAND, "ingest"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        while not self.is_ready():
            if self.process.poll() is not None or time.perf_counter() - started > 60:
                raise RuntimeError("guanggu ingest did not start")
            time.sleep(0.02)
        return time.perf_counter() - started

    def is_ready(self) -> bool:
        return get(self.http, "/healthz")[0] == 200

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def memory_mib(self) -> float:
        assert self.process is not None
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0


@contextmanager
def ingesting(var: Path, *, mqtt: bool = False) -> Iterator[Ingest]:
    made = Ingest(var)
    made.start(mqtt=mqtt)
    try:
        yield made
    finally:
        made.stop()


def store_of(var: Path):
    """The store as another process reads it."""
    from guanggu.kernel.observation.engine.remote import RemoteStore

    return RemoteStore(var / "observations" / "ingest.sock")


def frame(address: str, at: int, number: int = 0) -> bytes:
    """One real-time upload of eleven factors, QN telling which it is."""
    from guanggu.standards import hj_212

    time_us = (BEGAN_S + at) * 1_000_000
    values = {
        code: {"Rtd": round(20 + (number * 7 + n * 13) % 97 / 3, 2), "Flag": "N"}
        for n, code in enumerate(FACTORS)
    }
    return hj_212.build(
        hj_212.body_of(hj_212.data_time(time_us), values), cn="2011", mn=address, pw=PASSWORD,
        st="22", qn=hj_212.request_number(_STARTED_US + number % 200_000 * 1000), flag=5,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit("a part of other benchmarks")
