"""Two air stations, a lake station and a noise station with a few data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.observation.public import Batch, Datastream, observations
from guanggu.kernel.observation.sensorthings.public import issue_key
from guanggu.web.ngsi_ld.tests.receiving import Receiver, receiver
from guanggu.web.ngsi_ld.tests.town import HOUR, START, lay_town
from guanggu.web.sensorthings.tests.worlds import Service


@pytest.fixture
def town(db: Any) -> dict[str, int]:
    """Datastream numbers by "station attribute code"."""
    lay_town()
    streams = {
        f"{s.thing.key} {s.observed_property.key}": s.pk
        for s in Datastream.objects.select_related("thing", "observed_property")
    }
    rows = [
        (number, START + n * HOUR, 10.0 * place + n)
        for place, number in enumerate(streams[name] for name in sorted(streams))
        for n in range(5)
    ]
    numbers, times, results = zip(*rows, strict=True)
    observations().append(Batch.of(numbers, times, results))
    return streams


@pytest.fixture
def official(db: Any) -> Service:
    actor = an_official(roles=["monitor"], name="监测员")
    return Service(issue_key(actor, name="ngsi")["token"], actor)


@pytest.fixture
def listening(settings: Any) -> Iterator[Receiver]:
    with receiver() as made:
        settings.GUANGGU_NOTIFY_HOSTS = [made.host]
        yield made
