"""Laying the shipped stations, sources and permits with their sensing side."""

from __future__ import annotations

from datetime import date
from typing import Any

import shapely

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.observation.public import declare_stations
from guanggu.kernel.register.public import brief, save_new_records

from ..models import DischargePermit, Outlet, PermittedAmount, PollutionSource, Station
from ..rules.streams import streams_of_outlet, streams_of_station
from ..rules.words import FACTORS, OUTLET_KIND, THING_KINDS
from .sensing import station_of

_WORKS = ("PS-01", "PS-02", "PS-03", "PS-04", "PS-05", "PS-06", "PS-18", "PS-19")


def _may_lay(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or actor.has("administer", "devices")


def _manufacturers(actor: Actor) -> list[dict[str, Any]]:
    """Sample firms that take the place of the invented names, so that sources lead to firms."""
    found = brief(
        "legal_entities", actor, "key", "name", "unified_code",
        is_sample=True, kind="enterprise", industry__startswith="C3", code_state="valid",
    )  # fmt: skip
    return found[:20]


@action("environment.lay_sample", allows=_may_lay)
def lay_sample(actor: Actor, *, sample: dict[str, Any], organisation: str) -> dict[str, Any]:
    """Create the stations, sources, outlets and permits of ``sample`` that do not stand yet.

    organisation: code of the bureau in charge. Answers the keys of all things, by kind.
    """
    bureau = Organisation.objects.filter(code=organisation).first()
    stations = _stations(actor, sample["stations"], bureau)
    declared = [
        station_of(
            key=station.key, name=station.name, name_en=station.name_en,
            kind=THING_KINDS[station.kind], subject=str(station.ref), geometry=station.geometry,
            organisation=bureau, is_public=True, streams=streams_of_station(station.kind),
        )
        for station in stations
    ]  # fmt: skip
    for outlet in _sources(actor, sample["sources"], bureau):
        codes = list(outlet.amounts.values_list("pollutant", flat=True))
        declared.append(
            station_of(
                key=outlet.key, name=f"{outlet.source_unit.name} {outlet.name}",
                name_en=f"{outlet.source_unit.name_en} {outlet.name_en}", kind=OUTLET_KIND,
                subject=str(outlet.ref), geometry=outlet.geometry, organisation=bureau,
                is_public=False, streams=streams_of_outlet(outlet.medium, codes),
            )
        )  # fmt: skip
    things = declare_stations(actor, declared)
    append(
        Ref("environment", "sample"), "environment.sample_laid", actor,
        {"things": len(things), "organisation": organisation},
    )  # fmt: skip
    return {"things": sorted(thing.key for thing in things)}


def _stations(
    actor: Actor, rows: list[dict[str, Any]], bureau: Organisation | None
) -> list[Station]:
    known = set(Station.objects.values_list("key", flat=True))
    made = [
        Station(
            key=row["key"], name=row["name"], name_en=row["name_en"], kind=row["kind"],
            organisation=bureau, geometry=shapely.Point(row["lon"], row["lat"]),
            zone=row.get("zone", ""), goal=row.get("goal", ""),
            water_body=row.get("water_body", ""), is_sample=True, source="sample",
        )
        for row in rows if row["key"] not in known
    ]  # fmt: skip
    save_new_records(actor, made, "environment.created")
    return list(Station.objects.filter(key__in=[row["key"] for row in rows]).order_by("key"))


def _sources(actor: Actor, rows: list[dict[str, Any]], bureau: Organisation | None) -> list[Outlet]:
    known = set(PollutionSource.objects.values_list("key", flat=True))
    wanted = [row for row in rows if row["key"] not in known]
    firms = iter(_manufacturers(actor))
    for row in wanted:
        firm = next(firms, None) if row["key"] not in _WORKS else None
        source = _source(row, bureau, firm)
        save_new_records(actor, [source], "environment.created")
        _permit(actor, source, row)
    outlets = Outlet.objects.filter(source_unit__key__in=[row["key"] for row in rows])
    return list(outlets.select_related("source_unit").order_by("key"))


def _source(
    row: dict[str, Any], bureau: Organisation | None, firm: dict[str, Any] | None
) -> PollutionSource:
    return PollutionSource(
        key=row["key"], name=firm["name"] if firm else row["name"], name_en=row["name_en"],
        entity=f"legal_entities/{firm['key']}" if firm else "",
        unified_code=firm["unified_code"] if firm else "",
        industry=row["industry"], level=row["level"], organisation=bureau,
        geometry=shapely.Point(row["lon"], row["lat"]), is_sample=True, source="sample",
    )  # fmt: skip


def _permit(actor: Actor, source: PollutionSource, row: dict[str, Any]) -> None:
    year = clock.today().year
    number = f"{source.unified_code or 'SAMPLE' + source.key[3:].zfill(12)}001P"
    permit = DischargePermit(
        key=f"DP-{source.key[3:]}", source_unit=source, number=number, source="sample",
        issued_on=date(year - 2, 6, 15), valid_from=date(year - 2, 6, 15),
        valid_until=date(year + 3, 6, 14), is_sample=True,
    )  # fmt: skip
    save_new_records(actor, [permit], "environment.created")
    for position, each in enumerate(row["outlets"]):
        place = shapely.Point(row["lon"] + 0.0012 * (position + 1), row["lat"] - 0.0008)
        outlet = Outlet(
            key=f"{source.key}-{each['code']}", source_unit=source, medium=each["medium"],
            name=f"{each['code']}排放口", name_en=f"Outlet {each['code']}", code=each["code"],
            receives=each["receives"], geometry=place, is_sample=True, source="sample",
        )  # fmt: skip
        save_new_records(actor, [outlet], "environment.created")
        save_new_records(
            actor,
            [
                PermittedAmount(
                    key=f"{outlet.key}-{code}", permit=permit, outlet=outlet, pollutant=code,
                    annual_t=tonnes, limit=limit, source="sample",
                )
                for code, limit, tonnes in each["amounts"] if code in FACTORS
            ],
            "environment.created",
        )  # fmt: skip
