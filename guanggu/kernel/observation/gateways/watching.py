"""How the gateways stand, for pages of other processes: said openly where they do not answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.clock import from_microseconds
from guanggu.base.errors import Problem

from ..models import Device
from ..store import observations

RUNNING = T("运行中", "Running")
FAILING = T("异常", "Failing")
CLOSED = T("未启用", "Not in use")
ABSENT = T("未运行", "Not running")
START_IT = T("请启动 guanggu serve 或 guanggu ingest。", "Start guanggu serve or guanggu ingest.")
_MQTT_TONES = {"connected": "ok", "off": "", "connecting": "warn"}


@dataclass(frozen=True, slots=True)
class Part:
    """One gateway or engine. tone: "ok", "warn", "bad" or ""; address: where devices reach it."""

    code: str
    title: T
    state: T
    tone: str = ""
    detail: str | T = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of one device: messages since the service started, and of today."""

    last_at: datetime | None
    messages: int
    today: int
    bad: int
    is_connected: bool


@dataclass(frozen=True, slots=True)
class GatewayState:
    parts: tuple[Part, ...]
    devices: dict[str, Heard] = field(default_factory=dict)  # by key of the device


def gateway_state() -> GatewayState:
    """As the ingest process says; where it does not run, every part is absent."""
    try:
        told = observations().ask("gateway_state")  # type: ignore[attr-defined]
    except (Problem, AttributeError):
        # A store of this process (tests, imports) has no gateways before it.
        return GatewayState((Part("ingest", _TITLES["ingest"], ABSENT, "bad", START_IT),))
    return GatewayState(_parts(told), _devices(told))


_TITLES = {
    "ingest": T("采集服务", "Ingest service"),
    "hj212": T("HJ 212（TCP）", "HJ 212 (TCP)"),
    "mqtt": T("MQTT", "MQTT"),
    "http": T("HTTP", "HTTP"),
}


def _parts(told: dict[str, Any]) -> tuple[Part, ...]:
    intake, doors = told["intake"], told["doors"]
    stored = T("本次运行已存 {} 条", "{} rows stored since its start").format(
        f"{intake['rows_stored']:,}"
    )
    is_failing = bool(intake["failing"])
    parts = [
        Part(
            "ingest", _TITLES["ingest"], FAILING if is_failing else RUNNING,
            "bad" if is_failing else "ok", str(intake["last_failure"]) if is_failing else stored,
        )
    ]  # fmt: skip
    for code in ("hj212", "http"):
        is_open = code in doors
        detail: str | T = ""
        if code == "hj212" and is_open:
            detail = T("已连接 {} 台", "{} connected").format(told["hj212"]["connections"])
        parts.append(
            Part(
                code, _TITLES[code], RUNNING if is_open else CLOSED, "ok" if is_open else "",
                detail, doors.get(code, ""),
            )
        )  # fmt: skip
    mqtt = told["mqtt"]
    is_on = mqtt["state"] == "connected"
    parts.append(
        Part(
            "mqtt", _TITLES["mqtt"], RUNNING if is_on else ABSENT,
            _MQTT_TONES.get(mqtt["state"], "bad"), T(mqtt["zh"], mqtt["en"]),
            mqtt.get("address", ""),
        )
    )  # fmt: skip
    return tuple(parts)


def _devices(told: dict[str, Any]) -> dict[str, Heard]:
    keys = dict(
        Device.objects.filter(pk__in=[int(pk) for pk in told["devices"]]).values_list("pk", "key")
    )
    return {
        keys[int(pk)]: Heard(
            from_microseconds(d["last_seen"]) if d["last_seen"] else None, d["messages"],
            d.get("today", 0), d["bad"], d["connected"],
        )
        for pk, d in told["devices"].items()
        if int(pk) in keys
    }  # fmt: skip
