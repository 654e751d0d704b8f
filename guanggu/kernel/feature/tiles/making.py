"""Making the tile of a layer, and keeping it on disk until the layer changes."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from guanggu.base.actor import Actor

from ..layers import Layer
from ..store import Wanted, features
from ..wishes import subset_for
from .mercator import box_of_tile

MARGIN = 64  # tile units drawn beyond the edge, so that lines and marks meet
NAMED_MAX = 500  # areas of a tile; more are too small for a name
SIMPLER = 4.0  # tile units (half a pixel) by which lines may differ below the last zoom


@dataclass(frozen=True, slots=True)
class Tile:
    """body: Mapbox Vector Tile, empty for nothing. tag: changes whenever the body may."""

    body: bytes
    tag: str
    is_shared: bool


def make_tile(layer: str, zoom: int, x: int, y: int, wanted: Wanted | None = None) -> bytes:
    """The layer's features of that tile as they are now."""
    import numpy as np
    import orjson
    import shapely

    from ..store.thinning import ZOOM_MAX
    from .encoding import EXTENT, encode_layer
    from .mercator import to_world

    box = box_of_tile(zoom, x, y, MARGIN / EXTENT)
    rows = features().drawn(layer, box, zoom, wanted)
    if not rows:
        return b""
    shapes = shapely.from_wkb(np.array([bytes(row[2]) for row in rows], dtype=object))
    corner = np.array([x, y])

    def placed(places: np.ndarray) -> np.ndarray:
        return (to_world(places) * 2**zoom - corner) * EXTENT

    shapes = shapely.transform(shapely.force_2d(shapes), placed)
    whole = shapes
    types = shapely.get_type_id(shapes)
    flat = types != 0  # points need neither clipping nor simplifying
    if flat.any():
        shapes = shapes.copy()
        if zoom < ZOOM_MAX:
            shapes[flat] = shapely.simplify(shapes[flat], SIMPLER, preserve_topology=True)
        edge = EXTENT + MARGIN
        shapes[flat] = shapely.clip_by_rect(shapes[flat], -MARGIN, -MARGIN, edge, edge)
    inside = ~shapely.is_empty(shapes)
    if not flat.all():
        at = shapely.get_coordinates(shapes[~flat])
        inside[~flat] = ((at >= -MARGIN) & (at < EXTENT + MARGIN)).all(axis=1)
    chosen = np.flatnonzero(inside)
    properties = [{"key": rows[n][0], **orjson.loads(rows[n][1])} for n in chosen]
    body = encode_layer(layer, shapes[chosen], properties)
    return body + _names(layer, whole, shapes, chosen, properties)


def _names(layer: str, whole: Any, shapes: Any, chosen: Any, properties: list[Any]) -> bytes:
    """One place an area for its name, in the one tile that it lies in: cut into tiles, the area
    itself would be named in each."""
    import numpy as np
    import shapely

    from .encoding import EXTENT, encode_layer

    areas = shapely.get_dimensions(shapes[chosen]) == 2
    if not 0 < areas.sum() <= NAMED_MAX:
        return b""
    places = shapely.point_on_surface(whole[chosen[areas]])
    at = shapely.get_coordinates(places)
    here = ((at >= 0) & (at < EXTENT)).all(axis=1)
    named = [properties[n] for n in np.flatnonzero(areas)[here]]
    return encode_layer(f"{layer}:names", places[here], named)


def tile_for(actor: Actor, layer: Layer, zoom: int, x: int, y: int, folder: Path) -> Tile:
    """The tile as this reader may see it; what everybody sees is kept under ``folder``."""
    version = features().version(layer.key)
    if not layer.is_whole_for(actor):
        wanted = Wanted(among=subset_for(actor, layer))
        body = make_tile(layer.key, zoom, x, y, wanted)
        return Tile(body, hashlib.sha256(body).hexdigest()[:20], False)
    tag = f"{layer.key}-{version}-{zoom}-{x}-{y}"
    name = hashlib.sha256(layer.key.encode()).hexdigest()[:16]
    kept = folder / name / str(version) / f"{zoom}-{x}-{y}"
    if kept.exists():
        return Tile(kept.read_bytes(), tag, True)
    body = make_tile(layer.key, zoom, x, y)
    _write(kept, body)
    return Tile(body, tag, True)


def _write(path: Path, body: bytes) -> None:
    """All at once, so that nobody reads half a tile; tiles of earlier versions go."""
    if not path.parent.exists():
        for old in path.parent.parent.glob("*"):
            shutil.rmtree(old, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{uuid4().hex}")
    try:
        fresh.write_bytes(body)
        os.replace(fresh, path)
    except FileNotFoundError:  # a newer version has swept the folder meanwhile
        return
