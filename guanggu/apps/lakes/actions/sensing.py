"""The sensing side of a lake station: a Thing with its datastreams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.observation.public import (
    AlarmRule,
    Datastream,
    ObservedProperty,
    Sensor,
    Thing,
)
from guanggu.kernel.register.public import save_new_records

from ..models import LakeStation
from ..rules.streams import Spec, sample_percent
from ..rules.words import CHLOROPHYLL, FACTORS, LEVEL, THING_KIND

SENSOR = "lake-monitor"


def lay_thing(
    actor: Actor, *, key: str, name: str, name_en: str, subject: str, geometry: Any,
    organisation: Organisation | None, is_public: bool, streams: Sequence[Spec],
    burden_percent: int = 100,
) -> Thing:  # fmt: skip
    """The Thing with these streams; what stands already is left as it is. Inside an action.

    burden_percent: of the invented data, see ``rules.streams.sample_percent``.
    """
    thing = Thing.objects.filter(key=key).first()
    if thing is None:
        (thing,) = save_new_records(
            actor,
            [Thing(key=key, name=name[:200], name_en=name_en[:200], kind=THING_KIND, subject=subject,
                   organisation=organisation, geometry=geometry, is_public=is_public,
                   is_sample=True, source="sample")],
            "lakes.created",
        )  # fmt: skip
    sensor = _sensor(actor)
    known = set(thing.datastreams.values_list("key", flat=True))
    made = []
    for spec in streams:
        stream_key = f"{key}-{spec.code}-{spec.interval}"
        if stream_key not in known:
            made.append(
                Datastream(
                    key=stream_key,
                    name=f"{name[:150]} {FACTORS[spec.code].title.zh}",
                    thing=thing,
                    sensor=sensor,
                    observed_property=_property(actor, spec.code),
                    interval=spec.interval,
                    unit=spec.unit,
                    low=spec.low,
                    high=spec.high,
                    step_max=spec.step_max,
                    stuck_count=spec.stuck_count,
                    every_s=spec.every_s,
                    is_public=is_public,
                    source="sample",
                    properties=_properties(spec.code, burden_percent),
                )
            )
    save_new_records(actor, made, "lakes.created")
    return thing


def _properties(code: str, burden_percent: int) -> dict[str, Any]:
    percent = sample_percent(code, burden_percent)
    return {} if percent == 100 else {"sample_percent": percent}


def _sensor(actor: Actor) -> Sensor:
    found = Sensor.objects.filter(key=SENSOR).first()
    if found is None:
        (found,) = save_new_records(
            actor, [Sensor(key=SENSOR, name="自动监测仪", source="sample")], "lakes.created"
        )
    return found


def _property(actor: Actor, code: str) -> ObservedProperty:
    found = ObservedProperty.objects.filter(key=code).first()
    if found is None:
        factor = FACTORS[code]
        (found,) = save_new_records(
            actor,
            [ObservedProperty(key=code, name=factor.title.zh, name_en=factor.title.en,
                              unit=factor.unit, source="HJ 212-2017 annex B")],
            "lakes.created",
        )  # fmt: skip
    return found


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
