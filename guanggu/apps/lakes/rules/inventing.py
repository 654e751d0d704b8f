"""Basins for the sample: irregular shores, bays and beds made up from a seed, and nothing more.

Used only by the shipped sample, which says of every lake that its geometry is invented.
"""

from __future__ import annotations

import math
import random
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry import Polygon

from .basins import METRES_A_DEGREE

_CELLS = 60
_CORNERS = 220


class Invented(NamedTuple):
    shore: Polygon
    grid: dict[str, Any]


def invent(
    seed: int, lon: float, lat: float, area_km2: float, normal_m: float, depth_m: float,
    *, bays: int = 5, stretch: float = 1.5, turn: float = 0.5,
) -> Invented:  # fmt: skip
    """A lake of about that area and largest depth around a place, its shore at ``normal_m``."""
    rng = random.Random(seed)
    shore = _shore(rng, area_km2 * 1e6, bays, stretch, turn)
    grid, origin = _grid(rng, shore, normal_m, depth_m)
    east = METRES_A_DEGREE * math.cos(math.radians(lat))
    ring = [
        (round(lon + x / east, 6), round(lat + y / METRES_A_DEGREE, 6))
        for x, y in shore.exterior.coords
    ]
    grid |= {"west": round(lon + origin[0] / east, 6),
             "south": round(lat + origin[1] / METRES_A_DEGREE, 6)}  # fmt: skip
    return Invented(Polygon(ring), grid)


def _shore(rng: random.Random, area: float, bays: int, stretch: float, turn: float) -> Polygon:
    """In metres around (0, 0): a stretched ring with deep bays and small teeth."""
    waves = [(n, rng.uniform(0, 2 * math.pi), rng.uniform(0.35, 1.0) / n**0.75)
             for n in range(2, 15)]  # fmt: skip
    arms = [(rng.uniform(0, 2 * math.pi), rng.uniform(0.25, 0.8), rng.uniform(0.14, 0.3))
            for _ in range(bays)]  # fmt: skip
    points = []
    for corner in range(_CORNERS):
        angle = 2 * math.pi * corner / _CORNERS
        radius = 1 + 0.16 * sum(size * math.sin(n * angle + at) for n, at, size in waves)
        for at, size, width in arms:
            apart = math.remainder(angle - at, 2 * math.pi)
            radius += size * math.exp(-((apart / width) ** 2))
        x, y = max(radius, 0.25) * math.cos(angle) * stretch, max(radius, 0.25) * math.sin(angle)
        points.append((x * math.cos(turn) - y * math.sin(turn),
                       x * math.sin(turn) + y * math.cos(turn)))  # fmt: skip
    shape = Polygon(points).buffer(0)
    if shape.geom_type != "Polygon":
        shape = max(shape.geoms, key=lambda part: part.area)
    size = math.sqrt(area / shape.area)
    scaled = shapely.transform(shape, lambda c: c * size)
    return Polygon(scaled.exterior)


def _grid(
    rng: random.Random, shore: Polygon, normal_m: float, depth_m: float
) -> tuple[dict[str, Any], tuple[float, float]]:
    west, south, east, north = shore.bounds
    margin = 0.14 * max(east - west, north - south)
    cell = (max(east - west, north - south) + 2 * margin) / _CELLS
    columns = math.ceil((east - west + 2 * margin) / cell)
    rows = math.ceil((north - south + 2 * margin) / cell)
    x = west - margin + (np.arange(columns) + 0.5) * cell
    y = south - margin + (np.arange(rows) + 0.5) * cell
    xs, ys = np.meshgrid(x, y)
    places = shapely.points(xs, ys)
    apart = shapely.distance(places, shore.exterior)
    inside = shapely.contains(shore, places)
    longest = max(float(apart[inside].max()) if inside.any() else cell, cell)
    rough = _rough(rng, columns, rows)
    bed = normal_m - 0.12 - (depth_m - 0.12) * np.clip(apart / longest, 0, 1) ** 0.62 * (
        0.86 + 0.14 * rough
    )  # fmt: skip
    # The bank rises gently for some cells, then to low hills as around the district.
    hills = 2.2 * (1 - np.exp(-apart / (3 * cell))) + 26 * np.clip(
        (apart / (14 * cell)) * (0.35 + 0.65 * rough), 0, 1.4
    )
    ground = np.where(inside, bed, normal_m + 0.25 + hills)
    heights = np.round(ground * 100).astype(int)
    grid = {"cell_m": round(cell, 2), "columns": columns, "rows": rows,
            "heights_cm": heights.ravel().tolist()}  # fmt: skip
    return grid, (west - margin, south - margin)


def _rough(rng: random.Random, columns: int, rows: int) -> np.ndarray:
    """Smooth relief between 0 and 1."""
    x, y = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
    total = np.zeros_like(x)
    for size in (1.0, 0.6, 0.35, 0.2):
        turns = 2 / size
        total += (
            size
            * np.sin(2 * math.pi * (turns * x * rng.uniform(0.5, 1) + rng.random()))
            * np.sin(2 * math.pi * (turns * y * rng.uniform(0.5, 1) + rng.random()))
        )
    return (total - total.min()) / max(float(total.max() - total.min()), 1e-9)
