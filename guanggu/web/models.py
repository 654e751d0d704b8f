"""The one table of the web: how often somebody did something within a window of time."""

from __future__ import annotations

from django.db import models


class RateWindow(models.Model):
    """``name`` holds what is limited, a digest of whom, and the number of the window."""

    name = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"
