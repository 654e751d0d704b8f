"""Locations of things, kept true whoever moves a thing: 18-088 8.2.2, 8.2.3 and table 25.

An app, a sheet or a client of the interface may change where a thing is. In the transaction of
that change the thing gets its Location, its HistoricalLocation and the feature of interest that
observations without one are of.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.ids import new_id
from guanggu.kernel.register.public import (
    after_save,
    after_save_new,
    guard_records,
    save_new_records,
    save_record,
)

from ..models import (
    AccessKey,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    MultiDatastream,
    Subscription,
    Thing,
)

SOURCE = "sensorthings"
_placing: ContextVar[bool] = ContextVar("placing", default=False)


def new_key() -> str:
    return f"sta-{new_id().hex}"


def follow_thing(record: Any, removed: bool) -> None:
    """Called in the transaction of every change of a record."""
    if isinstance(record, Thing) and not removed and not _placing.get():
        follow_things([record])


def follow_things(records: Sequence[Any]) -> None:
    """The same for many; those that stand where they stood are passed over."""
    things = [r for r in records if isinstance(r, Thing) and r.geometry is not None]
    if not things or _placing.get():
        return
    moved = [thing for thing in things if not _stands_there(thing)]
    if not moved:
        return
    actor = platform("observation")
    places = [
        Location(key=new_key(), name=thing.name, description=thing.description or thing.name,
                 geometry=thing.geometry)
        for thing in moved
    ]  # fmt: skip
    save_new_records(actor, places, "observation.location_created")
    for thing, place in zip(moved, places, strict=True):
        thing.locations.set([place])
    _remember(actor, moved, [[place] for place in places], clock.now())


def _stands_there(thing: Thing) -> bool:
    return any(place.geometry == thing.geometry for place in thing.locations.all())


def place_thing(actor: Actor, thing: Thing, places: Sequence[Location]) -> None:
    """The thing is at these locations from now on (several tell of one place in several codings)."""
    thing.locations.set(places)
    _remember(actor, [thing], [list(places)], clock.now())
    geometry = next((place.geometry for place in places if place.geometry is not None), None)
    if geometry is not None and geometry != thing.geometry:
        token = _placing.set(True)
        try:
            thing.geometry = geometry
            save_record(actor, thing, "observation.thing_placed")
        finally:
            _placing.reset(token)


def _remember(
    actor: Actor, things: Sequence[Thing], places: Sequence[list[Location]], at: datetime
) -> None:
    past = [HistoricalLocation(key=new_key(), thing=thing, at=at) for thing in things]
    save_new_records(actor, past, "observation.historical_location_created")
    for row, each in zip(past, places, strict=True):
        row.locations.set(each)
    all_places = {place.pk: place for each in places for place in each}
    known = set(
        FeatureOfInterest.objects.filter(location__in=all_places).values_list(
            "location_id", flat=True
        )
    )
    features = [
        FeatureOfInterest(
            key=new_key(), name=place.name, description=place.description,
            encoding_type=place.encoding_type, geometry=place.geometry, location=place,
        )
        for place in all_places.values() if place.pk not in known
    ]  # fmt: skip
    save_new_records(actor, features, "observation.feature_created")


def feature_at(thing: int, at: datetime) -> FeatureOfInterest | None:
    """The feature of interest of an observation that names none: where its thing was then."""
    past = HistoricalLocation.objects.filter(thing_id=thing)
    row = past.filter(at__lte=at).order_by("-at", "-pk").first() or past.order_by("at").first()
    if row is None:
        return None
    found = FeatureOfInterest.objects.filter(location__historical_locations=row)
    return found.order_by("pk").first()


def follow_records() -> None:
    """Called once when the process starts."""
    after_save(follow_thing)
    after_save_new(follow_things)
    for model in (
        Location, HistoricalLocation, FeatureOfInterest, MultiDatastream, AccessKey, Subscription,
    ):  # fmt: skip
        guard_records(model)
