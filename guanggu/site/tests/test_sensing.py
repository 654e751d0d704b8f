"""The sensing part of the sample: devices for its stations, and their data in the store."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from guanggu.base.actor import platform
from guanggu.base.clock import fixed_at
from guanggu.kernel.observation.public import (
    Device,
    StreamSpec,
    Thing,
    declare_station,
    observations,
    rotate_key,
)
from guanggu.site.sample import sensing
from guanggu.site.simulation.devices import give_devices, has_sample_key, sample_key

ACTOR = platform("sample")


@pytest.fixture
def station(db):
    declare_station(
        ACTOR, key="AQ-T", name="试验站", kind="air_station", is_sample=True,
        streams=[StreamSpec("a34004", "hour", "ug/m3", every_s=3_600, name="细颗粒物")],
    )  # fmt: skip
    return Thing.objects.get(key="AQ-T")


def test_each_sample_station_gets_one_device_with_its_keys(station) -> None:
    (made,) = give_devices(ACTOR, [station])
    assert (made.protocol, made.is_sample) == ("hj212", True)
    assert give_devices(ACTOR, [station]) == []
    assert has_sample_key(made)
    rotate_key(ACTOR, device=made.key)
    assert not has_sample_key(Device.objects.get())
    assert made.secret.password_sealed
    assert sample_key(made.key) == sample_key(made.key) != sample_key("another")
    assert Device.objects.count() == 1


def test_a_year_of_data_is_laid_down(station, monkeypatch) -> None:
    @contextmanager
    def memory():
        yield observations()

    monkeypatch.setattr(sensing, "sample_store", memory)
    shown: list[int] = []
    with fixed_at(datetime(2026, 5, 1, 4, tzinfo=UTC)):
        rows = sensing.fill(lambda done, whole: shown.append(done))
    assert 0.9 * 365 * 24 < rows <= 366 * 24
    assert shown[-1] == sensing.PARTS
