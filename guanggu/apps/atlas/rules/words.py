"""Choices in both languages."""

from __future__ import annotations

from guanggu.base.bilingual import T

COLOURS = {
    "#1f6f8b": T("青", "Teal"),
    "#0b4ca1": T("蓝", "Blue"),
    "#b4151c": T("红", "Red"),
    "#0a6640": T("绿", "Green"),
    "#b26a00": T("橙", "Orange"),
    "#5b3a96": T("紫", "Purple"),
    "#5d6675": T("灰", "Grey"),
}
SYSTEMS = {
    "4490": T("CGCS2000（EPSG:4490）", "CGCS2000 (EPSG:4490)"),
    "4326": T("WGS 84（EPSG:4326）", "WGS 84 (EPSG:4326)"),
    "gcj02": T("GCJ-02（互联网电子地图）", "GCJ-02 (public web maps)"),
}
FORMATS = {
    "geojson": T("GeoJSON 文件", "GeoJSON"),
    "gpkg": T("GeoPackage 文件", "GeoPackage"),
    "shp": T("Shapefile 文件（ZIP）", "Shapefile (ZIP)"),
    "csv": T("CSV 表格", "CSV"),
}
ALL_LAYERS = "*"  # of a file, each as a layer of its own
LAYERS_MAX = 20  # of one file
