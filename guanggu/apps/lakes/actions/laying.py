"""Laying the shipped lakes with their stations, outfalls, plans and datastreams."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from shapely.geometry import LineString, Point

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.observation.public import declare_stations
from guanggu.kernel.register.public import brief, save_new_records

from ..models import (
    Inflow,
    Lake,
    LakeStation,
    Outfall,
    OutfallInspection,
    OutfallSample,
    PatrolPlan,
)
from ..rules.inventing import invent
from ..rules.streams import streams_of
from .acting import find_sample_problems, walk_sample_patrols
from .sensing import lay_rules, station_of

_SAMPLED = {"sewage_works": 0.9, "industrial": 1.3, "farming": 1.6, "storm": 1.9, "other": 1.2}


def _may_lay(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or actor.has("administer", "devices")


@action("lakes.lay_sample", allows=_may_lay)
def lay_sample(
    actor: Actor, *, sample: dict[str, Any], organisation: str, history: bool = True
) -> dict[str, Any]:
    """Create the lakes of ``sample`` that do not stand yet, with all that belongs to them.

    organisation: code of the bureau in charge; history: with patrols and problems. Answers the keys of all things.
    """
    bureau = Organisation.objects.filter(code=organisation).first()
    known = set(Lake.objects.values_list("key", flat=True))
    firms = iter(brief("legal_entities", actor, "key", "name", is_sample=True, kind="enterprise",
                       code_state="valid")[:40])  # fmt: skip
    laid = [
        _lay_lake(actor, row, bureau, firms) for row in sample["lakes"] if row["key"] not in known
    ]
    if history:
        for lake in laid:
            walk_sample_patrols(actor, lake, lake.plans.get())
        find_sample_problems(actor, laid)
    stations = list(LakeStation.objects.filter(is_sample=True).select_related("lake"))
    burdens = {row["key"]: row["burden_percent"] for row in sample["lakes"]}
    declared = [
        station_of(
            station, bureau, streams_of(station.kind, station.lake.normal_m or 18.6),
            burdens.get(station.lake.key, 100),
        )
        for station in stations
    ]  # fmt: skip
    things = [thing.key for thing in declare_stations(actor, declared)]
    lay_rules(actor, stations, bureau)
    append(
        Ref("lakes", "sample"), "lakes.sample_laid", actor,
        {"things": len(things), "organisation": organisation},
    )  # fmt: skip
    return {"things": sorted(things)}


def _lay_lake(
    actor: Actor, row: dict[str, Any], bureau: Organisation | None, firms: Any
) -> Lake:  # fmt: skip
    made = invent(
        row["seed"], row["lon"], row["lat"], row["area_km2"], row["normal_m"], row["depth_m"],
        bays=row["bays"], stretch=row["stretch"], turn=row["turn"],
    )  # fmt: skip
    lake = Lake(
        key=row["key"], name=row["name"], name_en=row["name_en"], functions=row["functions"],
        organisation=bureau, chief=row["chief"], chief_post="区级湖长", goal=row["goal"],
        area_km2=row["area_km2"], catchment_km2=row["catchment_km2"], datum="1985国家高程基准",
        normal_m=row["normal_m"], limit_m=round(row["normal_m"] + 0.5, 2),
        warning_m=round(row["normal_m"] + 1.2, 2), low_m=round(row["normal_m"] - 0.6, 2),
        geometry=made.shore, basin=made.grid, is_sample=True, source="sample",
    )  # fmt: skip
    save_new_records(actor, [lake], "lakes.created")
    _lay_stations(actor, lake, row)
    _lay_outfalls(actor, lake, row, firms)
    plan = PatrolPlan(
        key=f"{lake.key}-XH", lake=lake, name=f"{lake.name}环湖段", organisation=bureau,
        times_a_week=row["patrols"], begins_on=clock.today() - timedelta(days=370),
        geometry=LineString(lake.geometry.exterior.coords), is_sample=True, source="sample",
    )  # fmt: skip
    save_new_records(actor, [plan], "lakes.created")
    return lake


def _inside(shore: Any, share: float, offset: float) -> Point:
    """A place on the water: on the way from its middle to a point of the shore."""
    middle = shore.representative_point()
    edge = shore.exterior.interpolate(share, normalized=True)
    way = LineString([middle, edge]).intersection(shore)
    return way.interpolate(offset, normalized=True) if way.length else middle


def _lay_stations(actor: Actor, lake: Lake, row: dict[str, Any]) -> None:
    made = []
    for number, share in enumerate(row["buoys"], 1):
        made.append(
            LakeStation(
                key=f"{lake.key}-S{number}", lake=lake, kind="buoy" if number > 1 else "shore",
                name=f"{lake.name}{number}号站", name_en=f"{lake.name_en} station {number}",
                geometry=_inside(lake.geometry, share, 0.55 if number > 1 else 0.85),
                is_sample=True, source="sample",
            )
        )  # fmt: skip
    made.append(
        LakeStation(
            key=f"{lake.key}-G1", lake=lake, kind="gauge", name=f"{lake.name}水位站",
            name_en=f"{lake.name_en} gauge", geometry=_inside(lake.geometry, 0.12, 0.94),
            is_sample=True, source="sample",
        )
    )  # fmt: skip
    save_new_records(actor, made, "lakes.created")


def _lay_outfalls(actor: Actor, lake: Lake, row: dict[str, Any], firms: Any) -> None:
    shore = lake.geometry.exterior
    inflows = []
    for number, (name, name_en, kind, share) in enumerate(row["inflows"], 1):
        mouth = shore.interpolate(share, normalized=True)
        middle = lake.geometry.centroid
        far = Point(2.0 * mouth.x - middle.x, 2.0 * mouth.y - middle.y)
        bend = Point((mouth.x + far.x) / 2 + 0.002, (mouth.y + far.y) / 2 - 0.001)
        inflows.append(
            Inflow(
                key=f"{lake.key}-R{number}", lake=lake, name=name, name_en=name_en, kind=kind,
                geometry=LineString([far, bend, mouth]), is_sample=True, source="sample",
            )
        )  # fmt: skip
    save_new_records(actor, inflows, "lakes.created")
    outfalls = []
    for number, (kind, share, state) in enumerate(row["outfalls"], 1):
        firm = next(firms, None) if kind in ("industrial", "sewage_works") else None
        outfalls.append(
            Outfall(
                key=f"{lake.key}-P{number:02d}", lake=lake, kind=kind, state=state,
                inflow=inflows[number % len(inflows)] if inflows and number % 2 else None,
                name=f"{lake.name}{number:02d}号排口", name_en=f"{lake.name_en} outfall {number}",
                owner=f"legal_entities/{firm['key']}" if firm else "",
                owner_name=firm["name"] if firm else "",
                permit_number=f"示例-{lake.key}-{number:02d}" if state == "kept" else "",
                diameter_mm=600 + 200 * (number % 5), is_sample=True, source="sample",
                geometry=shore.interpolate(share, normalized=True),
                is_public=kind == "sewage_works",
            )
        )  # fmt: skip
    save_new_records(actor, outfalls, "lakes.created")
    _lay_checks(actor, outfalls)


def _lay_checks(actor: Actor, outfalls: list[Outfall]) -> None:
    """A year of quarterly samples and inspections for each outfall."""
    today = clock.today()
    samples, checks = [], []
    for place, outfall in enumerate(outfalls):
        worse = _SAMPLED[outfall.kind] * (0.7 if outfall.state == "kept" else 1.25)
        for quarter in range(4):
            on = date.fromordinal(today.toordinal() - 20 - 91 * quarter - place)
            swing = 1 + 0.25 * ((place * 7 + quarter * 3) % 5 - 2) / 2
            key = f"{outfall.key}-{on:%Y%m%d}"
            samples.append(
                OutfallSample(
                    key=f"{key}-C", outfall=outfall, sampled_on=on, laboratory="示例检测实验室",
                    flow_l_s=round(18 * swing * (1 + place % 3), 1), ph=7.4,
                    codmn=round(5.2 * worse * swing, 1), ammonia=round(0.9 * worse * swing, 2),
                    phosphorus=round(0.11 * worse * swing, 3), nitrogen=round(2.1 * worse * swing, 2),
                    is_sample=True, source="sample",
                )
            )  # fmt: skip
            dry = outfall.state == "tracing" and quarter == 0
            checks.append(
                OutfallInspection(
                    key=f"{key}-J", outfall=outfall, inspected_on=on, inspector="示例检查人员",
                    result="dry_flow" if dry else "normal", is_sample=True, source="sample",
                    note="晴天有少量污水流出，正在溯源。" if dry else "",
                )
            )  # fmt: skip
    save_new_records(actor, samples, "lakes.created")
    save_new_records(actor, checks, "lakes.created")
