"""Codes of service items (GB/T 39554.1) and ratings (GB/T 39735)."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.errors import Invalid
from guanggu.standards import gb_32100_2015, gb_t_39554_1_2020, gb_t_39735_2020

BODY = gb_32100_2015.generate(random.Random(1), department="1", category="1")
BASIC = "000131004000"
basics = st.text(alphabet="0123456789ABCDEFGHXYZ", min_size=12, max_size=12)


@given(basics, st.integers(1, 99), st.sampled_from("0123456789AX"))
def test_codes_are_composed_and_taken_apart_again(basic, item, mark):
    code = gb_t_39554_1_2020.implementation_code(BODY, basic, mark)
    assert len(code) == 31
    parsed = gb_t_39554_1_2020.parse_implementation_code(code)
    assert (parsed.body, parsed.mark, parsed.basic) == (BODY, mark, basic)
    handling = gb_t_39554_1_2020.handling_code(code, item)
    assert len(handling) == 33
    assert gb_t_39554_1_2020.parse_handling_code(handling) == (parsed, f"{item:02d}")


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (lambda: gb_t_39554_1_2020.parse_basic_code("00013100400"), "basic_code"),
        (lambda: gb_t_39554_1_2020.parse_basic_code("00013100400武"), "basic_code"),
        (
            lambda: gb_t_39554_1_2020.parse_implementation_code("9" * 18 + "0" + BASIC),
            "implementation_code",
        ),
        (lambda: gb_t_39554_1_2020.parse_handling_code(BODY + "0" + BASIC), "handling_code"),
        (lambda: gb_t_39554_1_2020.handling_code(BODY + "0" + BASIC, 100), "handling_code"),
        (lambda: gb_t_39554_1_2020.check_item_kind("slow", 3), "kind"),
        (lambda: gb_t_39554_1_2020.check_item_kind("immediate", 1), "promised_days"),
        (lambda: gb_t_39554_1_2020.check_item_kind("promised", 0), "promised_days"),
        (lambda: gb_t_39735_2020.check_level(0), "level"),
        (lambda: gb_t_39735_2020.check_level(True), "level"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_in_both_languages(step, field):
    with pytest.raises(Invalid) as refused:
        step()
    assert refused.value.fields[field].zh
    assert refused.value.fields[field].en


def test_item_kinds_fit_their_promises():
    assert gb_t_39554_1_2020.check_item_kind("immediate", 0) is None
    assert gb_t_39554_1_2020.check_item_kind("promised", 7) is None


def test_there_are_ten_powers_and_public_services():
    assert len(gb_t_39554_1_2020.POWER_TYPES) == 10
    assert len(gb_t_39554_1_2020.ITEM_TYPES) == 11
    assert gb_t_39554_1_2020.ITEM_TYPES["01"].zh == "行政许可"


@pytest.mark.parametrize(
    ("level", "opens"), [(5, False), (4, False), (3, False), (2, True), (1, True)]
)
def test_the_two_lowest_levels_open_a_follow_up(level, opens):
    assert gb_t_39735_2020.opens_follow_up(level) is opens


def test_the_share_of_satisfied_is_rounded_half_up_and_unknown_of_none():
    assert gb_t_39735_2020.summarise([5, 4, 1]).satisfied_share == Decimal("66.67")
    assert gb_t_39735_2020.summarise([]).satisfied_share is None


@given(st.lists(st.integers(1, 5), min_size=1))
def test_bad_and_satisfied_make_all(levels):
    summary = gb_t_39735_2020.summarise(levels)
    assert summary.count == len(levels)
    assert summary.bad_count == sum(gb_t_39735_2020.opens_follow_up(level) for level in levels)
    assert 0 <= summary.satisfied_share <= 100
