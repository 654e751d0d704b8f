"""Enrolled devices on the map."""

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Layer, layer

from .models import FleetDevice
from .queries import VIEW

layer(
    Layer(
        model=FleetDevice,
        title=T("物联设备", "Devices"),
        view=VIEW,
        properties=("name", "address"),
        colour="#5b3a96",
        order=60,
    )
)
