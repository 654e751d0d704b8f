from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base import units
from guanggu.base.errors import Invalid


@given(st.integers(-(10**12), 10**12))
def test_an_amount_survives_being_written_and_read(fen):
    assert units.fen_of(units.yuan_text(fen).zh.removesuffix(" 元")) == fen


@pytest.mark.parametrize("text", ["", "一元", "1.234", "NaN", "Infinity", "1e5", "1" * 16])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(Invalid) as refused:
        units.fen_of(text)
    assert "amount" in refused.value.fields


def test_lengths_turn_into_points_and_back():
    assert units.mm_to_pt(25.4) == pytest.approx(72)
    assert units.pt_to_mm(units.mm_to_pt(156)) == pytest.approx(156)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (50 * 2**20, "50.0 MiB")]
)
def test_sizes_are_read_in_binary_steps(count, text):
    assert units.bytes_text(count) == text


@pytest.mark.parametrize(
    ("duration", "zh", "en"),
    [
        (timedelta(seconds=30), "不到 1 分", "under a minute"),
        (timedelta(minutes=5), "5 分", "5 min"),
        (timedelta(days=3, hours=4, minutes=9), "3 天 4 小时", "3 d 4 h"),
        (timedelta(days=1, minutes=9), "1 天", "1 d"),
    ],
)
def test_durations_are_read_by_their_two_largest_units(duration, zh, en):
    assert units.duration_text(duration).as_dict() == {"zh": zh, "en": en}


def test_one_working_day_is_no_plural():
    assert units.working_days_text(1).en == "1 working day"
    assert units.working_days_text(3).zh == "3 个工作日"
