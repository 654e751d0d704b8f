"""POST, PATCH, PUT and DELETE of entities (18-088 clauses 10.2 to 10.4) as actions.

A deep insert is one transaction. The observations it brings are stored last, so that a store
that does not answer leaves no half of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.journal.public import action
from guanggu.kernel.register.public import Record, remove_record, save_record

from ..models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    MultiDatastream,
    ObservedProperty,
    Sensor,
    Thing,
)
from ..store import observations
from .entities import TYPES, EntityType, Navigation, rows_of
from .gates import forget_gates
from .inserting import Pending, store_pending
from .locating import SOURCE, new_key, place_thing
from .multi import make_parts
from .reading_bodies import incomplete, missing, put_values
from .times import EARLIEST, LATEST

DEPTH_MAX = 5  # Thing > Datastream > Observation > FeatureOfInterest is the deepest that occurs
ENTITIES_MAX = 2_000  # of one deep insert
_NO_ENTITY = T("没有编号为 {1} 的 {0}。", "There is no {0} with id {1}.")
_TOO_DEEP = T("嵌套层数过多。", "This is nested too deeply.")
_NO_INLINE = T(
    "修改时不能同时新建关联对象，请只写 @iot.id。",
    "A change may not create entities; give @iot.id.",
)
_NOT_A_LIST = T("应为数组。", "This must be an array.")
_NOT_AN_ENTITY = T("应为 JSON 对象。", "This must be a JSON object.")
_OFFICIAL = T(
    "该记录由平台登记，不能通过此接口删除。请在平台的登记册中办理停用。",
    "The platform registered this record; it cannot be deleted by this interface. End its "
    "validity in the register of the platform.",
)
_INSTEAD = T("该观测对象由位置自动生成。", "This feature stands for a location; delete that.")


def may_keep_devices(actor: Actor, **_: Any) -> bool:
    return actor.has("devices") or actor.kind == "platform"


class _Insert:
    """One deep insert under way: who inserts, how much so far, what is to be stored at its end."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.made = 0
        self.pending: list[Pending] = []

    def entity(
        self, kind: EntityType, body: Any, links: Mapping[str, Any], depth: int = 0
    ) -> Any:  # fmt: skip
        if not isinstance(body, dict):
            raise Invalid(_NOT_AN_ENTITY)
        self.made += 1
        if depth > DEPTH_MAX or self.made > ENTITIES_MAX or kind.model is None:
            raise Invalid(_TOO_DEEP)
        record = kind.model(key=new_key(), source=SOURCE)
        if isinstance(record, Thing):
            record.kind = str(body.get("kind") or "general")[:40]
        if isinstance(record, Thing | Datastream | MultiDatastream):
            record.is_public = body.get("isPublic") is True or getattr(
                links.get("Thing"), "is_public", False
            )  # fmt: skip
        if isinstance(record, FeatureOfInterest):
            record.is_public = bool(links.get("is_public"))
        put_values(kind, record, body, whole=True)
        self._ones(kind, record, body, links, depth)
        save_record(self.actor, record, f"observation.{_word(kind)}_created")
        if isinstance(record, MultiDatastream):
            make_parts(self, record, body, depth)
        self._manys(kind, record, body, links, depth)
        return record

    def _ones(
        self, kind: EntityType, record: Any, body: dict[str, Any], links: Mapping[str, Any],
        depth: int,
    ) -> None:  # fmt: skip
        lacking = {}
        for way in kind.navigation:
            if way.many or not way.path:
                continue
            target = links.get(way.name)
            if target is None and body.get(way.name) is not None:
                target = self.one(way, body[way.name], depth)
            if target is not None:
                setattr(record, way.path, target)
            elif way.required:
                lacking[way.name] = missing()
        if lacking:
            raise incomplete(kind, lacking)

    def one(self, way: Navigation, given: Any, depth: int) -> Any:
        """The entity that is named by @iot.id, or made from what is inline."""
        target = TYPES[way.target]
        if isinstance(given, dict) and "@iot.id" in given:
            return find(self.actor, target, given["@iot.id"])
        return self.entity(target, given, {}, depth + 1)

    def _manys(
        self, kind: EntityType, record: Any, body: dict[str, Any], links: Mapping[str, Any],
        depth: int,
    ) -> None:  # fmt: skip
        for way in kind.navigation:
            given = body.get(way.name)
            if not way.many or (given is None and way.name not in links):
                continue
            if given is not None and not isinstance(given, list):
                raise Invalid(_NOT_A_LIST, fields={way.name: _NOT_A_LIST})
            if way.target == "Observation":
                self.pending += [Pending(record, each) for each in given or []]
            elif isinstance(record, Thing) and way.name == "Locations":
                self._place(record, [self.one(way, each, depth) for each in given or []])
            elif isinstance(record, HistoricalLocation):
                record.locations.set([self.one(way, each, depth) for each in given or []])
            elif isinstance(record, Location) and way.name == "Things":
                things = [self.one(way, each, depth) for each in given or []]
                for thing in [*things, *links.get(way.name, [])]:
                    self._place(thing, [record])
            elif way.target in ("Datastream", "MultiDatastream") and not isinstance(
                record, MultiDatastream
            ):
                for each in given or []:
                    self.entity(TYPES[way.target], each, {way.inverse: record}, depth + 1)

    def _place(self, thing: Thing, places: list[Location]) -> None:
        if places:
            place_thing(self.actor, thing, places)


def _word(kind: EntityType) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in kind.name).strip("_")


def find(actor: Actor, kind: EntityType, identifier: Any) -> Any:
    """The entity of that @iot.id which the actor may see. Raises Missing."""
    if isinstance(identifier, str) and identifier.isdecimal() and len(identifier) < 18:
        identifier = int(identifier)
    row = None
    if isinstance(identifier, int) and not isinstance(identifier, bool) and identifier < 2**62:
        row = rows_of(kind, actor).filter(pk=identifier).first()
    if row is None:
        raise Missing(_NO_ENTITY.format(kind.name, str(identifier)[:40]))
    return row


@action("observation.create_entity", allows=may_keep_devices)
def create_entity(
    actor: Actor, *, kind: str, body: dict[str, Any], parent: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Deep insert. parent: {"kind", "id", "way"} of the address posted to, where it has one.

    Answers {"kind", "id"}. Raises Invalid, Missing, Conflict.
    """
    insert, made = _Insert(actor), TYPES[kind]
    links: dict[str, Any] = {}
    if parent is not None:
        owner = TYPES[parent["kind"]]
        way = owner.way(parent["way"])
        assert way is not None
        above = find(actor, owner, parent["id"])
        back = made.way(way.inverse)
        assert back is not None
        links[back.name] = [above] if back.many else above
    record = insert.entity(made, body, links)
    store_pending(insert)
    forget_gates()
    return {"kind": kind, "id": record.pk}


@action("observation.change_entity", allows=may_keep_devices)
def change_entity(
    actor: Actor, *, kind: str, id: int, body: dict[str, Any], whole: bool = False
) -> dict[str, Any]:
    """PATCH, or with ``whole`` PUT. Raises Invalid, Missing, Conflict."""
    changed = TYPES[kind]
    record = find(actor, changed, id)
    put_values(changed, record, body, whole=whole)
    places: list[Location] | None = None
    for way in changed.navigation:
        given = body.get(way.name)
        if given is None or way.target == "Observation":
            continue
        each_given = given if way.many else [given]
        if not isinstance(each_given, list) or not all(
            isinstance(each, dict) and "@iot.id" in each for each in each_given
        ):
            raise Invalid(_NO_INLINE, fields={way.name: _NO_INLINE})
        targets = [find(actor, TYPES[way.target], each["@iot.id"]) for each in each_given]
        if not way.many:
            setattr(record, way.path, targets[0])
        elif isinstance(record, Thing) and way.name == "Locations":
            places = targets
        elif isinstance(record, HistoricalLocation):
            record.locations.set(targets)
    save_record(actor, record, f"observation.{_word(changed)}_changed")
    if isinstance(record, Thing) and places:
        place_thing(actor, record, places)
    if isinstance(record, Location):
        _move_things(actor, record)
    forget_gates()
    return {"kind": kind, "id": record.pk}


def _move_things(actor: Actor, place: Location) -> None:
    for thing in place.things.all():
        if place.geometry is not None and thing.geometry != place.geometry:
            place_thing(actor, thing, list(thing.locations.all()))
    feature = getattr(place, "feature_of_interest", None)
    if feature is not None and feature.geometry != place.geometry:
        feature.geometry = place.geometry
        save_record(actor, feature, "observation.feature_changed")


@action("observation.remove_entity", allows=may_keep_devices)
def remove_entity(actor: Actor, *, kind: str, id: int, reason: str = "") -> dict[str, Any]:
    """DELETE, with what 18-088 table 25 says goes along. Only what came by this interface goes;
    raises Conflict for the rest, and where anything else still refers to it."""
    record = find(actor, TYPES[kind], id)
    streams: list[int] = []
    _remove(actor, record, reason, streams)
    if streams:
        observations().remove(streams, EARLIEST, LATEST)
    forget_gates()
    return {"kind": kind, "id": id}


def _remove(
    actor: Actor, record: Any, reason: str, streams: list[int], *, along: bool = False
) -> None:
    """along: it goes with another that is removed."""
    if record.source != SOURCE and isinstance(
        record, Thing | Datastream | MultiDatastream | Sensor
    ):
        raise Conflict(_OFFICIAL, code="registered")
    if getattr(record, "location_id", None) and not along:
        raise Conflict(_INSTEAD, code="stands_for_location")
    for rows in _dependents(record):
        for each in rows:
            _remove(actor, each, reason, streams, along=True)
    if isinstance(record, Datastream):
        streams.append(record.pk)
    own = []
    if isinstance(record, MultiDatastream):
        own = [part.datastream for part in record.parts.filter(is_own=True)]
    word = _word(next(each for each in TYPES.values() if each.model is type(record)))
    remove_record(actor, record, f"observation.{word}_removed", reason=reason)
    for each in own:
        _remove(actor, each, reason, streams, along=True)


def _dependents(record: Record) -> list[Any]:
    """Rows that go with it (table 25)."""
    if isinstance(record, Thing):
        return [
            record.multi_datastreams.all(), record.datastreams.exclude(parts__is_own=True),
            record.historical_locations.all(),
        ]  # fmt: skip
    if isinstance(record, Location):
        features = FeatureOfInterest.objects.filter(location=record)
        return [record.historical_locations.all(), features]
    if isinstance(record, Sensor | ObservedProperty):
        multis = record.multi_datastreams.all() if isinstance(record, Sensor) else []
        return [multis, record.datastreams.exclude(parts__is_own=True)]
    return []


__all__ = ["change_entity", "create_entity", "find", "may_keep_devices", "remove_entity"]
