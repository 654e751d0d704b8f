"""Features as they are searched: a copy of each record's geometry and properties, by layer.

The record is the truth; these rows are made from it in the transaction of its change and can be
made anew at any time (``rebuild``). The index over their places is the engine's own table, see
``store``.
"""

from __future__ import annotations

from django.db import models


class LayerIndex(models.Model):
    """One layer as it stands in the database. engine: which index holds its places."""

    name = models.CharField(max_length=80, unique=True)
    engine = models.CharField(max_length=10)
    version = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class Feature(models.Model):
    """One feature. shape: WKB; properties: JSON text; minzoom: from which zoom on it is drawn.

    west to north: its box in degrees; valid_from, valid_until: as the record says.
    """

    layer = models.ForeignKey(LayerIndex, models.CASCADE, db_index=False)
    key = models.CharField(max_length=64)
    properties = models.TextField()
    shape = models.BinaryField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    minzoom = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "key"], name="feature_one_key"),
        ]
        indexes = [models.Index(fields=["layer", "id"], name="feature_in_order")]

    def __str__(self) -> str:
        return self.key
