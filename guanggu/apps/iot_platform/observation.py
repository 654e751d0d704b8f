"""Twins of enrolled devices, declared to the gateways: what is wanted goes out, what is reported
comes in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from guanggu.base.actor import platform
from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import TwinKeeper, Wanted, keep_twins, thing_kind

from .actions import report_twin
from .queries import desired_of, desired_since


def _wanted(since: datetime | None) -> Iterable[Wanted]:
    for row in desired_since(since):
        yield Wanted(row.device, row.desired, row.desired_at)


def _report(device: str, values: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = report_twin(platform("gateways"), device=device, values=values)
    return answer["delta"]


thing_kind("device", T("物联设备", "Device"), "iot_platform", icon="device")
keep_twins(TwinKeeper(wanted=_wanted, wanted_of=desired_of, report=_report))
