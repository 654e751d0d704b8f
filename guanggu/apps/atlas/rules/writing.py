"""Writing features as files, in the reference system that the receiver wants."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from guanggu.standards.gcj_02 import to_gcj_02

Row = tuple[str, Any, dict[str, Any]]  # key, geometry in degrees of CGCS2000, properties


def in_system(geometries: np.ndarray, system: str) -> np.ndarray:
    """system: "4490", "4326" (the same within centimetres) or "gcj02"."""
    return shapely.transform(geometries, to_gcj_02) if system == "gcj02" else geometries


def write(rows: Sequence[Row], kind: str, system: str) -> bytes:
    """The rows as a file of that kind: geojson, gpkg, shp (a ZIP) or csv."""
    shapes = np.array([row[1] for row in rows], dtype=object)
    shapes = in_system(shapes, system) if len(rows) else shapes
    if kind == "geojson":
        return _geojson(rows, shapes, system)
    if kind == "csv":
        return _csv(rows, shapes)
    return _by_gdal(rows, shapes, kind, system)


def _geojson(rows: Sequence[Row], shapes: np.ndarray, system: str) -> bytes:
    parts = [
        b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}'
        % (orjson.dumps(key), shapely.to_geojson(shape).encode(), orjson.dumps(properties))
        for (key, _, properties), shape in zip(rows, shapes, strict=True)
    ]
    # A reader must not take shifted places for true ones.
    note = b'"coordinates":"GCJ-02",' if system == "gcj02" else b""
    return b'{"type":"FeatureCollection",%b"features":[\n%b\n]}\n' % (note, b",\n".join(parts))


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row[2]))


def _csv(rows: Sequence[Row], shapes: np.ndarray) -> bytes:
    names = _names(rows)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["key", *names, "wkt"])
    for (key, _, properties), shape in zip(rows, shapes, strict=True):
        cells = [_cell(properties.get(n)) for n in names]
        writer.writerow([_cell(key), *cells, shapely.to_wkt(shape, rounding_precision=8)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is told that it is text."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return "" if value is None else value


def _by_gdal(rows: Sequence[Row], shapes: np.ndarray, kind: str, system: str) -> bytes:
    from pyogrio import raw

    names = _names(rows)
    columns = [np.array([_flat(row[2].get(n)) for row in rows], dtype=object) for n in names]
    columns.insert(0, np.array([row[0] for row in rows], dtype=object))
    crs = None if system == "gcj02" else f"EPSG:{system}"
    with tempfile.TemporaryDirectory() as folder:
        if kind == "gpkg":
            path = Path(folder) / "features.gpkg"
            raw.write(path, shapely.to_wkb(shapes), columns, ["key", *names], crs=crs,
                      geometry_type="Unknown", driver="GPKG")  # fmt: skip
            return path.read_bytes()
        # A shapefile holds one kind of geometry: one file for each.
        for name, types in {"points": (0, 4), "lines": (1, 5), "areas": (3, 6)}.items():
            chosen = np.isin(shapely.get_type_id(shapes), types)
            if chosen.any():
                multi = {"points": "MultiPoint", "lines": "MultiLineString"}
                one_kind = [shapely.multipoints([s]) if s.geom_type == "Point" else s
                            for s in shapes[chosen]]  # fmt: skip
                raw.write(
                    Path(folder) / f"{name}.shp", shapely.to_wkb(one_kind),
                    [c[chosen] for c in columns], ["key", *names], crs=crs, encoding="UTF-8",
                    geometry_type=multi.get(name, "MultiPolygon"), driver="ESRI Shapefile",
                )  # fmt: skip
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.write(path, path.name)
        return out.getvalue()


def _flat(value: Any) -> str | None:
    return None if value is None else str(value)
