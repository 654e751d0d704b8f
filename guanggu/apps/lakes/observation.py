"""The kind of thing that lakes have, and where it is looked at."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import thing_kind

from .rules.words import THING_KIND

thing_kind(
    THING_KIND, T("湖泊自动监测站", "Lake station"), "lakes", address="/lakes/lake_stations/{key}/"
)
