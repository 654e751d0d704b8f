"""The private broker: mosquitto as a child of the ingest process, open only to known devices.

Where GUANGGU_MQTT names a broker of the district's own, none is started. The password file and
the rules are written anew when devices change and mosquitto re-reads them on SIGHUP: a device
writes only below ``devices/<its address>/`` and reads only its own commands.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import pwd
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from guanggu.base.bilingual import T

from ..directory import Station

log = logging.getLogger("guanggu.ingest")

OWN_USER = "guanggu-ingest"
ABSENT = T(
    "未安装 MQTT 服务 mosquitto，MQTT 接入未启用。Debian、Ubuntu 上执行：sudo apt-get install mosquitto",
    "The MQTT broker mosquitto is not installed, so nothing comes in by MQTT. On Debian or "
    "Ubuntu: sudo apt-get install mosquitto",
)
PORT_TAKEN = T(
    "端口 {} 已被占用，MQTT 服务未启动。请设置 GUANGGU_MQTT_LISTEN，或用 GUANGGU_MQTT 指定已有的服务。",
    "Port {} is taken, so the MQTT broker did not start. Set GUANGGU_MQTT_LISTEN, or name the "
    "broker that stands there by GUANGGU_MQTT.",
)
STOP_SECONDS_MAX = 5
_PR_SET_PDEATHSIG = 1
_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")  # often not on a user's path


def _die_with_parent() -> None:
    """A killed ingest process leaves no broker behind that holds the port."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def mosquitto() -> str | None:
    """Path of the program, or None."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *_FOLDERS])
    return shutil.which("mosquitto", path=path)


def configuration(folder: Path, host: str, port: int) -> str:
    """Few large windows: the ingest process takes thousands of messages in one commit."""
    lines = [
        f"listener {port} {host}",
        "allow_anonymous false",
        f"password_file {folder / 'passwords'}",
        f"acl_file {folder / 'rules'}",
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 5",
        "max_inflight_messages 8000",
        "max_queued_messages 500000",
        "max_queued_bytes 268435456",
        "max_packet_size 1048576",
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
    ]
    if os.geteuid() == 0:  # mosquitto would become a user that cannot read the folder
        lines.append(f"user {pwd.getpwuid(0).pw_name}")
    return "\n".join(lines) + "\n"


def password_lines(stations: Iterable[Station], own_digest: str) -> str:
    lines = [f"{OWN_USER}:{own_digest}"]
    lines += [
        f"{s.address}:{s.broker_digest}"
        for s in stations
        if s.broker_digest and not s.is_suspended and ":" not in s.address
        and s.address != OWN_USER
    ]  # fmt: skip
    return "\n".join(sorted(set(lines))) + "\n"


def rule_lines(stations: Iterable[Station]) -> str:
    lines = [f"user {OWN_USER}", "topic readwrite #", ""]
    for s in stations:
        if s.protocol == "sensorthings" and s.broker_digest and not s.is_suspended:
            lines.append(f"user {s.address}")
            lines += [
                f"topic readwrite v1.1/Datastreams({stream})/Observations"
                for stream in sorted(set(s.streams.values()))
            ]
            lines.append("")
    lines += [f"pattern write devices/%u/{name}" for name in ("telemetry", "senml", "reported")]
    lines += [f"pattern read devices/%u/{name}" for name in ("commands", "desired")]
    return "\n".join(lines) + "\n"


async def port_becomes_free(host: str, port: int, seconds_max: float = 5) -> bool:
    """A broker whose parent was killed a moment ago may still hold it."""
    until = time.monotonic() + seconds_max
    while not port_is_free(host, port):
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.1)
    return True


def port_is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class PrivateBroker:
    """``start`` once, ``write_access`` when devices change, ``stop`` at the end."""

    def __init__(self, folder: Path, host: str, port: int) -> None:
        self.folder, self.host, self.port = folder, host, port
        self._process: asyncio.subprocess.Process | None = None
        self._written = ("", "")

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def write_access(self, stations: Iterable[Station], own_digest: str) -> None:
        """Write who may do what, and have a running broker read it."""
        stations = list(stations)
        texts = (password_lines(stations, own_digest), rule_lines(stations))
        if texts == self._written:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, content in zip(("passwords", "rules"), texts, strict=True):
            fresh = self.folder / f"{name}.new"
            fresh.touch(mode=0o600)
            fresh.write_text(content, encoding="utf-8")
            fresh.replace(self.folder / name)
        self._written = texts
        if self._process is not None and self.is_running:
            self._process.send_signal(signal.SIGHUP)

    async def start(self) -> None:
        program = mosquitto()
        assert program is not None, "asked for before"
        path = self.folder / "mosquitto.conf"
        path.write_text(configuration(self.folder, self.host, self.port), encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            program,
            "-c",
            str(path),
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )

    async def run(self) -> None:
        """Keep it running until cancelled; a broker that falls starts again."""
        try:
            while True:
                if not self.is_running:
                    await self.start()
                assert self._process is not None
                status = await self._process.wait()
                log.error("mosquitto ended (status %s); it starts again", status)
                await asyncio.sleep(1)
        finally:
            await self.stop()

    async def stop(self) -> None:
        if self._process is None or not self.is_running:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
