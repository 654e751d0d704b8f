"""The sensing side of a lake station: a Thing with its datastreams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.observation.public import (
    AlarmRule,
    Datastream,
    ObservedProperty,
    Station,
    specs_of,
)
from guanggu.kernel.register.public import save_new_records

from ..models import LakeStation
from ..rules.streams import Spec, sample_percent
from ..rules.words import CHLOROPHYLL, FACTORS, LEVEL, THING_KIND

SENSOR = "lake-monitor"


def station_of(
    station: LakeStation, bureau: Organisation | None, streams: Sequence[Spec],
    burden_percent: int = 100,
) -> Station:  # fmt: skip
    """The thing of a lake station with these streams, as the kernel is told of it.

    burden_percent: of the invented data, see ``rules.streams.sample_percent``.
    """

    def properties(code: str) -> dict[str, Any]:
        percent = sample_percent(code, burden_percent)
        return {} if percent == 100 else {"sample_percent": percent}

    return Station(
        key=station.key, name=station.name[:200], name_en=station.name_en[:200], kind=THING_KIND,
        subject=str(station.ref), organisation=bureau, is_public=station.is_public,
        geometry=shapely.Point(station.geometry.x, station.geometry.y), sensor=SENSOR,
        streams=specs_of(streams, lambda code: FACTORS[code].title, properties),
        is_sample=True, source="sample",
    )  # fmt: skip


def lay_rules(
    actor: Actor, stations: Sequence[LakeStation], organisation: Organisation | None
) -> list[AlarmRule]:
    """Alarm rules of the sample: each gauge's flood limit and warning level; algae and oxygen of
    all stations. Inside an action."""
    known = set(AlarmRule.objects.values_list("key", flat=True))
    made = []
    for station in stations:
        lake = station.lake
        if station.kind != "gauge" or lake.limit_m is None:
            continue
        levels = [{"upper": lake.warning_m, "severity": "severe"}] if lake.warning_m else []
        made.append(
            _rule(f"{station.key}-limit", f"{lake.name}水位超汛限", f"{lake.name_en}: above the flood limit",
                  organisation, datastream=Datastream.objects.get(key=f"{station.key}-{LEVEL}-hour"),
                  upper=lake.limit_m, clear_upper=lake.limit_m - 0.05, levels=levels, hits=2,
                  clause="湖泊调度运用方案（示例）")
        )  # fmt: skip
    for key, name, name_en, code, more in (
        ("lakes-algae", "湖泊叶绿素a偏高", "Chlorophyll a is high", CHLOROPHYLL,
         {"upper": 30.0, "clear_upper": 25.0, "hits": 6}),
        ("lakes-oxygen", "湖泊溶解氧过低", "Oxygen is low", "w01009",
         {"lower": 2.0, "clear_lower": 2.5, "hits": 2, "severity": "severe",
          "clause": "GB 3838-2002 表1 Ⅴ类"}),
    ):  # fmt: skip
        found = ObservedProperty.objects.filter(key=code).first()
        if found is not None:
            made.append(_rule(key, name, name_en, organisation, observed_property=found,
                              thing_kind=THING_KIND, interval="hour", **more))  # fmt: skip
    return save_new_records(actor, [r for r in made if r.key not in known], "lakes.created")


def _rule(
    key: str, name: str, name_en: str, organisation: Organisation | None, **more: Any
) -> AlarmRule:
    return AlarmRule(
        key=key, name=name, name_en=name_en, kind="limit", organisation=organisation,
        role="monitor", escalate_min=60, procedure="lakes.issue", source="sample", **more,
    )  # fmt: skip
