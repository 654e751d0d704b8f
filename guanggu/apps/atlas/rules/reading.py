"""Files of geodata: GeoJSON, CSV, GeoPackage, KML, and Shapefiles in a ZIP.

A GeoPackage, a KML and a ZIP may hold several layers: ``read_layers`` reads the chosen one or all.
Everything comes out in degrees of CGCS2000. A file that cannot be read at all raises Invalid with
what to do; a feature that cannot be read is a ``Read`` with its trouble, beside the good ones.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import shapely

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from .judging import Read
from .words import ALL_LAYERS as ALL
from .words import LAYERS_MAX

FEATURES_MAX = 20_000
UNPACKED_BYTES_MAX = 200 * 1024 * 1024
ENTRIES_MAX = 60
KINDS = (".geojson", ".json", ".csv", ".gpkg", ".kml", ".zip")
_WITHIN = (".gpkg", ".kml", ".geojson", ".json", ".csv")  # what a ZIP without shapefiles may hold
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
_EMPTY = T("文件中没有带几何的图层。", "The file holds no layer with places.")
_SEVERAL = T(
    "文件含 {} 个图层：{}。请选择要导入的图层，并重新选择文件。",
    "The file holds {} layers: {}. Choose which to bring in, and the file again.",
)
_NO_SYSTEM = T(
    "文件没有说明坐标系，坐标又不在经纬度范围内；请补充 .prj 后重试。",
    "The file names no reference system and its numbers are no degrees: add the .prj.",
)


@dataclass(frozen=True)
class File:
    """crs: what the file says of its reference system, for people to read; layer: its name in a
    file that holds several, else empty."""

    features: list[Read]
    crs: str
    layer: str = ""


class Several(Invalid):
    """The file holds more than one layer and none was chosen. names: theirs."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        text = _SEVERAL.format(len(names), "、".join(names))
        super().__init__(text, fields={"layer": text})


@dataclass(frozen=True)
class _Source:
    """A layer that a file holds, and how to read it."""

    name: str
    read: Callable[[], File]


def read_layers(name: str, content: bytes, chosen: str = "") -> list[File]:
    """The layers of an uploaded file: the chosen one, all for ``ALL``, else the only one.

    Raises Several where it has to be chosen, Invalid.
    """
    with tempfile.TemporaryDirectory() as folder:
        sources = _sources(Path(name).suffix.lower(), content, Path(folder))
        names = [source.name for source in sources]
        if chosen and chosen != ALL:
            sources = [source for source in sources if source.name == chosen]
            if not sources:
                raise Several(names)
        if len(sources) > 1 and chosen != ALL:
            raise Several(names)
        found = [source.read() for source in sources]
    if sum(len(file.features) for file in found) > FEATURES_MAX:
        raise _refused(_MANY.format(FEATURES_MAX))
    if len(names) == 1:
        return found
    return [
        File(file.features, file.crs, source.name)
        for file, source in zip(found, sources, strict=True)
    ]


def read_file(name: str, content: bytes) -> File:
    """The first layer of a file. Raises Invalid."""
    try:
        return read_layers(name, content)[0]
    except Several as several:
        return read_layers(name, content, several.names[0])[0]


def _sources(kind: str, content: bytes, folder: Path) -> list[_Source]:
    if kind in (".geojson", ".json"):
        return [_Source("", lambda: _geojson(content))]
    if kind == ".csv":
        return [_Source("", lambda: _csv(content))]
    if kind in (".gpkg", ".kml"):
        path = folder / f"upload{kind}"
        path.write_bytes(content)
        return _of_gdal(path)
    if kind == ".zip":
        return _of_archive(content, folder)
    raise _refused(_KIND)


def _of_gdal(path: Path) -> list[_Source]:
    """The layers with places of a GeoPackage or KML; tables without any are left out."""
    import pyogrio

    try:
        rows = pyogrio.list_layers(path)
    except (pyogrio.errors.DataSourceError, UnicodeDecodeError, ValueError) as error:
        raise _refused(_BROKEN.format(type(error).__name__)) from error
    names = [str(name) for name, geometry in rows if geometry is not None][:LAYERS_MAX]
    if not names:
        raise _refused(_EMPTY)
    return [_Source(name, partial(_by_gdal, path, layer=name)) for name in names]


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


def _of_archive(content: bytes, folder: Path) -> list[_Source]:
    """The shapefiles of a ZIP; without any, the one file of another kind that it holds."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = [e for e in archive.infolist() if not e.is_dir()]
    except zipfile.BadZipFile as error:
        raise _refused(_BROKEN.format("ZIP")) from error
    if len(entries) > ENTRIES_MAX or sum(e.file_size for e in entries) > UNPACKED_BYTES_MAX:
        raise _refused(_UNPACKED)
    shapes = [e for e in entries if e.filename.lower().endswith(".shp")]
    others = [e for e in entries if Path(e.filename).suffix.lower() in _WITHIN]
    if not shapes and len(others) == 1:
        kind = Path(others[0].filename).suffix.lower()
        return _sources(kind, _unpacked(archive, others[0]), folder)
    found: dict[str, _Source] = {}
    for number, shp in enumerate(shapes, 1):
        name = Path(shp.filename).stem
        name = f"{name} ({number})" if name in found else name
        # Names of ours on the disk, so that none leads out of the folder.
        found[name] = _Source(name, partial(_shapefile, archive, shp, folder / str(number)))
    if not found:
        raise _refused(_NO_SHP)
    return list(found.values())


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, RuntimeError, OSError) as error:
        raise _refused(_BROKEN.format(str(error)[:120])) from error


def _shapefile(archive: zipfile.ZipFile, shp: zipfile.ZipInfo, folder: Path) -> File:
    parts = {
        Path(e.filename).suffix.lower(): e
        for e in archive.infolist()
        if e.filename[:-4].lower() == shp.filename[:-4].lower()
    }
    if not {".shp", ".shx", ".dbf"} <= set(parts):
        raise _refused(_NO_SHP)
    folder.mkdir()
    for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        if suffix in parts:
            (folder / f"upload{suffix}").write_bytes(_unpacked(archive, parts[suffix]))
    encoding = None if ".cpg" in parts else _dbf_encoding(folder / "upload.dbf")
    return _by_gdal(folder / "upload.shp", encoding)


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


def _by_gdal(path: Path, encoding: str | None = None, layer: str | int = 0) -> File:
    import pyogrio
    from pyogrio import raw

    try:
        meta, _, shapes, columns = raw.read(
            path, layer=layer, max_features=FEATURES_MAX + 1, encoding=encoding, force_2d=True
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
