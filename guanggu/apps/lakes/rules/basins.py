"""A lake's basin as a grid of heights: what it holds at a level, and how it lies in space.

A grid is ``west, south`` (degrees), ``cell_m`` (edge of a cell), ``columns, rows`` and
``heights_cm``: row by row from the south, height of the ground in centimetres over the datum of
the water level. Degrees become metres by the radius of the Earth, exact enough within one lake.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

METRES_A_DEGREE = 111_195.0  # of a meridian, mean radius 6371 km
_STEPS = 60


class Holding(NamedTuple):
    """At ``level_m``: wet area in km² and stored volume in 10⁴ m³ (the unit of water reports)."""

    level_m: float
    area_km2: float
    volume: float


@dataclass(frozen=True)
class Basin:
    """Heights in metres, ``heights[row, column]`` with row 0 in the south."""

    west: float
    south: float
    cell_m: float
    heights: np.ndarray

    @classmethod
    def of(cls, grid: Mapping[str, Any]) -> Basin:
        """From the stored grid. Raises ValueError where it is none or its size is wrong."""
        try:
            columns, rows = int(grid["columns"]), int(grid["rows"])
            heights = np.asarray(grid["heights_cm"], np.float64).reshape(rows, columns) / 100
            west, south = float(grid["west"]), float(grid["south"])
            cell = float(grid["cell_m"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError("not a grid of heights") from error
        if min(columns, rows) < 3 or cell <= 0 or not np.isfinite(heights).all():
            raise ValueError("not a grid of heights")
        return cls(west, south, cell, heights)

    @cached_property
    def bottom_m(self) -> float:
        return float(self.heights.min())

    @cached_property
    def _metres_a_degree_east(self) -> float:
        middle = self.south + self.heights.shape[0] * self.cell_m / METRES_A_DEGREE / 2
        return METRES_A_DEGREE * math.cos(math.radians(middle))

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Metres east and north of the grid's south-west corner."""
        east = (lon - self.west) * self._metres_a_degree_east
        return east, (lat - self.south) * METRES_A_DEGREE

    def height_at(self, lon: float, lat: float) -> float:
        """The ground below a place; outside the grid that of its nearest cell."""
        east, north = self.place(lon, lat)
        rows, columns = self.heights.shape
        column = min(max(int(east / self.cell_m), 0), columns - 1)
        row = min(max(int(north / self.cell_m), 0), rows - 1)
        return float(self.heights[row, column])

    def wet(self, level_m: float) -> np.ndarray:
        """Cells under water: below the level and joined to the deepest cell, not hollows apart."""
        low = self.heights < level_m
        seed = np.zeros_like(low)
        seed[np.unravel_index(int(self.heights.argmin()), low.shape)] = True
        found = seed & low
        while True:
            grown = found.copy()
            grown[1:] |= found[:-1]
            grown[:-1] |= found[1:]
            grown[:, 1:] |= found[:, :-1]
            grown[:, :-1] |= found[:, 1:]
            grown &= low
            if grown.sum() == found.sum():
                return found
            found = grown

    def holding(self, level_m: float) -> Holding:
        wet = self.wet(level_m)
        cell = self.cell_m**2
        depth = np.where(wet, level_m - self.heights, 0.0)
        return Holding(level_m, float(wet.sum() * cell / 1e6), float(depth.sum() * cell / 1e4))

    def curve(self, top_m: float, steps: int = _STEPS) -> list[Holding]:
        """Level to area and volume, from the bottom to ``top_m``."""
        levels = np.linspace(self.bottom_m, max(top_m, self.bottom_m + 0.1), steps + 1)
        return [self.holding(float(level)) for level in levels]

    def section(self, row: int | None = None) -> list[tuple[float, float]]:
        """(metres from the west, height) along a row of cells; by default the deepest."""
        chosen = int(np.unravel_index(int(self.heights.argmin()), self.heights.shape)[0])
        line = self.heights[chosen if row is None else row]
        return [((n + 0.5) * self.cell_m, float(height)) for n, height in enumerate(line)]


def at_level(curve: Sequence[Holding], level_m: float) -> Holding:
    """Between the points of a curve by straight lines; beyond its ends the end itself.

    Raises ValueError for an empty curve.
    """
    if not curve:
        raise ValueError("an empty curve")
    levels = [point.level_m for point in curve]
    area = float(np.interp(level_m, levels, [point.area_km2 for point in curve]))
    volume = float(np.interp(level_m, levels, [point.volume for point in curve]))
    return Holding(level_m, area, volume)


def level_for(curve: Sequence[Holding], volume: float) -> float:
    """The level at which the basin holds this volume (10⁴ m³), within the ends of the curve."""
    return float(np.interp(volume, [p.volume for p in curve], [p.level_m for p in curve]))
