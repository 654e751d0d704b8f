"""Charts: figures are drawn to scale, every figure stands in the table, nothing breaks them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.web import charts


@pytest.mark.parametrize(
    ("largest", "top"),
    [(0, 1), (-3, 1), (1, 1), (3, 5), (5, 5), (7.2, 10), (99, 100), (101, 200), (0.03, 0.05)],
)
def test_axis_ends_at_a_round_figure(largest: float, top: float) -> None:
    assert charts.nice_top(largest) == pytest.approx(top)


def test_columns_are_as_tall_as_their_figures() -> None:
    drawn = charts.bars("x", ["a", "b"], [50, 100])
    heights = [float(h) for h in re.findall(r'<rect class="s1"[^>]* height="([\d.]+)"', drawn)]
    assert heights[1] == pytest.approx(2 * heights[0], rel=0.01)
    assert '<td class="num">50</td>' in drawn


def test_a_missing_figure_is_a_gap_and_a_dash() -> None:
    drawn = charts.lines("x", ["a", "b", "c"], [1, None, 3])
    assert drawn.count("M") == 2
    assert "—" in drawn


@pytest.mark.parametrize(
    ("share", "width"), [(0, "0.0"), (0.5, "100.0"), (7, "200.0"), (-1, "0.0"), ("x", "0.0")]
)
def test_meter_is_filled_by_its_share(share: Any, width: str) -> None:
    assert f'<rect class="fill" width="{width}"' in charts.meter(share, "x")


FIGURES = st.none() | st.floats() | st.integers(-(10**9), 10**9) | st.text(max_size=3)


@given(
    st.lists(st.text(max_size=6), max_size=20),
    st.lists(FIGURES, max_size=22)
    | st.lists(st.tuples(st.text(max_size=4), st.lists(FIGURES, max_size=9)), max_size=4),
    st.booleans(),
)
def test_any_figures_are_drawn_without_inline_style_or_script(
    labels: list, series: list, stacked: bool
) -> None:
    for drawn in (
        charts.bars("<x>", labels, series, stacked=stacked),
        charts.lines("<x>", labels, series, target=5),
    ):
        assert drawn.startswith("<figure")
        assert "<x>" not in drawn
        assert "style=" not in drawn
        assert "nan" not in re.sub(r">[^<]*<", "><", drawn)
