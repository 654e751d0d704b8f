"""Layers that people bring in, and their features."""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import GeometryField
from guanggu.kernel.register.public import Record

from .rules.words import COLOURS


class UserLayer(Record):
    """A layer brought in from a file. Until it is published, its owner and the keepers of the map
    see it alone. owner: ref of the account that brought it in."""

    collection = "user_layers"

    name = models.CharField(T("图层名称", "Name"), max_length=80)
    name_en = models.CharField(T("英文名称", "English name"), max_length=80, blank=True)
    description = models.CharField(T("说明", "Description"), max_length=400, blank=True)
    colour = models.CharField(
        T("颜色", "Colour"), max_length=7, choices=list(COLOURS.items()), default="#1f6f8b"
    )
    owner = models.CharField(T("导入账户", "Account"), max_length=120, editable=False)
    owner_name = models.CharField(
        T("导入人", "Brought in by"), max_length=120, blank=True, editable=False
    )
    file_name = models.CharField(T("来源文件", "File"), max_length=200, blank=True, editable=False)
    file_crs = models.CharField(
        T("原坐标系", "Its reference system"), max_length=120, blank=True, editable=False
    )
    refused: models.JSONField = models.JSONField(
        T("未导入的要素", "Features left out"), default=list, blank=True, editable=False
    )
    is_published = models.BooleanField(
        T("已发布", "Published"), default=False, editable=False, db_index=True
    )
    is_sample = models.BooleanField(T("示例数据", "Sample"), default=False, editable=False)

    class Meta:
        verbose_name = T("自建图层", "Layer brought in")


class UserFeature(Record):
    """A feature of such a layer, with whatever properties its file gave it."""

    collection = "user_features"

    layer = models.ForeignKey(
        UserLayer, models.PROTECT, related_name="features", verbose_name=T("图层", "Layer")
    )
    name = models.CharField(T("名称", "Name"), max_length=200, blank=True)
    geometry = GeometryField(T("几何", "Geometry"))
    properties: models.JSONField = models.JSONField(
        T("属性", "Properties"), default=dict, blank=True
    )

    class Meta:
        verbose_name = T("自建图层要素", "Feature brought in")
