"""What the worker does for the economy: computing anew what changed, and reading files."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.storage import default_storage

from guanggu.base.actor import platform
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import Event, enqueue, job, recurring, subscribe

from .actions.computing import refresh
from .actions.exchanging import take_in
from .actions.laying import lay_series
from .models import EconomicSeries, SdmxUpload


@subscribe(
    "macro_economy.figures",
    kinds=("indicator.values_entered", "indicator.created", "indicator.changed"),
)
def compute_what_changed(events: Sequence[Event]) -> None:
    """A series whose figures changed is computed anew; what did not change costs one look."""
    keys = {
        Ref.parse(event.subject).key.partition("~")[0]
        for event in events
        if event.subject.startswith(("indicators/", "indicator_values/"))
    }
    found = EconomicSeries.objects.filter(indicator__key__in=keys).order_by("rank")
    for key in found.values_list("key", flat=True):
        enqueue("macro_economy.refresh", series=key)


@job("macro_economy.refresh")
def refresh_one(series: str) -> None:
    if EconomicSeries.objects.filter(key=series).exists():
        refresh(series)


@job("macro_economy.read_upload")
def read_upload(upload: str, stored: str) -> None:
    """The content is taken out of the store once it is read; the file's digest stays known."""
    if SdmxUpload.objects.filter(key=upload, state="waiting").exists():
        with default_storage.open(stored) as file:
            take_in(upload, file.read())
    default_storage.delete(stored)


@recurring("macro_economy.ship", every_seconds=24 * 3600)
def ship_series() -> int:
    """The series that come with the house, once."""
    if EconomicSeries.objects.exists():
        return 0
    return lay_series(platform("macro_economy"))["series"]
