"""Mapbox Vector Tile 2.1, written for whole layers at once with numpy.

All coordinates of a layer become one array of command integers, and that becomes bytes in one go;
only the short head of each feature is put together one by one. Five to seven times as fast as an
encoder that walks through geometries.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
_MOVE_ONE, _CLOSE = 9, 15  # MoveTo of one place; ClosePath


def varint(value: int) -> bytes:
    """One number as protobuf writes it."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


_SMALL = [varint(n) for n in range(1 << 14)]


def _number(value: int) -> bytes:
    return _SMALL[value] if value < 1 << 14 else varint(value)


def varints(values: np.ndarray) -> tuple[bytes, np.ndarray]:
    """All numbers in a row, and how many bytes each took. values: unsigned, below 2^35."""
    numbers = values.astype(np.uint64)
    sizes = np.ones(len(numbers), np.int64)
    for step in range(1, 5):
        sizes += numbers >= np.uint64(1 << (7 * step))
    ends = np.cumsum(sizes)
    starts = ends - sizes
    out = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint8)
    for step in range(5):
        has = sizes > step
        part = (numbers[has] >> np.uint64(7 * step)) & np.uint64(127)
        more = (sizes[has] > step + 1).astype(np.uint64) << np.uint64(7)
        out[starts[has] + step] = part | more
    return out.tobytes(), sizes


def _value(value: Any) -> bytes:
    """A property's value message."""
    if isinstance(value, bool):
        return b"\x38\x01" if value else b"\x38\x00"
    if isinstance(value, int) and -(1 << 62) < value < 1 << 62:
        return b"\x30" + varint(value * 2 if value >= 0 else -value * 2 - 1)
    if isinstance(value, float):
        return b"\x19" + struct.pack("<d", value)
    text = (value if isinstance(value, str) else str(value)).encode()
    return b"\x0a" + varint(len(text)) + text


def _block(tag: bytes, body: bytes) -> bytes:
    return tag + _number(len(body)) + body


class _Words:
    """The keys and values of a layer, each written once."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = {}
        self.values: dict[tuple[type, Any], int] = {}

    def tags(self, properties: dict[str, Any]) -> bytes:
        out = b""
        for name, value in properties.items():
            if value is None or isinstance(value, dict | list):
                continue
            key = self.keys.setdefault(name, len(self.keys))
            number = self.values.setdefault((type(value), value), len(self.values))
            out += _number(key) + _number(number)
        return out


def encode_layer(name: str, geometries: np.ndarray, properties: Sequence[dict[str, Any]]) -> bytes:
    """A tile of one layer. geometries: Shapely, in tile units with y downwards, clipped, of one
    kind each (collections are left out); rings are turned as the format wants them."""
    words = _Words()
    body = b"".join(
        _block(b"\x12", message)
        for kind in (POINT, LINE, POLYGON)
        for message in _messages(kind, geometries, properties, words)
    )
    if not body:
        return b""
    keys = b"".join(_block(b"\x1a", key.encode()) for key in words.keys)
    values = b"".join(_block(b"\x22", _value(value)) for _, value in words.values)
    layer = b"\x78\x02" + _block(b"\x0a", name.encode()) + body + keys + values + b"\x28"
    return _block(b"\x1a", layer + varint(EXTENT))


_KINDS = {0: POINT, 4: POINT, 1: LINE, 2: LINE, 5: LINE, 3: POLYGON, 6: POLYGON}


def _messages(
    kind: int, geometries: np.ndarray, properties: Sequence[dict[str, Any]], words: _Words
) -> list[bytes]:
    types = shapely.get_type_id(geometries)
    chosen = np.flatnonzero([_KINDS.get(int(t)) == kind for t in types])
    if not len(chosen):
        return []
    picked = geometries[chosen]
    if kind == POLYGON:
        picked = shapely.orient_polygons(picked, exterior_cw=False)
    numbers, owner = _commands(kind, picked)
    if not len(numbers):
        return []
    encoded, sizes = varints(numbers)
    first = np.searchsorted(owner, np.arange(len(chosen) + 1))
    ends = np.concatenate(([0], np.cumsum(sizes)))
    cut = ends[first]
    head = b"\x18" + bytes([kind])
    messages = []
    for place, index in enumerate(chosen.tolist()):
        geometry = encoded[cut[place] : cut[place + 1]]
        if geometry:
            tags = _block(b"\x12", words.tags(properties[index]))
            messages.append(tags + head + _block(b"\x22", geometry))
    return messages


def _commands(kind: int, geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(command integers of all geometries in a row, the geometry that each belongs to)."""
    if kind == POINT:
        parts, owner = geometries, np.arange(len(geometries))
    elif kind == LINE:
        parts, owner = shapely.get_parts(geometries, return_index=True)
    else:
        areas, of = shapely.get_parts(geometries, return_index=True)
        parts, area = shapely.get_rings(areas, return_index=True)
        owner = of[area]
    places, part = shapely.get_coordinates(parts, return_index=True)
    places = np.rint(places).astype(np.int64)
    if not len(places):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keep = np.ones(len(places), bool)
    if kind != POINT:
        same = (np.diff(places, axis=0) == 0).all(axis=1) & (np.diff(part) == 0)
        keep[1:] = ~same
        if kind == POLYGON:
            last = np.append(np.diff(part) != 0, True)
            keep[last] = False  # a ring is closed by its command
            keep = _without_closing_twins(places, part, keep)
        counts = np.bincount(part[keep], minlength=len(parts))
        keep &= counts[part] >= (2 if kind == LINE else 3)
    places, part = places[keep], part[keep]
    if not len(places):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return _written(kind, places, part, np.asarray(owner)[part])


def _without_closing_twins(places: np.ndarray, part: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Rounded, the last corner of a ring may fall upon its first."""
    kept = np.flatnonzero(keep)
    if not len(kept):
        return keep
    ends = np.flatnonzero(np.append(np.diff(part[kept]) != 0, True))
    starts = np.concatenate(([0], ends[:-1] + 1))
    twins = (places[kept[ends]] == places[kept[starts]]).all(axis=1) & (ends > starts)
    keep[kept[ends[twins]]] = False
    return keep


def _written(
    kind: int, places: np.ndarray, part: np.ndarray, owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    begins = np.concatenate(([0], np.flatnonzero(np.diff(part)) + 1))
    counts = np.diff(np.append(begins, len(places)))
    # The pen goes on from where it stood within a feature, and starts anew with the next.
    steps = np.diff(places, axis=0, prepend=0)
    fresh = np.concatenate(([True], np.diff(owner) != 0))
    steps[fresh] = places[fresh]
    steps = (steps << 1) ^ (steps >> 63)
    position = np.arange(len(places)) - np.repeat(begins, counts)
    if kind == POINT:
        sizes = 1 + 2 * counts
        offsets = np.cumsum(sizes) - sizes
        at = np.repeat(offsets, counts) + 1 + 2 * position
    else:
        sizes = 2 + 2 * counts + (kind == POLYGON)
        offsets = np.cumsum(sizes) - sizes
        at = np.repeat(offsets, counts) + 1 + 2 * position + (position > 0)
    out = np.zeros(int(sizes.sum()), np.int64)
    out[at], out[at + 1] = steps[:, 0], steps[:, 1]
    if kind == POINT:
        out[offsets] = 1 | counts << 3
    else:
        out[offsets] = _MOVE_ONE
        out[offsets + 3] = 2 | (counts - 1) << 3
        if kind == POLYGON:
            out[offsets + sizes - 1] = _CLOSE
    return out, np.repeat(owner[begins], sizes)
