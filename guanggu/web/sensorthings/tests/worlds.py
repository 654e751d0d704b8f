"""A small service to ask: a keeper of devices with his key, and what he puts in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from guanggu.base.actor import Actor
from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.observation.sensorthings.gates import forget_gates
from guanggu.kernel.observation.sensorthings.public import issue_key

ROOT = "/sensorthings/v1.1"
POINT = {"type": "Point", "coordinates": [114.4, 30.5]}
UNIT = {"name": "microgram per cubic metre", "symbol": "ug/m3", "definition": "ucum:ug/m3"}
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
SENSOR = {
    "name": "TEOM 1405", "description": "balance", "encodingType": "application/pdf",
    "metadata": "https://example.org/teom.pdf",
}  # fmt: skip
PM25 = {"name": "PM2.5", "definition": "http://example.org/pm25", "description": "fine particles"}


def a_location(name: str = "roof", place: Any = None) -> dict[str, Any]:
    return {
        "name": name, "description": "on the roof", "encodingType": "application/geo+json",
        "location": place or POINT,
    }  # fmt: skip


def a_stream(name: str = "PM2.5 of the roof", **more: Any) -> dict[str, Any]:
    return {
        "name": name, "description": "hourly", "unitOfMeasurement": UNIT,
        "observationType": MEASUREMENT, "Sensor": SENSOR, "ObservedProperty": PM25, **more,
    }  # fmt: skip


def a_thing(name: str = "station", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "an air station", "properties": {"floor": 5}, **more}


@dataclass
class Service:
    """Calls as a program makes them; ``token`` empty: as anybody."""

    token: str = ""
    keeper: Actor | None = None
    client: Client = field(default_factory=Client)

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        kind = more.pop("content_type", "application/json")
        address = path if path.startswith("http") else f"{ROOT}/{path}"
        if body is None:
            return self.client.generic(method, address, headers=headers, **more)
        return self.client.generic(method, address, content, kind, headers=headers, **more)

    def get(self, path: str) -> Any:
        """The JSON of an answer that is 200."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, path: str, body: Any) -> Any:
        """The JSON of what was made."""
        answer = self.send("POST", path, body)
        assert answer.status_code == 201, answer.content
        return answer.json()

    def names(self, path: str) -> list[str]:
        return [each["name"] for each in self.get(path)["value"]]


def a_service() -> Service:
    forget_gates()
    keeper = an_official(roles=["devices"], name="设备员")
    return Service(issue_key(keeper, name="test")["token"], keeper)
