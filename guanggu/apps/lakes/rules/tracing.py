"""From bad water to the outfalls it may come from: which lie near, flow there, and are known bad.

The order is a help for the inspector and proves nothing: each part of the score is told apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .patrolling import Point, apart_m

REACH_M = 6_000.0
_HALF_M = 1_200.0  # at this distance an outfall counts half
# Which kinds of outfall are known to bring what, the strength from 0 to 1.
_BRINGS: Mapping[str, Mapping[str, float]] = {
    "w21003": {"sewage_works": 0.9, "storm": 0.8, "farming": 0.5, "industrial": 0.5, "other": 0.5},
    "w21011": {"sewage_works": 0.8, "farming": 0.9, "storm": 0.7, "industrial": 0.4, "other": 0.5},
    "w21001": {"sewage_works": 0.9, "farming": 0.8, "storm": 0.5, "industrial": 0.5, "other": 0.5},
    "w01019": {"industrial": 0.8, "sewage_works": 0.7, "storm": 0.7, "farming": 0.5, "other": 0.5},
    "w01003": {"storm": 0.9, "farming": 0.6, "industrial": 0.4, "sewage_works": 0.3, "other": 0.5},
}  # fmt: skip
_STATE = {"tracing": 1.0, "mending": 0.8, "kept": 0.4, "closed": 0.05}


@dataclass(frozen=True)
class Candidate:
    """An outfall to be judged. worst: highest ratio of its last sample to the goal's limit for
    the factors in question, None where it was not sampled; dry_flow: seen flowing in dry weather."""

    key: str
    kind: str
    state: str
    lon: float
    lat: float
    worst: float | None = None
    dry_flow: bool = False


@dataclass(frozen=True)
class Suspect:
    """score: 0 to 1; near, brings, state, sampled: its parts, each 0 to 1 (sampled may be None)."""

    key: str
    score: float
    apart_m: float
    near: float
    brings: float
    state: float
    sampled: float | None


def suspects(
    at: tuple[float, float], factors: Iterable[str], candidates: Iterable[Candidate]
) -> list[Suspect]:
    """The outfalls within reach of the place, the likeliest first."""
    here = Point(at[0], at[1], 0)
    named = [code for code in factors if code in _BRINGS]
    found = []
    for each in candidates:
        distance = apart_m(here, Point(each.lon, each.lat, 0))
        if distance > REACH_M:
            continue
        found.append(_judged(each, named, distance))
    return sorted(found, key=lambda s: (-s.score, s.apart_m, s.key))


def _judged(each: Candidate, factors: list[str], distance: float) -> Suspect:
    near = 0.5 ** (distance / _HALF_M)
    brings = max((_BRINGS[code].get(each.kind, 0.5) for code in factors), default=0.5)
    state = 1.0 if each.dry_flow else _STATE.get(each.state, 0.5)
    sampled = None if each.worst is None else 1 - math.exp(-max(each.worst, 0.0) / 2)
    parts = [(near, 0.4), (brings, 0.2), (state, 0.15)]
    if sampled is not None:
        parts.append((sampled, 0.25))
    score = sum(value * weight for value, weight in parts) / sum(weight for _, weight in parts)
    return Suspect(each.key, round(score, 4), distance, near, brings, state, sampled)
