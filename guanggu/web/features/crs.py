"""Reference systems that answers can be given in, with the order of axes that each prescribes.

Inside, places are longitude and latitude of CGCS2000. EPSG:4490 and EPSG:4326 put latitude first
(18-058r1, 7.2: a server follows the definition), CRS84 longitude.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Box
from guanggu.web.problems import BadRequest


@dataclass(frozen=True, slots=True)
class Crs:
    uri: str
    is_swapped: bool
    epsg: int = 0  # of a projection to be calculated, 0 for degrees


CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", False)
CGCS2000 = Crs("http://www.opengis.net/def/crs/EPSG/0/4490", True)
ALL = {
    one.uri: one
    for one in (
        CRS84,
        CGCS2000,
        Crs("http://www.opengis.net/def/crs/EPSG/0/4326", True),
        Crs("http://www.opengis.net/def/crs/EPSG/0/3857", False, 3857),
        # The 3 degree zone of Wuhan, northing first.
        Crs("http://www.opengis.net/def/crs/EPSG/0/4547", True, 4547),
    )
}
_UNKNOWN = T("不支持的坐标系：{}。可用：{}。", "Unknown reference system {}; known are {}.")


def crs_of(uri: str) -> Crs:
    """The system of that URI, or of its short form EPSG:4490. Raises BadRequest."""
    name = uri.strip("[]")
    if name.upper().startswith("EPSG:"):
        name = f"http://www.opengis.net/def/crs/EPSG/0/{name[5:]}"
    elif name.upper() in ("CRS84", "OGC:CRS84"):
        name = CRS84.uri
    if name not in ALL:
        raise BadRequest(_UNKNOWN.format(uri[:80], "、".join(ALL)))
    return ALL[name]


def _transformer(source: int, target: int) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def given_in(crs: Crs, geometries: Any) -> Any:
    """The geometries (an array of Shapely) in that system and its order of axes."""
    import numpy as np
    import shapely

    if crs.epsg:
        change = _transformer(4490, crs.epsg).transform

        def moved(at: np.ndarray) -> np.ndarray:
            return np.column_stack(change(at[:, 0], at[:, 1]))

        geometries = shapely.transform(geometries, moved)
    if crs.is_swapped:
        geometries = shapely.transform(geometries, lambda at: at[:, ::-1])
    return geometries


def box_from(numbers: Sequence[float], crs: Crs) -> Box:
    """A box written in that system, as degrees. Raises BadRequest."""
    a, b, c, d = numbers
    if crs.is_swapped:
        a, b, c, d = b, a, d, c
    if crs.epsg:
        change = _transformer(crs.epsg, 4490)
        a, b, c, d = change.transform_bounds(a, b, c, d, densify_pts=21)
    if not (a <= c and b <= d):
        raise BadRequest(
            T(
                "bbox 应为 西、南、东、北（或所选坐标系规定的次序），且西不大于东、南不大于北。",
                "bbox is west, south, east, north (or as the chosen system orders), west not "
                "beyond east and south not beyond north.",
            )
        )
    return Box(a, b, c, d)
