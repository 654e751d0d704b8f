"""What a store of features promises; one suite of tests holds every engine to it.

Places are degrees of longitude and latitude (EPSG:4490). A layer that nobody has filled is empty.
Whatever an engine's index says is only a first choice (SQLite's R*Tree knows places as 32-bit
floats): every answer about geometry is decided by Shapely on the stored geometry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


class Box(NamedTuple):
    """Degrees. ``west`` may not lie east of ``east``: a box never crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A feature to be kept."""

    key: str
    geometry: BaseGeometry
    properties: dict[str, Any]
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A feature as found. id: its place in the order of pages."""

    id: int
    key: str
    geometry: BaseGeometry
    properties: dict[str, Any]
    valid_from: date | None = None
    valid_until: date | None = None


class Near(NamedTuple):
    found: Found
    distance_m: float


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which features of a layer: all conditions hold together.

    box, meets: whose geometry has a place in common with it; during: valid on some day from the
    first to the second, either open; equals: properties as text; among: a subquery (SQL and its
    parameters) of the keys that the reader may see.
    """

    box: Box | None = None
    meets: BaseGeometry | None = None
    during: tuple[date | None, date | None] | None = None
    equals: dict[str, str] = field(default_factory=dict)
    among: tuple[str, Sequence[Any]] | None = None


class FeatureStore(Protocol):
    """Raises nothing of its own but what the database raises."""

    def put(self, layer: str, rows: Iterable[FeatureRow]) -> None:
        """Keep features; one whose key is known takes the place of the old one."""

    def remove(self, layer: str, keys: Iterable[str]) -> None:
        """Forget features; unknown keys change nothing."""

    def replace(self, layer: str, rows: Iterable[FeatureRow]) -> int:
        """Make the layer hold exactly these rows, thinned anew; answers how many."""

    def drop(self, layer: str) -> None:
        """Forget the layer with all that it holds."""

    def version(self, layer: str) -> int:
        """Grows with every change of the layer; 0 for a layer never filled."""

    def items(
        self, layer: str, wanted: Wanted | None = None, *, after: int = 0, limit: int = 100
    ) -> list[Found]:
        """Features in the order of their id, beyond ``after``."""

    def one(self, layer: str, key: str, wanted: Wanted | None = None) -> Found | None:
        """The feature of that key."""

    def count(self, layer: str, wanted: Wanted | None = None, *, most: int = 0) -> int:
        """How many there are; with ``most``, counting stops there."""

    def extent(self, layer: str) -> Box | None:
        """The box of all features; None for an empty layer."""

    def nearest(
        self, layer: str, lon: float, lat: float, count: int, wanted: Wanted | None = None
    ) -> list[Near]:
        """The nearest features, nearest first, with their distance over the ground."""

    def drawn(
        self, layer: str, box: Box, zoom: int, wanted: Wanted | None = None
    ) -> list[tuple[str, str, bytes]]:
        """(key, properties as JSON, WKB) of what a tile of that zoom draws in the box, thinned."""
