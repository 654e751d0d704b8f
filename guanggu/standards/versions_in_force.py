"""Which edition judges a datum: the one in force on the day of the datum, not of today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from . import gb_3095_2012, gb_3095_2026, hj_633_2012, hj_633_2026
from .air_quality_index import DAILY, HOURLY, Edition, Index, index
from .ambient_air_limits import Limit

NEW_AIR_ON = date(2026, 3, 1)


def air_index_edition(on: date) -> Edition:
    return hj_633_2026.EDITION if on >= NEW_AIR_ON else hj_633_2012.EDITION


def daily_air_index(on: date, concentrations: Mapping[str, float | None]) -> Index:
    """AQI of a natural day by HJ 633 as in force that day."""
    return index(air_index_edition(on), concentrations, DAILY)


def hourly_air_index(on: date, concentrations: Mapping[str, float | None]) -> Index:
    """Real-time AQI of an hour of that day."""
    return index(air_index_edition(on), concentrations, HOURLY)


def ambient_air_limit(item: str, average: str, zone: int, on: date) -> Limit:
    """GB 3095 as in force that day. Raises KeyError where it sets none."""
    edition = gb_3095_2026 if on >= NEW_AIR_ON else gb_3095_2012
    return edition.limit(item, average, zone, on)
