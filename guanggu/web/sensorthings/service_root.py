"""The root of the service: its entity sets and the requirements it keeps (18-088 clause 9.2.1)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from guanggu.kernel.observation.sensorthings.public import TYPES

PREFIX = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
REQUIREMENTS = (
    "datamodel", "resource-path/resource-path-to-entities", "request-data",
    "create-update-delete/create-entity", "create-update-delete/link-to-existing-entities",
    "create-update-delete/deep-insert", "create-update-delete/deep-insert-status-code",
    "create-update-delete/update-entity", "create-update-delete/delete-entity",
    "create-update-delete/historical-location-auto-creation",
    "create-update-delete/update-entity-put", "create-update-delete/update-entity-jsonpatch",
    "batch-request/batch-request", "multi-datastream", "data-array/data-array",
    "create-observations-via-mqtt/observations-creation",
    "receive-updates-via-mqtt/receive-updates",
)  # fmt: skip


def root(base: str) -> dict[str, Any]:
    mqtt = getattr(settings, "GUANGGU_MQTT", "") or "mqtt://127.0.0.1:1883"
    endpoint = {"endpoints": [mqtt]}
    return {
        "value": [{"name": kind.plural, "url": f"{base}/{kind.plural}"} for kind in TYPES.values()],
        "serverSettings": {
            "conformance": [PREFIX + name for name in REQUIREMENTS],
            PREFIX + "create-observations-via-mqtt/observations-creation": endpoint,
            PREFIX + "receive-updates-via-mqtt/receive-updates": endpoint,
        },
    }
