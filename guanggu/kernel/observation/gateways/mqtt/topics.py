"""What arrives by MQTT: telemetry below ``devices/<address>/``, and topics that others registered."""

from __future__ import annotations

from collections.abc import Callable

from ...batch import Batch
from ..directory import Budget, Directory, Station, budget_of
from ..intake import Intake
from ..quarantine import Quarantine
from ..telemetry import decode
from .packets import Message

TOPICS = ("devices/+/telemetry", "devices/+/senml", "devices/+/reported")
_KINDS = {b"telemetry", b"senml"}

# (topic, payload, arrival) → rows, None where the topic is not his; raises ValueError for a
# payload that does not fit.
Takes = Callable[[str, bytes, int], "Batch | None"]


class MqttGateway:
    """Decodes the messages of one read and has them acknowledged together."""

    def __init__(self, directory: Directory, intake: Intake, quarantine: Quarantine) -> None:
        self._directory, self._intake, self._quarantine = directory, intake, quarantine
        self._stations: dict[bytes, Station] = {}
        self.budgets: dict[int, Budget] = {}
        self._others: list[Takes] = []
        self._reported: list[Callable[[Station, bytes, int], None]] = []
        self.last_seen: dict[int, int] = {}
        self.messages: dict[int, int] = {}
        directory.on_change(self._stations.clear)

    def take_topics(self, takes: Takes) -> None:
        """Hand messages of foreign topics to this function, in the order of registration."""
        self._others.append(takes)

    def on_reported(self, call: Callable[[Station, bytes, int], None]) -> None:
        """Call for what a device says of itself (``devices/<address>/reported``)."""
        self._reported.append(call)

    def take(self, messages: list[Message], done: Callable[[BaseException | None], None]) -> None:
        arrival = self._intake.now()
        lane = self._intake.live
        for message in messages:
            station = self._stations.get(message.topic)
            if station is None:
                station = self._station_of(message, arrival)
                if station is None:
                    continue
            device = station.device
            if not self._may(station, arrival, message):
                continue
            self.messages[device] = self.messages.get(device, 0) + 1
            self.last_seen[device] = arrival
            decoded = decode(station, message.payload, arrival)
            for streams, time, values, marks in decoded.rows:
                lane.add(streams, time, values, marks, arrival)
            if decoded.batch is not None:
                lane.add_batch(decoded.batch)
            for wrong in decoded.wrong:
                self._quarantine.add(
                    station, "mqtt", message.topic.decode("utf-8", "replace"), wrong.reason,
                    message.payload, arrival, wrong.detail,
                )  # fmt: skip
        lane.when_durable(done)

    def _may(self, station: Station, arrival: int, message: Message) -> bool:
        budget = budget_of(self.budgets, station)
        # The broker would only deliver again what is not acknowledged: over the limit is refused.
        why = "suspended" if station.is_suspended else ""
        if not why and not budget.allows():
            why = "too_many"
        if not why and not budget.is_within_day(arrival):
            why = "over_quota"
        if why:
            topic = message.topic.decode("utf-8", "replace")
            self._quarantine.add(station, "mqtt", topic, why, message.payload, arrival)
        return not why

    def _station_of(self, message: Message, arrival: int) -> Station | None:
        """The device of a telemetry topic; None where the message was dealt with here."""
        parts = message.topic.split(b"/")
        topic = message.topic.decode("utf-8", "replace")
        if len(parts) == 3 and parts[0] == b"devices":
            station = self._directory.station("mqtt", parts[1].decode("utf-8", "replace"))
            if station is not None and parts[2] in _KINDS:
                self._stations[message.topic] = station
                return station
            if station is not None and parts[2] == b"reported":
                for call in self._reported:
                    call(station, message.payload, arrival)
                return None
        try:
            for takes in self._others:
                batch = takes(topic, message.payload, arrival)
                if batch is not None:
                    if len(batch):
                        self._intake.live.add_batch(batch)
                    return None
            why, detail = "unknown_topic", ""
        except ValueError as error:
            why, detail = "not_telemetry", str(error)
        self._quarantine.add(None, "mqtt", topic, why, message.payload, arrival, detail)
        return None
