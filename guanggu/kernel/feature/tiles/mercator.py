"""The square world of web maps (EPSG:3857 scaled to 0..1, y downwards), and its tiles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..store.contract import Box

if TYPE_CHECKING:
    import numpy as np

LATITUDE_MAX = 85.051_128_779_806_6  # where the square ends


def to_world(places: np.ndarray) -> np.ndarray:
    """Degrees of longitude and latitude to the unit square; beyond its edge they lie on it."""
    import numpy as np

    latitude = np.radians(np.clip(places[:, 1], -LATITUDE_MAX, LATITUDE_MAX))
    x = places[:, 0] / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * math.pi)
    return np.column_stack((np.clip(x, 0, 1 - 1e-12), np.clip(y, 0, 1 - 1e-12)))


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


def box_of_cell(column: int, row: int, count: int, margin: float = 0.0) -> Box:
    """The box of a cell where ``count`` of them make up a side; margin: a part of the cell."""
    return Box(
        (column - margin) / count * 360 - 180,
        _latitude(min(1.0, (row + 1 + margin) / count)),
        (column + 1 + margin) / count * 360 - 180,
        _latitude(max(0.0, (row - margin) / count)),
    )


def box_of_tile(zoom: int, x: int, y: int, margin: float = 0.0) -> Box:
    return box_of_cell(x, y, 2**zoom, margin)


def tile_of(zoom: int, lon: float, lat: float) -> tuple[int, int]:
    """x and y of the tile that holds the place."""
    import numpy as np

    world = to_world(np.array([[lon, lat]]))[0] * 2**zoom
    return int(world[0]), int(world[1])
