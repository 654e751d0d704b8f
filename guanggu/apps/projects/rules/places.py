"""Where a report was made, against the parcel of its project."""

from __future__ import annotations

import math
from typing import Any

METRES_A_DEGREE = 111_320.0
NEAR_M = 200  # further from the parcel than this, the reviewer is warned


def distance_m(parcel: Any, lon: float, lat: float) -> int:
    """Metres from a place to the nearest edge of the parcel; 0 within it.

    parcel: a Shapely geometry in degrees. Over a district an equidistant plane about the place is
    true to less than a metre in a kilometre.
    """
    import shapely
    from shapely import affinity

    shrink = math.cos(math.radians(lat))
    flat = affinity.affine_transform(
        parcel,
        [METRES_A_DEGREE * shrink, 0, 0, METRES_A_DEGREE,
         -lon * METRES_A_DEGREE * shrink, -lat * METRES_A_DEGREE],
    )  # fmt: skip
    return round(flat.distance(shapely.Point(0, 0)))


def is_place(lon: Any, lat: Any) -> bool:
    """Whether these are degrees on the Earth."""
    for value, most in ((lon, 180), (lat, 90)):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if not math.isfinite(value) or abs(value) > most:
            return False
    return True
