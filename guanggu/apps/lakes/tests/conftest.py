"""Fixtures of the lakes' tests: a district with the sample lakes, people, and data in the store."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from guanggu.apps.lakes.models import Lake
from guanggu.apps.lakes.register.shipped import take_in_sample
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.models import Organisation
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.observation.public import Batch, Datastream, observations

MORNING = datetime(2026, 6, 10, 9, tzinfo=clock.DISTRICT_ZONE)
GOOD = {
    "w01010": 24.0, "w01001": 7.8, "w01009": 7.9, "w01014": 320.0, "w01003": 8.0, "w01019": 3.5,
    "w21003": 0.3, "w21011": 0.04, "w21001": 1.2, "w01016": 12.0, "secchi_depth": 1.1,
    "water_level": 18.2, "rain": 0.0,
}  # fmt: skip


@pytest.fixture
def june():
    with clock.fixed_at(MORNING):
        yield


def lay_lakes() -> Organisation:
    """The eight sample lakes; answers their bureau."""
    bureau = an_organisation("生态环境和水务湖泊局", code="wehdz-hsj")
    take_in_sample(platform("tests"), history=False)
    return bureau


@pytest.fixture(scope="module")
def laid_lakes(lay_once):
    """Once for all tests of a file; those that commit lay them down for each."""
    with clock.fixed_at(MORNING):
        return lay_once(lay_lakes).value


@pytest.fixture
def bureau(june, laid_lakes, db):
    return laid_lakes


@pytest.fixture
def lakes(bureau):
    return {lake.key: lake for lake in Lake.objects.order_by("key")}


@pytest.fixture
def people(bureau):
    street = an_organisation("豹澥街道社区", "community", code="street-1")
    return {
        "patrol": an_official(bureau, ["patrol"], "巡湖员"),
        "other_patrol": an_official(bureau, ["patrol"], "复核员"),
        "enforce": an_official(bureau, ["enforce"], "派单员"),
        "monitor": an_official(bureau, ["monitor"], "监测员"),
        "street": an_official(street, ["receive"], "社区干部"),
        "stranger": an_official(street, ["draft"], "无关人员"),
    }


@pytest.fixture
def fill(lakes):
    """``fill("L-01", days=3, w21011=0.3)``: hourly data of all stations of the lake until now."""

    def filled(key: str, days: int = 3, **changed: float) -> None:
        hours = days * 24
        end = clock.to_microseconds(clock.now().replace(minute=0, second=0, microsecond=0))
        times = end - np.arange(hours)[::-1] * 3_600_000_000
        parts = []
        for stream in Datastream.objects.filter(thing__key__startswith=key).select_related(
            "observed_property"
        ):
            code = stream.observed_property.key
            wave = 1 + 0.002 * np.sin(np.arange(hours) / 5)
            value = np.full(hours, changed.get(code, GOOD[code])) * wave
            parts.append(Batch.of(np.full(hours, stream.pk), times, value))
        observations().append(Batch.joined(parts))

    return filled


def days_ago(count: int) -> datetime:
    return clock.now() - timedelta(days=count)
