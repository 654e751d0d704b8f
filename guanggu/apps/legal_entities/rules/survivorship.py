"""Which source is believed for which field when several speak of the same entity.

A register of origin is believed for what it registers, whoever spoke last; of things that change
without any registration (telephone, place of business) the latest word counts. A correction by an
official of the register is believed before all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from guanggu.base.bilingual import T

SOURCES: dict[str, T] = {
    "manual": T("人工核定", "Verified by an official"),
    "registry": T("市场监管", "Market regulation"),
    "establishment": T("机构编制", "Institutional establishment"),
    "civil_affairs": T("民政", "Civil affairs"),
    "tax": T("税务", "Taxation"),
    "social_insurance": T("社会保险", "Social insurance"),
    "statistics": T("统计", "Statistics"),
    "sample": T("样例", "Sample"),
}
_UNKNOWN_RANK = len(SOURCES)

_REGISTRATION = ("manual", "registry", "establishment", "civil_affairs", "tax",
                 "social_insurance", "statistics", "sample")  # fmt: skip
_INDUSTRY = ("manual", "statistics", "registry", "tax", "establishment", "civil_affairs",
             "social_insurance", "sample")  # fmt: skip
PRIORITY: dict[str, tuple[str, ...]] = {"industry": _INDUSTRY}

# The latest word counts, whoever says it; the official's correction still comes first.
LATEST_WINS = frozenset({"phone", "business_address"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source said, and when it was received."""

    source: str
    source_key: str
    received_at: datetime
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Golden:
    """The value believed and the claim that it comes from."""

    value: str
    claim: Claim


def source_title(source: str) -> T:
    return SOURCES.get(source, T(source, source))


def surviving(claims: Iterable[Claim], fields: Iterable[str]) -> dict[str, Golden]:
    """The golden value of each field that any source fills."""
    claims = list(claims)
    golden: dict[str, Golden] = {}
    for field in fields:
        told = [claim for claim in claims if claim.values.get(field)]
        if told:
            best = max(told, key=lambda claim: _weight(field, claim))
            golden[field] = Golden(best.values[field], best)
    return golden


def _weight(field: str, claim: Claim) -> tuple:
    """Larger is believed; the source's key breaks ties, so that the order of arrival cannot."""
    order = PRIORITY.get(field, _REGISTRATION)
    rank = order.index(claim.source) if claim.source in order else _UNKNOWN_RANK
    if field in LATEST_WINS:
        return (claim.source == "manual", claim.received_at, -rank, claim.source_key)
    return (-rank, claim.received_at, claim.source_key)
