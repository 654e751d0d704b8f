"""From which zoom on a feature is drawn, so that no tile ever holds more than it can show.

A tile is divided into 64 by 64 cells; of the small features of a cell one is drawn, the others
wait for a zoom in which they have a cell to themselves. A feature as large as a cell needs no
cell. From ``ZOOM_MAX`` on everything is drawn. Sparse layers are not thinned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .contract import Box

if TYPE_CHECKING:
    import numpy as np

CELLS = 64
ZOOM_MAX = 16
SPARSE_MAX = 1_000  # features of a layer that is never thinned


def cell_degrees(zoom: int) -> float:
    """The width of a cell in degrees of longitude."""
    return 360 / 2**zoom / CELLS


def minzooms(boxes: np.ndarray) -> np.ndarray:
    """For all features of a layer at once. boxes: n rows of west, south, east, north."""
    import numpy as np

    from ..tiles.mercator import to_world

    found = np.zeros(len(boxes), np.int16)
    if len(boxes) <= SPARSE_MAX:
        return found
    middle = to_world((boxes[:, :2] + boxes[:, 2:]) / 2)
    sides = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    waiting = np.arange(len(boxes))
    taken = np.empty(0, np.int64)
    drawn: list[np.ndarray] = []
    for zoom in range(ZOOM_MAX):
        count = 2**zoom * CELLS
        large = sides[waiting] >= cell_degrees(zoom)
        cells = (middle[waiting] * count).astype(np.int64)
        cells = cells[:, 0] * count + cells[:, 1]
        if drawn:
            before = (middle[np.concatenate(drawn)] * count).astype(np.int64)
            taken = np.unique(before[:, 0] * count + before[:, 1])
        free = ~np.isin(cells, taken)
        first = np.zeros(len(waiting), bool)
        first[np.unique(cells, return_index=True)[1]] = True
        now = large | (free & first)
        found[waiting[now]] = zoom
        drawn.append(waiting[now])
        waiting = waiting[~now]
    found[waiting] = ZOOM_MAX
    return found


def minzoom_of(box: Box, is_taken: Callable[[Box, int], bool]) -> int:
    """For one feature beside those that stand; ``is_taken(cell, zoom)``: whether one is drawn there."""
    import numpy as np

    from ..tiles.mercator import box_of_cell, to_world

    side = max(box.east - box.west, box.north - box.south)
    middle = to_world(np.array([[(box.west + box.east) / 2, (box.south + box.north) / 2]]))[0]
    for zoom in range(ZOOM_MAX):
        if side >= cell_degrees(zoom):
            return zoom
        count = 2**zoom * CELLS
        if not is_taken(box_of_cell(int(middle[0] * count), int(middle[1] * count), count), zoom):
            return zoom
    return ZOOM_MAX
