"""Indicators, a series of the economy and a file of it: one of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from guanggu.apps.macro_economy.actions.laying import lay_series
from guanggu.apps.macro_economy.models import SdmxUpload
from guanggu.base.actor import platform
from guanggu.kernel.indicator.public import define_indicators, record_values
from guanggu.kernel.register.public import import_rows, save_record

from .figures_routes import COLLECTIONS

if TYPE_CHECKING:
    from .world import World

_ACTOR = platform("test")
_KEY = "macro-gdp"


def add_figures(world: World) -> None:
    lay_series(_ACTOR)
    define_indicators(
        _ACTOR, indicators=[], targets=[{"indicator": _KEY, "period": "2030", "value": "9000"}]
    )
    record_values(_ACTOR, indicator=_KEY, values=[{"period": "2026Q1", "number": "300"}])
    upload = SdmxUpload(
        key="SX-1", name="a.xml", sha256="0" * 64, by="测试", state="refused",
        problem={"zh": "无法读取", "en": "Cannot be read"}, source="test",
    )  # fmt: skip
    with transaction.atomic():
        save_record(_ACTOR, upload, "macro_economy.upload_received")
    world.keys |= {
        "indicators": _KEY, "indicator_targets": f"{_KEY}~t~2030", "indicator_period": "2026Q1",
        "indicator_values": f"{_KEY}~2026Q1", "economic_series": _KEY, "sdmx_uploads": "SX-1",
        "sdmx_version": "2.1", "sdmx_asked": "data/MACRO/all",
    }  # fmt: skip
    for collection in COLLECTIONS:
        if collection.writers is not None:
            run = import_rows(
                world.actors["elsewhere"], key=f"w-{collection.name}",
                collection=collection.name, rows=[(2, {"key": "", "period": ""})],
            )  # fmt: skip
            row = run.rows.first()
            assert row is not None
            world.keys |= {
                f"{collection.name}-run": str(run.pk), f"{collection.name}-row": str(row.pk),
            }  # fmt: skip
