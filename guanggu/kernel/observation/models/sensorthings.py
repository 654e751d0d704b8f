"""What OGC SensorThings 1.1 (18-088 clause 8.2, 9.5) keeps beside things, sensors and datastreams.

In 2.0 (OGC 23-019) Location and HistoricalLocation stay, FeatureOfInterest becomes Feature with
types of its own, and a MultiDatastream becomes a Datastream whose result type is a record of
fields: its parts are kept as datastreams here, so that nothing has to move then.
"""

from __future__ import annotations

from django.db import models

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import GeometryField
from guanggu.kernel.identity.public import Account, Post
from guanggu.kernel.register.public import Record

from .sensing import Datastream, Sensor, Thing

GEOJSON = "application/geo+json"


class Location(Record):
    """Where things are or were. The last one of a thing is also the ``geometry`` of the thing."""

    collection = "locations"

    name = models.CharField(T("名称", "Name"), max_length=200)
    description = models.CharField(T("说明", "Description"), max_length=400, blank=True)
    encoding_type = models.CharField(T("编码格式", "Encoding"), max_length=80, default=GEOJSON)
    geometry = GeometryField(T("位置", "Location"))
    properties = models.JSONField(T("属性", "Properties"), default=dict, blank=True)
    things = models.ManyToManyField(Thing, related_name="locations", blank=True)

    class Meta:
        verbose_name = T("位置", "Location")


class HistoricalLocation(Record):
    """From ``at`` on the thing was at these locations, until its next one."""

    collection = "historical_locations"

    thing = models.ForeignKey(
        Thing, models.PROTECT, related_name="historical_locations",
        verbose_name=T("监测设施", "Thing"),
    )  # fmt: skip
    at = models.DateTimeField(T("时间", "Time"))
    locations = models.ManyToManyField(Location, related_name="historical_locations", blank=True)

    class Meta:
        verbose_name = T("历史位置", "Historical location")
        indexes = [models.Index(fields=["thing", "at"])]


class FeatureOfInterest(Record):
    """What an observation tells of. One stands for each location of a thing (``location``);
    an observation that names none is of the feature where its thing was at the time."""

    collection = "features_of_interest"

    name = models.CharField(T("名称", "Name"), max_length=200)
    description = models.CharField(T("说明", "Description"), max_length=400, blank=True)
    encoding_type = models.CharField(T("编码格式", "Encoding"), max_length=80, default=GEOJSON)
    geometry = GeometryField(T("几何", "Geometry"))
    properties = models.JSONField(T("属性", "Properties"), default=dict, blank=True)
    location = models.OneToOneField(
        Location, models.PROTECT, null=True, blank=True, related_name="feature_of_interest",
        verbose_name=T("对应位置", "Its location"),
    )  # fmt: skip
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=False)

    class Meta:
        verbose_name = T("观测对象", "Feature of interest")


class MultiDatastream(Record):
    """Several datastreams of one thing whose results at one instant are told as one observation."""

    collection = "multi_datastreams"

    name = models.CharField(T("名称", "Name"), max_length=200)
    description = models.CharField(T("说明", "Description"), max_length=400, blank=True)
    thing = models.ForeignKey(
        Thing, models.PROTECT, related_name="multi_datastreams",
        verbose_name=T("监测设施", "Thing"),
    )  # fmt: skip
    sensor = models.ForeignKey(
        Sensor, models.PROTECT, related_name="multi_datastreams",
        verbose_name=T("传感器", "Sensor"),
    )  # fmt: skip
    is_public = models.BooleanField(T("向社会公开", "Open to the public"), default=False)
    properties = models.JSONField(T("属性", "Properties"), default=dict, blank=True)

    class Meta:
        verbose_name = T("多参数数据流", "Multi-datastream")


class MultiDatastreamPart(models.Model):
    """One place in the result. is_own: the datastream was made for it and is not listed apart."""

    multi = models.ForeignKey(MultiDatastream, models.CASCADE, related_name="parts")
    datastream = models.ForeignKey(Datastream, models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField()
    is_own = models.BooleanField(default=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["multi", "position"], name="observation_one_part")
        ]

    def __str__(self) -> str:
        return f"{self.multi} · {self.position}"


class AccessKey(Record):
    """With it a program acts as an official in his post, as long as he holds that post.

    Only the digest of the secret is kept; SHA-256 without salt suffices for 256 random bits.
    """

    collection = "access_keys"

    name = models.CharField(T("用途", "Purpose"), max_length=200)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=T("责任人", "Account")
    )
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name=T("岗位", "Post"))
    digest = models.CharField(max_length=64, editable=False)
    revoked_at = models.DateTimeField(T("停用时间", "Revoked"), null=True, blank=True)

    class Meta:
        verbose_name = T("接口密钥", "Access key")
