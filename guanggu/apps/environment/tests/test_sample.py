"""The shipped sample: laid once, marked as such, each station with its datastreams."""

from __future__ import annotations

import pytest

from guanggu.apps.environment.models import Outlet, PermittedAmount, PollutionSource, Station
from guanggu.apps.environment.register.shipped import take_in_sample
from guanggu.base.actor import platform
from guanggu.kernel.observation.public import Datastream, Thing

pytestmark = pytest.mark.django_db


def test_the_sample_is_laid_once_however_often_it_is_asked_for():
    things = take_in_sample(platform("sample"))
    assert Station.objects.count() == 27
    assert PollutionSource.objects.count() == 20
    assert len(things) == 27 + Outlet.objects.count()
    streams = Datastream.objects.count()
    again = take_in_sample(platform("sample"), key="again")
    assert [t.key for t in again] == [t.key for t in things]
    assert Datastream.objects.count() == streams


def test_everything_of_the_sample_says_that_it_is_one():
    take_in_sample(platform("sample"))
    for model in (Station, PollutionSource, Outlet, Thing):
        assert not model.objects.filter(is_sample=False).exists()
    assert PermittedAmount.objects.filter(annual_t__gt=0).count() == PermittedAmount.objects.count()


def test_every_stream_has_a_unit_a_range_and_an_interval():
    take_in_sample(platform("sample"))
    for stream in Datastream.objects.all():
        assert stream.unit
        assert stream.low is not None
        assert stream.high is not None
        assert stream.low < stream.high
        assert stream.every_s in (300, 3600)
