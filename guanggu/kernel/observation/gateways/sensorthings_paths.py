"""The two hot paths of SensorThings at the HTTP door, and its topics by MQTT.

A device posts observations of its own thing with its key; everything else of the standard, and
everybody else, is served by the site.
"""

from __future__ import annotations

import re

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Problem

from ..batch import Batch
from ..sensorthings.decoding import (
    Gate,
    NeedsDeepInsert,
    decode_create_observations,
    decode_observation,
)
from .directory import Directory, Station
from .http_door import Answer, HotPath

PREFIX = "/sensorthings/v1.1/"
TOPICS = ("v1.1/+/Observations",)  # + stands for a whole level
_OBSERVATIONS = re.compile(r"(Datastreams|MultiDatastreams)\((\d{1,9})\)/Observations")
_TOPIC = re.compile(r"v1\.1/Datastreams\((\d{1,9})\)/Observations")
_NO_ROW = T("没有可以入库的行，请逐行核对。", "No row could be stored; check each of them.")


def gate_of(station: Station) -> Gate:
    if station.gate is None:
        station.gate = Gate(frozenset(station.streams.values()), station.multis)
    return station.gate


def hot_paths(base: str) -> HotPath:
    """For ``HttpDoor.claim(PREFIX, …)``. base: address of the service, for the links of answers."""

    def take(path: str, body: bytes, station: Station | None, arrival: int) -> Answer | None:
        if station is None:
            return None
        rest = path[len(PREFIX) :]
        if rest == "CreateObservations":
            decoded = decode_create_observations(body, gate_of(station))
            if decoded.batch is None and decoded.problems:
                why = {str(place): text for place, text in decoded.problems[:100]}
                raise Invalid(_NO_ROW, fields=why)
            return Answer(201, decoded.links(base), decoded.batch, count=1)
        found = _OBSERVATIONS.fullmatch(rest)
        if found is None:
            return None
        number = int(found[2])
        stream, multi = (number, None) if found[1] == "Datastreams" else (None, number)
        try:
            decoded = decode_observation(body, gate_of(station), stream, multi)
        except NeedsDeepInsert:
            return None
        link = f"{base}/Observations('{decoded.ids[0]}')".encode()
        return Answer(201, b"", decoded.batch, ((b"location", link),))

    return take


class SensorThingsTopics:
    """Observations created by MQTT (18-088 clause 14). The broker lets a device publish only to
    the topics of its own streams, and the platform's own notices on them are told apart by what
    they carry: a link to themselves."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._gate: Gate | None = None
        directory.on_change(self._forget)

    def _forget(self) -> None:
        self._gate = None

    def take(self, topic: str, payload: bytes, arrival: int) -> Batch | None:
        """For ``MqttGateway.take_topics``. Raises ValueError."""
        if topic.startswith("v1.1/") and b'"@iot.selfLink"' in payload:
            return Batch.of([], [], [])  # a notice of our own
        found = _TOPIC.fullmatch(topic)
        if found is None:
            return None
        if self._gate is None:
            streams = (
                s.streams.values()
                for (protocol, _), s in self._directory.stations.items()
                if protocol == "sensorthings" and not s.is_suspended
            )
            self._gate = Gate(frozenset().union(*streams))
        try:
            return decode_observation(payload, self._gate, int(found[1])).batch
        except (Problem, NeedsDeepInsert) as error:
            raise ValueError(str(error)) from error
