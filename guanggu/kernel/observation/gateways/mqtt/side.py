"""The MQTT side of the ingest process: its broker, private or the district's, and the session."""

from __future__ import annotations

import asyncio
import logging

from guanggu.base.bilingual import T

from ... import sealed_secrets
from ..directory import Directory
from ..setting import Setting
from .broker import ABSENT, OWN_USER, PORT_TAKEN, PrivateBroker, mosquitto, port_becomes_free
from .subscriber import Broker, Subscriber
from .topics import TOPICS, MqttGateway

log = logging.getLogger("guanggu.ingest")

OFF = T("MQTT 接入已关闭。", "MQTT is switched off.")
CONNECTED = T("MQTT 已连接 {}", "MQTT is connected to {}")
NOT_CONNECTED = T("MQTT 服务 {} 未连接：{}", "The MQTT broker {} is not connected: {}")


class MqttSide:
    """``state`` is one of off, absent, port_taken, connecting, connected, down."""

    def __init__(self, setting: Setting, directory: Directory, gateway: MqttGateway) -> None:
        self._setting, self._directory, self.gateway = setting, directory, gateway
        self._topics = list(TOPICS)
        self._own_key = sealed_secrets.new_key()
        self._own_digest = sealed_secrets.broker_digest(self._own_key)
        self.private: PrivateBroker | None = None
        self.subscriber: Subscriber | None = None
        self._fixed = ""

    def add_topics(self, *topics: str) -> None:
        """Subscribe these as well; before ``run``."""
        self._topics += topics

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """False where nobody could be told now."""
        return self.subscriber is not None and self.subscriber.publish(
            topic, payload, retain=retain
        )

    @property
    def state(self) -> str:
        if self._fixed:
            return self._fixed
        return self.subscriber.state if self.subscriber else "connecting"

    @property
    def told(self) -> T:
        """For pages and the console."""
        if self._fixed == "off":
            return OFF
        if self._fixed == "absent":
            return ABSENT
        if self._fixed == "port_taken":
            assert self._setting.mqtt is not None
            return PORT_TAKEN.format(self._setting.mqtt.port)
        where = str(self.subscriber.broker) if self.subscriber else ""
        if self.state == "connected":
            return CONNECTED.format(where)
        return NOT_CONNECTED.format(where, self.subscriber.why if self.subscriber else "")

    async def run(self) -> None:
        broker = self._setting.broker
        async with asyncio.TaskGroup() as group:
            if broker is None:
                broker = await self._private(group)
                if broker is None:
                    log.warning("MQTT: %s", self.told.en)
                    await asyncio.get_running_loop().create_future()  # until cancelled
                    return
            self.subscriber = Subscriber(broker, self._topics, self.gateway.take)
            group.create_task(self.subscriber.run())

    async def _private(self, group: asyncio.TaskGroup) -> Broker | None:
        """Start the private broker; None where there can be none."""
        at = self._setting.mqtt
        if at is None:
            self._fixed = "off"
            return None
        if mosquitto() is None:
            self._fixed = "absent"
            return None
        if not await port_becomes_free(at.host, at.port):
            self._fixed = "port_taken"
            return None
        self.private = PrivateBroker(self._setting.folder / "mqtt", at.host, at.port)
        self._write_access()
        self._directory.on_change(self._write_access)
        group.create_task(self.private.run())
        host = "127.0.0.1" if at.host in ("0.0.0.0", "") else at.host
        return Broker(host, at.port, OWN_USER, self._own_key)

    def _write_access(self) -> None:
        assert self.private is not None
        self.private.write_access(self._directory.stations.values(), self._own_digest)
