"""Geometry as a value of a record."""

from __future__ import annotations

import pytest
import shapely

from guanggu.base.actor import platform
from guanggu.kernel.feature.geometry import geometry_of
from guanggu.kernel.journal.public import verify
from guanggu.kernel.observation.models import Thing
from guanggu.kernel.register.public import guard_records, save_record


@pytest.mark.django_db
def test_a_geometry_comes_back_as_it_was_saved_and_is_proved_by_the_journal():
    from django.db import transaction

    guard_records(Thing)
    thing = Thing(key="T-1", name="站", kind="station", geometry="POINT (114.4 30.5)")
    with transaction.atomic():
        save_record(platform("test"), thing, "things.created")
    assert Thing.objects.get(key="T-1").geometry == shapely.Point(114.4, 30.5)
    assert verify().is_sound


@pytest.mark.parametrize("text", ["POINT (1", "{}", '{"type": "Point"}', "x"])
def test_what_is_no_geometry_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        geometry_of(text)
