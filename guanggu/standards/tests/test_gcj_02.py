"""GCJ-02 against the published example of the field, there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards.gcj_02 import from_gcj_02, to_gcj_02

# The example in the documentation of the widely used library coordtransform.
EXAMPLE = (116.404, 39.915), (116.410_244_499_169_38, 39.916_404_281_501_64)


def test_the_published_example_comes_out() -> None:
    given_, expected = EXAMPLE
    assert to_gcj_02(np.array([given_]))[0] == pytest.approx(expected, abs=1e-12)


@given(st.floats(73, 135), st.floats(4, 53))
def test_the_way_back_is_exact(lon: float, lat: float) -> None:
    place = np.array([[lon, lat]])
    back = from_gcj_02(to_gcj_02(place))
    assert back == pytest.approx(place, abs=1e-11)


def test_wuhan_is_moved_by_some_five_hundred_metres() -> None:
    moved = (to_gcj_02(np.array([[114.4, 30.5]])) - [114.4, 30.5])[0]
    metres = np.hypot(moved[0] * 111_320 * np.cos(np.radians(30.5)), moved[1] * 110_900)
    assert 300 < metres < 800


def test_beyond_china_nothing_is_moved() -> None:
    paris = np.array([[2.35, 48.85], [-70.0, -33.0]])
    assert (to_gcj_02(paris) == paris).all()
    assert (from_gcj_02(paris) == paris).all()
    assert from_gcj_02(np.empty((0, 2))).shape == (0, 2)
