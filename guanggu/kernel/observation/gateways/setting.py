"""Where the gateways listen: read from the environment by ``guanggu ingest``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from .mqtt.subscriber import Broker

HJ212_PORT, HTTP_PORT, MQTT_PORT = 9212, 9280, 1883


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    def __str__(self) -> str:
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Setting:
    """An address of None: that door stays shut. ``broker`` of None: a private one is started."""

    folder: Path
    hj212: Address | None = Address("127.0.0.1", HJ212_PORT)
    http: Address | None = Address("127.0.0.1", HTTP_PORT)
    mqtt: Address | None = Address("127.0.0.1", MQTT_PORT)
    broker: Broker | None = None

    @classmethod
    def read(cls, folder: Path, values: Mapping[str, str] = os.environ) -> Setting:
        """GUANGGU_HJ212_LISTEN, GUANGGU_HTTP_LISTEN, GUANGGU_MQTT_LISTEN are host:port or "off";
        GUANGGU_MQTT is mqtt://user:password@host:port. Raises Invalid."""
        return cls(
            folder,
            _address(values, "GUANGGU_HJ212_LISTEN", HJ212_PORT),
            _address(values, "GUANGGU_HTTP_LISTEN", HTTP_PORT),
            _address(values, "GUANGGU_MQTT_LISTEN", MQTT_PORT),
            _broker(values.get("GUANGGU_MQTT", "")),
        )


def _address(values: Mapping[str, str], name: str, port: int) -> Address | None:
    given = values.get(name, "").strip()
    if given.lower() == "off":
        return None
    if not given:
        return Address("127.0.0.1", port)
    host, _, number = given.rpartition(":")
    if not number.isdigit() or not 0 < int(number) < 65_536:
        raise Invalid(
            T(
                "{} 应为 地址:端口，如 0.0.0.0:{}；不启用请写 off。",
                "{} is host:port, such as 0.0.0.0:{}; off leaves it out.",
            ).format(name, port)
        )
    return Address(host.strip("[]") or "0.0.0.0", int(number))


def _broker(url: str) -> Broker | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "mqtt" or not parts.hostname:
        raise Invalid(
            T(
                "GUANGGU_MQTT 应为 mqtt://用户:密码@主机:端口",
                "GUANGGU_MQTT is mqtt://user:password@host:port",
            )
        )
    return Broker(
        parts.hostname, parts.port or MQTT_PORT,
        unquote(parts.username or ""), unquote(parts.password or ""),
    )  # fmt: skip
