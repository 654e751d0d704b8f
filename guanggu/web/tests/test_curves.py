"""Curves: read as fine as the window shows, drawn to scale, listed, exported, never broken."""

from __future__ import annotations

import io
import json
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from guanggu.base import clock
from guanggu.kernel.observation.public import Batch, Mark, observations
from guanggu.kernel.observation.testing import at
from guanggu.web import curves
from guanggu.web.curves.drawing import thinned
from guanggu.web.curves.windows import window
from guanggu.web.measures import unit_text, value_text

DAY = window("day", date(2026, 5, 1))


def _points(values: list[Any], mark: int = 0) -> list[curves.Point]:
    start = DAY.start_at
    return [curves.Point(start + timedelta(hours=n), v, mark) for n, v in enumerate(values)]


def _chart(points: list[curves.Point], **more: Any) -> curves.Chart:
    return curves.Chart("PM2.5", DAY, [curves.Curve("PM2.5", points, "ug/m3")], "ug/m3", **more)


@pytest.mark.parametrize(
    ("period", "on", "first", "last"),
    [
        ("day", "2026-05-01", date(2026, 5, 1), date(2026, 5, 2)),
        ("week", "2026-05-01", date(2026, 4, 27), date(2026, 5, 4)),
        ("month", "2026-02-11", date(2026, 2, 1), date(2026, 3, 1)),
        ("year", "2026-02-11", date(2026, 1, 1), date(2027, 1, 1)),
        ("nonsense", "2026-05-01", date(2026, 5, 1), date(2026, 5, 2)),
    ],
)
def test_a_window_is_a_whole_period_of_the_district(
    period: str, on: str, first: date, last: date
) -> None:
    found = curves.window_of({"period": period, "on": on})
    assert (found.first, found.last) == (first, last)
    assert clock.local(found.start_at).hour == 0


def test_a_date_nobody_can_read_means_today() -> None:
    with clock.fixed_at(datetime.fromisoformat("2026-05-01T20:00:00+00:00")):
        assert curves.window_of({"on": "soon"}).first == date(2026, 5, 2)
        assert curves.window_of({}).next is None


def test_a_stream_that_is_too_fine_is_read_as_means() -> None:
    times = [at("2026-05-01 08:00") + 5_000_000 * n for n in range(24)]
    observations().append(Batch.of([7] * 24, times, [1.0, 3.0] * 12))
    found = curves.stream_curves({7: 5}, DAY)[7]
    assert [p.value for p in found] == [2.0, 2.0]
    assert len(curves.stream_curves({7: 60}, DAY)[7]) == 24


def test_a_mark_and_the_value_as_received_are_shown_beside_the_figure() -> None:
    point = curves.Point(DAY.start_at, 35.0, Mark.CORRECTED, 350.0)
    drawn = curves.draw(_chart([point]))
    assert "<del>350</del>" in drawn
    assert 'class="mark ok"' in drawn
    assert "审核修正" in drawn


def test_a_missing_stretch_is_a_gap_in_the_line() -> None:
    points = _points([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
    path = re.search(r'<path class="line s1" d="([^"]*)"', curves.draw(_chart(points)))
    assert path is not None
    assert path[1].count("M") == 1
    del points[3:6]
    path = re.search(r'<path class="line s1" d="([^"]*)"', curves.draw(_chart(points)))
    assert path is not None
    assert path[1].count("M") == 2


def test_a_limit_in_sight_is_drawn_and_one_far_above_does_not_flatten_the_curve() -> None:
    near = curves.draw(_chart(_points([30.0, 40.0]), limits=[curves.Limit(60, "二级")]))
    far = curves.draw(_chart(_points([3.0, 4.0]), limits=[curves.Limit(60, "二级")]))
    assert 'class="limit bad"' in near
    assert 'class="limit bad"' not in far


def test_thinning_keeps_every_peak() -> None:
    points = [
        curves.Point(DAY.start_at + timedelta(seconds=n), 99.0 if n == 4_321 else 1.0)
        for n in range(9_000)
    ]
    kept = thinned(points)
    assert len(kept) < 900
    assert max(p.value or 0 for p in kept) == 99.0
    assert kept == sorted(kept, key=lambda p: p.at)


def test_curves_of_two_units_are_two_charts() -> None:
    both = curves.Chart("x", DAY, [curves.Curve("a", [], "ug/m3"), curves.Curve("b", [], "mg/m3")])
    assert [c.unit for c in curves.by_unit(both)] == ["ug/m3", "mg/m3"]


def test_the_sheets_hold_time_value_mark_and_received_value() -> None:
    chart = _chart([curves.Point(DAY.start_at, 35.0, Mark.CORRECTED, 350.0)])
    text = b"".join(curves.answer_sheet(chart, "csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "PM2.5(μg/m³)" in text
    assert "2026-05-01 00:00:00,35.0,审核修正,350.0" in text
    sheet = load_workbook(io.BytesIO(curves.answer_sheet(chart, "xlsx").content)).worksheets[0]  # type: ignore[attr-defined]
    assert sheet.cell(2, 2).value == 35


def test_the_script_gets_the_same_figures() -> None:
    data = json.loads(curves.answer_data(_chart(_points([1.0, None, 3.0]))).content)
    assert [p[1] for p in data["curves"][0]["points"]] == [1.0, None, 3.0]
    assert data["start"] == clock.to_microseconds(DAY.start_at) // 1000


@given(st.lists(st.none() | st.floats() | st.integers(-(10**9), 10**9), max_size=24))
def test_any_figures_are_drawn_without_anything_inline(values: list[Any]) -> None:
    numbers = [None if v is None else float(v) for v in values]
    drawn = curves.draw(_chart(_points(numbers), limits=[curves.Limit(5, "<x>")]))
    assert drawn.startswith("<figure")
    assert "style=" not in drawn
    assert "<x>" not in drawn
    picture = re.sub(r"<script.*?</script>", "", drawn, flags=re.S)
    assert "nan" not in picture.lower()


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (0, "0"), (0.0213, "0.0213"), (35.0, "35"), (1234.56, "1,235"), (-2.5, "-2.5")],
)
def test_a_measured_value_is_read_at_four_digits(value: float | None, text: str) -> None:
    assert value_text(value) == text


def test_units_are_written_as_people_know_them() -> None:
    assert unit_text("ug/m3") == "μg/m³"
    assert unit_text("furlong") == "furlong"
