"""GCJ-02, the shifted coordinates of public electronic maps in China.

Maps offered to the public have to be shifted by the method of the state's surveying office
(GB 20263-2006, 基本要求 on the processing of public navigation maps). The method itself is not
published; this is the formula that the field has worked with since 2010, and which the public map
services answer to within a metre. Within the house places are never in GCJ-02: it is used where a
place is handed to such a service, or taken over from one.

The ellipsoid is that of Krassovsky 1940.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

AXIS_M = 6_378_245.0
ECCENTRICITY_2 = 0.006_693_421_622_965_943_23
WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271  # beyond, nothing is shifted
_TURNS = 30


def _waves(x: np.ndarray) -> np.ndarray:
    import numpy as np

    return (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3


def _shift(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By how many degrees each place is moved."""
    import numpy as np

    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + _waves(x)
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi / 3 * y)) * 2 / 3
    north += (160 * np.sin(np.pi / 12 * y) + 320 * np.sin(np.pi / 30 * y)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _waves(x)
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi / 3 * x)) * 2 / 3
    east += (150 * np.sin(np.pi / 12 * x) + 300 * np.sin(np.pi / 30 * x)) * 2 / 3
    turned = np.radians(lat)
    flat = 1 - ECCENTRICITY_2 * np.sin(turned) ** 2
    metres_north = AXIS_M * (1 - ECCENTRICITY_2) / flat**1.5
    metres_east = AXIS_M / np.sqrt(flat) * np.cos(turned)
    return np.degrees(east / metres_east), np.degrees(north / metres_north)


def to_gcj_02(places: np.ndarray) -> np.ndarray:
    """n rows of longitude and latitude (CGCS2000 or WGS 84, degrees) to GCJ-02."""
    import numpy as np

    places = np.asarray(places, float)
    lon, lat = places[:, 0], places[:, 1]
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    east, north = _shift(lon, lat)
    return np.column_stack((lon + np.where(inside, east, 0), lat + np.where(inside, north, 0)))


def from_gcj_02(places: np.ndarray) -> np.ndarray:
    """The way back: places whose shift gives these, found by iteration to 1e-12 degrees."""
    import numpy as np

    goal = np.asarray(places, float)
    guess = goal.copy()
    for _ in range(_TURNS):
        error = to_gcj_02(guess) - goal
        guess = guess - error
        if not error.size or np.abs(error).max() < 1e-13:
            break
    return guess
