"""One request under way: who asks, where the service stands, and what was read for it already."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.clock import to_microseconds
from guanggu.base.errors import Missing
from guanggu.kernel.observation.sensorthings.public import (
    TYPES,
    Datum,
    EntityType,
    FeatureOfInterest,
    HistoricalLocation,
    MultiDatastreamPart,
    Navigation,
    datum,
    place_of,
    rows_of,
)

from .faults import bad
from .paths import NOTHING_HERE, Address


@dataclass
class Asking:
    """base: address of the service without a slash at its end. Also a ``Reach``."""

    actor: Actor
    base: str
    _owners: dict[tuple[bool, int], Any] = field(default_factory=dict)
    _places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    _features: dict[int, Any] = field(default_factory=dict)

    def rows(self, kind: EntityType) -> Any:
        return rows_of(kind, self.actor)

    def link(self, kind: EntityType, entity: Any) -> str:
        identifier = f"'{entity.id}'" if isinstance(entity, Datum) else entity.pk
        return f"{self.base}/{kind.plural}({identifier})"

    # -- the other end of a navigation

    def ends(self, kind: EntityType, entity: Any, way: Navigation) -> list[Any]:
        if isinstance(entity, Datum):
            return [each for each in [self._of_datum(entity, way.target)] if each is not None]
        if way.target == "Observation":
            raise bad(
                T("不支持按观测数据筛选{}，请改查 Observations。",
                "{} cannot be filtered by their observations; ask for Observations."), kind.plural,
            )  # fmt: skip
        if not way.many:
            return [getattr(entity, way.path)]
        return list(self.related(way, [entity.pk]))

    def related(self, way: Navigation, ids: Sequence[int]) -> Any:
        """The visible rows at the other end of a way, of any of the entities."""
        target = TYPES[way.target]
        back = target.way(way.inverse)
        assert back is not None
        return self.rows(target).filter(**{f"{back.path}__in": list(ids)}).distinct()

    def _of_datum(self, datum: Datum, target: str) -> Any:
        if target == "FeatureOfInterest":
            return self.feature_of(datum)
        if (target == "MultiDatastream") != datum.multi:
            return None
        return self.owner(datum)

    def owner(self, datum: Datum) -> Any:
        """The datastream of either kind that the observation is of."""
        place = (datum.multi, datum.number)
        if place not in self._owners:
            self.learn_owners([datum])
        return self._owners[place]

    def learn_owners(self, data: Iterable[Datum]) -> None:
        wanted = {(d.multi, d.number) for d in data} - self._owners.keys()
        for multi, name in ((False, "Datastream"), (True, "MultiDatastream")):
            numbers = {number for is_multi, number in wanted if is_multi == multi}
            for row in self.rows(TYPES[name]).filter(pk__in=numbers) if numbers else ():
                self._owners[multi, row.pk] = row
        for place in wanted:
            self._owners.setdefault(place, None)

    def feature_of(self, datum: Datum) -> Any:
        """The feature it names, else the one where its thing was at the time."""
        number = datum.foi
        if number is None:
            owner = self.owner(datum)
            number = self._place_at(owner.thing_id, datum.time) if owner else None
        if number is None:
            return None
        if number not in self._features:
            self._features[number] = FeatureOfInterest.objects.filter(pk=number).first()
        return self._features[number]

    def _place_at(self, thing: int, time: int) -> int | None:
        if thing not in self._places:
            rows = HistoricalLocation.objects.filter(
                thing_id=thing, locations__feature_of_interest__isnull=False
            ).order_by("at", "pk").values_list("at", "locations__feature_of_interest")  # fmt: skip
            self._places[thing] = [(to_microseconds(at), pk) for at, pk in rows]
        past = self._places[thing]
        if not past:
            return None
        return past[max(0, bisect_right(past, (time, 2**62)) - 1)][1]

    # -- addresses

    def entity(self, address: Address) -> Any:
        """The one entity of the address (or of its last step but the set). Raises Missing."""
        found: Any = None
        for place, step in enumerate(address.steps):
            if step.many and step.id is None:
                break
            found = self._step(found, address, place)
            if found is None:
                raise Missing(NOTHING_HERE)
        return found

    def _step(self, before: Any, address: Address, place: int) -> Any:
        step = address.steps[place]
        if step.kind.name == "Observation":
            found = self.datum(step.id)
            if before is not None and not self._belongs(before, found):
                return None
            return found
        if before is None:
            rows = self.rows(step.kind)
        else:
            kind = address.steps[place - 1].kind
            way = kind.way(step.way)
            assert way is not None
            if not way.many:
                return next(iter(self.ends(kind, before, way)), None)
            rows = self.related(way, [before.pk])
        return rows.filter(pk=step.id).first() if isinstance(step.id, int) else None

    def _belongs(self, before: Any, datum: Datum) -> bool:
        if isinstance(before, FeatureOfInterest):
            return self.feature_of(datum) == before
        return bool(self.owner(datum) == before)

    def datum(self, identifier: Any) -> Datum:
        """Raises Missing, also where its datastream is not to be seen."""
        is_multi, number, _ = place_of(identifier)
        multis = {number: self.parts([number])[number]} if is_multi else {}
        found = datum(identifier, multis)
        if self.owner(found) is None:
            raise Missing(NOTHING_HERE)
        return found

    def parts(self, multis: Iterable[int]) -> dict[int, list[int]]:
        """The streams of each multi-datastream in order."""
        found: dict[int, list[int]] = {multi: [] for multi in multis}
        rows = MultiDatastreamPart.objects.filter(multi__in=list(found)).order_by("position")
        for multi, stream in rows.values_list("multi_id", "datastream_id"):
            found[multi].append(stream)
        return found
