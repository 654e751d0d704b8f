"""Geometry as a value of a record: WKB in the database, Shapely in Python, WKT in the journal.

Coordinates are longitude and latitude in degrees of CGCS2000 (EPSG:4490), the national system
(GB 22021-2008); the difference to WGS 84 lies within centimetres and is not corrected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from guanggu.base.bilingual import T

# Shapely brings numpy along: only processes that meet a geometry pay for it.
if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SRID = 4490
_NO_GEOMETRY = T(
    "不是可识别的几何：请填写 WKT（如 POINT (114.4 30.5)）或 GeoJSON，坐标为经度、纬度。",
    "Not a geometry: give WKT (such as POINT (114.4 30.5)) or GeoJSON, longitude before latitude.",
)


def geometry_of(value: Any) -> BaseGeometry | None:
    """From a geometry, WKB, WKT or GeoJSON. Raises ValueError for anything else."""
    if value is None or value == "":
        return None
    import shapely
    from shapely.geometry import shape
    from shapely.geometry.base import BaseGeometry

    if isinstance(value, BaseGeometry):
        return value
    if isinstance(value, bytes | memoryview):
        return shapely.from_wkb(bytes(value))
    try:
        if isinstance(value, dict):
            return shape(value)
        if isinstance(value, str):
            text = value.strip()
            return shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
    except (shapely.errors.ShapelyError, AttributeError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    raise ValueError(f"not a geometry: {type(value).__name__}")


class GeometryField(models.BinaryField):
    """A geometry of the record; None where nobody has surveyed it."""

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> BaseGeometry | None:
        return geometry_of(value)

    def to_python(self, value: Any) -> BaseGeometry | None:
        try:
            return geometry_of(value)
        except ValueError as error:
            raise ValidationError(_NO_GEOMETRY) from error

    def get_prep_value(self, value: Any) -> bytes | None:
        geometry = geometry_of(value)
        if geometry is None:
            return None
        import shapely

        return shapely.to_wkb(geometry, byte_order=1)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(self.get_prep_value(value), connection, prepared=True)

    def value_to_string(self, obj: models.Model) -> str:
        geometry: BaseGeometry | None = self.value_from_object(obj)  # type: ignore[assignment]
        return "" if geometry is None else geometry.wkt
