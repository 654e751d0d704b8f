"""What a basin holds at a level: more with every rise, nothing apart from the lake."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.lakes.rules.basins import Basin, Holding, at_level, level_for
from guanggu.apps.lakes.rules.inventing import invent


def a_basin(heights, cell_m=100.0):
    rows, columns = np.asarray(heights).shape
    cm = [round(v * 100) for v in np.asarray(heights).ravel()]
    return Basin.of({"west": 114.4, "south": 30.4, "cell_m": cell_m, "columns": columns,
                     "rows": rows, "heights_cm": cm})  # fmt: skip


BOX = [[9, 9, 9, 9], [9, 1, 2, 9], [9, 9, 9, 9]]


def test_a_box_holds_area_times_depth():
    held = a_basin(BOX).holding(3.0)
    assert held.area_km2 == pytest.approx(2 * 100 * 100 / 1e6)
    assert held.volume == pytest.approx((2 + 1) * 100 * 100 / 1e4)


def test_a_hollow_beside_the_lake_stays_dry_until_the_water_goes_over_the_bank():
    two = [[9, 9, 9, 9, 9], [9, 1, 5, 2, 9], [9, 9, 9, 9, 9]]
    assert a_basin(two).wet(4.0).sum() == 1
    assert a_basin(two).wet(6.0).sum() == 3


@pytest.mark.parametrize(
    "grid",
    [{}, {"columns": 3}, {"west": 1, "south": 1, "cell_m": 1, "columns": 3, "rows": 3, "heights_cm": [1]},
     {"west": 1, "south": 1, "cell_m": 0, "columns": 3, "rows": 3, "heights_cm": [1] * 9}, "x"],
)  # fmt: skip
def test_what_is_no_grid_is_refused(grid):
    with pytest.raises(ValueError, match="grid"):
        Basin.of(grid)


@given(
    st.lists(st.integers(-500, 900), min_size=16, max_size=16), st.floats(-4, 12), st.floats(0, 3)
)
def test_a_higher_level_never_holds_less(heights, level, rise):
    basin = a_basin(np.array(heights).reshape(4, 4) / 100)
    low, high = basin.holding(level), basin.holding(level + rise)
    assert high.volume >= low.volume
    assert high.area_km2 >= low.area_km2


@given(st.floats(-5, 30))
def test_a_volume_leads_back_to_its_level(level):
    curve = a_basin(BOX).curve(8.0)
    held = at_level(curve, min(max(level, 1.2), 8.0))
    assert level_for(curve, held.volume) == pytest.approx(held.level_m, abs=1e-6)


def test_an_empty_curve_is_refused():
    with pytest.raises(ValueError, match="empty"):
        at_level([], 1.0)
    assert at_level([Holding(1, 2, 3)], 9.0) == Holding(9.0, 2.0, 3.0)


@pytest.mark.parametrize(("area", "seed"), [(47.6, 1), (7.6, 2), (0.9, 3)])
def test_an_invented_basin_has_its_area_at_its_level(area, seed):
    made = invent(seed, 114.4, 30.4, area, 18.0, 4.0)
    again = invent(seed, 114.4, 30.4, area, 18.0, 4.0)
    basin = Basin.of(made.grid)
    assert made.shore.is_valid
    assert made.shore.equals(again.shore)
    assert basin.holding(18.0).area_km2 == pytest.approx(area, rel=0.06)
    assert 18.0 - 4.6 <= basin.bottom_m <= 18.0 - 2.5
    middle = made.shore.representative_point()
    assert basin.height_at(middle.x, middle.y) < 18.0
