"""Twins of devices: who keeps them says so once, and the gateways carry both sides.

A twin has what people want of a device and what the device says of itself. An app keeps them and
declares in its ``observation.py`` how they are read and written; the gateways bring the wanted
side to the device and take the reported one in, whatever protocol it speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a device (key), set at ``set_at``: JSON values by name."""

    device: str
    values: dict[str, Any]
    set_at: datetime


@dataclass(frozen=True, slots=True)
class TwinKeeper:
    """wanted: what was set at or after an instant (None: all), in order of setting;
    wanted_of: what is wanted of one device; report: keep what a device says of itself, by the
    action of the app; answers what is still wanted of it. It may raise a Problem."""

    wanted: Callable[[datetime | None], Iterable[Wanted]]
    wanted_of: Callable[[str], dict[str, Any]]
    report: Callable[[str, dict[str, Any]], dict[str, Any]]


_keeper: list[TwinKeeper] = []


def keep_twins(keeper: TwinKeeper) -> None:
    """Let the gateways know who keeps twins; one app of an install does."""
    _keeper[:] = [keeper]


def twin_keeper() -> TwinKeeper | None:
    return _keeper[0] if _keeper else None
