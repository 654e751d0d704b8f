"""The sensing part of the sample: stations of every app, their devices, and a year of data.

All of it is invented (see ``simulation``) and marked as sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.errors import Conflict
from guanggu.kernel.observation.public import (
    Datastream,
    Thing,
    bind,
    owned_store,
    remote_store,
)
from guanggu.site.discover import apps
from guanggu.site.environment import Environment
from guanggu.site.simulation.devices import give_devices

if TYPE_CHECKING:
    from guanggu.kernel.observation.public import ObservationStore
    from guanggu.site.simulation.series import Stream

HOURLY_DAYS = 365
MINUTE_DAYS = 3
PARTS = 60  # of the progress bar
ACTOR = platform("sample")


def lay_stations(actor: Actor) -> int:
    """Every app that ships stations lays them (``register.shipped.take_in_sample``)."""
    things: list[Thing] = []
    for app in apps():
        module = f"{app.module}.register.shipped"
        if find_spec(f"{app.module}.register") is None or not _has(module):
            continue
        take_in = getattr(import_module(module), "take_in_sample", None)
        if take_in is not None:
            things += take_in(actor)
    give_devices(actor, things)
    return len(things)


def _has(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # register is a file, not a package
        return False


def sample_streams() -> list[tuple[Stream, str]]:
    """Every datastream of a sample thing that has a rhythm, with its interval."""
    from guanggu.site.simulation.series import Stream, place_of

    rows = Datastream.objects.filter(thing__is_sample=True, every_s__gt=0).values_list(
        "pk",
        "observed_property__key",
        "thing__key",
        "every_s",
        "low",
        "high",
        "interval",
        "properties",
    )
    return [
        (
            Stream(
                pk,
                code,
                place_of(thing),
                every_s,
                low,
                high,
                percent=int(more.get("sample_percent", 100)),
            ),
            interval,
        )
        for pk, code, thing, every_s, low, high, interval, more in rows.order_by("pk")
    ]


def fill(progress: Callable[[int, int], None]) -> int:
    """Hourly and daily streams for a year, quicker ones for the last days; answers how many data."""
    from guanggu.site.simulation.series import batches

    now = clock.now()
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    slow = [s for s, _ in sample_streams() if s.every_s >= 3_600]
    quick = [s for s, _ in sample_streams() if s.every_s < 3_600]
    rows = 0
    with sample_store() as store:
        for streams, days in ((slow, HOURLY_DAYS), (quick, MINUTE_DAYS)):
            start, end = _us(midnight - timedelta(days=days)), _us(now)
            for batch in batches(streams, start, end):
                store.append(batch)
                rows += len(batch)
                done = int(PARTS * (int(batch.times[-1]) - start) / (end - start))
                progress(min(done, PARTS), PARTS)
    progress(PARTS, PARTS)
    return rows


def judge(progress: Callable[[int, int], None]) -> int:
    """Have the apps judge what was filled in (``register.shipped.judge_the_past``)."""
    first = (clock.local(clock.now()) - timedelta(days=HOURLY_DAYS)).date()
    judged = 0
    with sample_store() as store:
        bind(lambda: store)
        for app in apps():
            module = f"{app.module}.register.shipped"
            if find_spec(f"{app.module}.register") is None or not _has(module):
                continue
            judging = getattr(import_module(module), "judge_the_past", None)
            if judging is not None:
                judged += judging(ACTOR, first)
    progress(PARTS, PARTS)
    return judged


def _us(at: datetime) -> int:
    return clock.to_microseconds(at)


@contextmanager
def sample_store() -> Iterator[ObservationStore]:
    """The store of this install: its file, or the ingest process where that runs already."""
    var = Environment.load().var
    with ExitStack() as stack:
        try:
            store: ObservationStore = stack.enter_context(owned_store(var))
        except Conflict:
            store = remote_store(var)
        yield store
