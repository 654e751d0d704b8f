"""Files of geodata: GeoJSON, CSV, GeoPackage, KML, and Shapefiles in a ZIP.

Everything comes out in degrees of CGCS2000. A file that cannot be read at all raises Invalid with
what to do; a feature that cannot be read is a ``Read`` with its trouble, beside the good ones.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import shapely

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from .judging import Read

FEATURES_MAX = 20_000
UNPACKED_BYTES_MAX = 200 * 1024 * 1024
ENTRIES_MAX = 60
KINDS = (".geojson", ".json", ".csv", ".gpkg", ".kml", ".zip")
_LON = ("lon", "lng", "longitude", "x", "经度")
_LAT = ("lat", "latitude", "y", "纬度")
_WKT = ("wkt", "geometry", "geom", "几何")
_KIND = T(
    "支持 GeoJSON、CSV、GeoPackage、KML 和打包为 ZIP 的 Shapefile。",
    "Give GeoJSON, CSV, GeoPackage, KML or a Shapefile packed as ZIP.",
)
_BROKEN = T("文件无法读取，请确认未损坏：{}", "The file cannot be read; is it whole? {}")
_MANY = T("要素超过 {} 个，请拆分后分次导入。", "More than {} features: split the file.")
_NO_PLACE = T(
    "未找到坐标列：请设“经度”“纬度”两列，或 WKT 列。",
    "No columns of place: name them lon and lat, or wkt.",
)
_UNPACKED = T("压缩包过大或文件过多。", "The archive holds too much.")
_NO_SHP = T(
    "压缩包内没有 .shp 文件，或缺少同名的 .shx、.dbf。",
    "The archive holds no .shp, or not its .shx and .dbf.",
)
_NO_SYSTEM = T(
    "文件没有说明坐标系，坐标又不在经纬度范围内；请补充 .prj 后重试。",
    "The file names no reference system and its numbers are no degrees: add the .prj.",
)


@dataclass(frozen=True)
class File:
    """crs: what the file says of its reference system, for people to read."""

    features: list[Read]
    crs: str


def read_file(name: str, content: bytes) -> File:
    """The features of an uploaded file. Raises Invalid."""
    kind = Path(name).suffix.lower()
    if kind in (".geojson", ".json"):
        found = _geojson(content)
    elif kind == ".csv":
        found = _csv(content)
    elif kind in (".gpkg", ".kml"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"upload{kind}"
            path.write_bytes(content)
            found = _by_gdal(path)
    elif kind == ".zip":
        found = _shapefile(content)
    else:
        raise _refused(_KIND)
    if len(found.features) > FEATURES_MAX:
        raise _refused(_MANY.format(FEATURES_MAX))
    return found


def _refused(reason: T) -> Invalid:
    return Invalid(T("文件未导入。", "The file was not taken in."), fields={"file": reason})


def _geojson(content: bytes) -> File:
    try:
        body = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise _refused(_BROKEN.format(str(error)[:200])) from error
    if isinstance(body, dict) and body.get("type") == "Feature":
        body = {"features": [body]}
    rows = body.get("features") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise _refused(_BROKEN.format("FeatureCollection"))
    if len(rows) > FEATURES_MAX:
        raise _refused(_MANY.format(FEATURES_MAX))
    system = _named_system(body)
    change = _changer(system) if system else None
    found = []
    for number, row in enumerate(rows, 1):
        one = _geojson_feature(number, row)
        if change is not None and one.geometry is not None:
            one = Read(number, shapely.transform(one.geometry, change), one.properties)
        found.append(one)
    return File(found, system or "CRS84")


def _named_system(body: Any) -> str:
    """The old member ``crs`` that GDAL still writes for other systems than degrees."""
    crs = body.get("crs")
    name = crs.get("properties", {}).get("name", "") if isinstance(crs, dict) else ""
    if not isinstance(name, str) or name.endswith(("CRS84", ":4326", ":4490", "/4490")):
        return ""
    return name[:120]


def _geojson_feature(number: int, row: Any) -> Read:
    properties = row.get("properties") if isinstance(row, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    if not isinstance(row, dict) or row.get("type") != "Feature":
        return Read(number, None, properties, T("不是 Feature 对象", "It is no Feature"))
    if row.get("geometry") is None:
        return Read(number, None, properties)
    try:
        geometry = shapely.from_geojson(orjson.dumps(row["geometry"]))
    except (shapely.errors.ShapelyError, TypeError) as error:
        text = T("几何无法识别：{}", "Its geometry cannot be read: {}").format(str(error)[:120])
        return Read(number, None, properties, text)
    return Read(number, geometry, properties)


def decoded(content: bytes) -> str:
    """Text of a sheet from this country: UTF-8, else GB 18030. Raises Invalid."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(T("文字编码应为 UTF-8 或 GBK。", "The text must be UTF-8 or GBK."))


def _column(header: list[str], names: tuple[str, ...]) -> str | None:
    return next((h for h in header if h.strip().lower() in names), None)


def _csv(content: bytes) -> File:
    reader = csv.DictReader(io.StringIO(decoded(content)))
    header = list(reader.fieldnames or [])
    lon, lat, wkt = _column(header, _LON), _column(header, _LAT), _column(header, _WKT)
    if not (wkt or (lon and lat)):
        raise _refused(_NO_PLACE)
    found = []
    for number, row in enumerate(reader, 1):
        if number > FEATURES_MAX:
            raise _refused(_MANY.format(FEATURES_MAX))
        properties = {k: v for k, v in row.items() if k and k not in (lon, lat, wkt)}
        try:
            if wkt:
                geometry = shapely.from_wkt(row[wkt] or "")
            else:
                geometry = shapely.Point(float(row[lon or ""]), float(row[lat or ""]))
        except (ValueError, TypeError, shapely.errors.ShapelyError):
            text = T("坐标无法识别", "Its place cannot be read")
            found.append(Read(number, None, properties, text))
            continue
        found.append(Read(number, geometry, properties))
    return File(found, "CRS84")


def _shapefile(content: bytes) -> File:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = [e for e in archive.infolist() if not e.is_dir()]
    except zipfile.BadZipFile as error:
        raise _refused(_BROKEN.format("ZIP")) from error
    if len(entries) > ENTRIES_MAX or sum(e.file_size for e in entries) > UNPACKED_BYTES_MAX:
        raise _refused(_UNPACKED)
    # The first shapefile of the archive; names of ours, so that none leads out of the folder.
    shp = next((e for e in entries if e.filename.lower().endswith(".shp")), None)
    parts = {
        Path(e.filename).suffix.lower(): e
        for e in entries
        if shp is not None and e.filename[:-4].lower() == shp.filename[:-4].lower()
    }
    if not {".shp", ".shx", ".dbf"} <= set(parts):
        raise _refused(_NO_SHP)
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            if suffix in parts:
                try:
                    held = archive.read(parts[suffix])
                except (zipfile.BadZipFile, RuntimeError, OSError) as error:
                    raise _refused(_BROKEN.format(str(error)[:120])) from error
                (Path(folder) / f"upload{suffix}").write_bytes(held)
        encoding = None if ".cpg" in parts else _dbf_encoding(Path(folder) / "upload.dbf")
        return _by_gdal(Path(folder) / "upload.shp", encoding)


def _dbf_encoding(path: Path) -> str:
    """A DBF without .cpg: UTF-8 where its text can be that, else the country's own."""
    body = path.read_bytes()
    start = int.from_bytes(body[8:10], "little")
    head = body[32:start]
    try:
        (head + body[start:]).decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _by_gdal(path: Path, encoding: str | None = None) -> File:
    import pyogrio
    from pyogrio import raw

    try:
        meta, _, shapes, columns = raw.read(
            path, layer=0, max_features=FEATURES_MAX + 1, encoding=encoding, force_2d=True
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError,
            ValueError) as error:  # fmt: skip
        raise _refused(_BROKEN.format(type(error).__name__)) from error
    system = meta["crs"] or ""
    names = list(meta["fields"])
    found = list(_rows(shapes, names, columns))
    if system:
        change = _changer(system)
        if change is not None:
            found = [
                Read(r.number, r.geometry and shapely.transform(r.geometry, change), r.properties,
                     r.trouble)
                for r in found
            ]  # fmt: skip
    elif any(r.geometry is not None and _is_no_degree(r.geometry) for r in found):
        raise _refused(_NO_SYSTEM)
    return File(found, str(system)[:120] or "-")


def _is_no_degree(geometry: Any) -> bool:
    at = shapely.get_coordinates(geometry)
    return bool(len(at)) and bool((abs(at[:, 0]) > 180).any() or (abs(at[:, 1]) > 90).any())


def _rows(shapes: Any, names: list[str], columns: Any) -> Iterator[Read]:
    for number, shape in enumerate(shapes, 1):
        properties = {n: c[number - 1] for n, c in zip(names, columns, strict=True)}
        if shape is None:
            yield Read(number, None, properties)
            continue
        try:
            yield Read(number, shapely.from_wkb(shape), properties)
        except shapely.errors.ShapelyError as error:
            text = T("几何无法识别：{}", "Its geometry cannot be read: {}").format(str(error)[:120])
            yield Read(number, None, properties, text)


def _changer(system: str) -> Any:
    """From the named system to degrees of CGCS2000; None where the numbers stay. Raises Invalid."""
    import numpy as np
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    try:
        crs = CRS.from_user_input(system)
        if crs.to_epsg() in (4490, 4326) or crs.name.endswith("(CRS84)"):
            return None
        change = Transformer.from_crs(crs, "EPSG:4490", always_xy=True).transform
    except ProjError as error:
        raise _refused(
            T("不认识的坐标系：{}", "Unknown reference system: {}").format(system[:80])
        ) from error
    return lambda at: np.column_stack(change(at[:, 0], at[:, 1]))
