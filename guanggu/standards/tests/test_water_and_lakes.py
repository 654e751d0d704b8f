"""GB 3838-2002 and the trophic level index: every bound of the table, and worked figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards.gb_3838_2002 import (
    BY_HJ_212,
    ITEMS,
    PH,
    item_class,
    saturated_oxygen,
    water_class,
)
from guanggu.standards.lake_trophic_state import WEIGHTS, parameter_index, state_of, trophic_state

EVERY_ITEM = [(body, item) for body, items in ITEMS.items() for item in items.values()]


@pytest.mark.parametrize(("body", "item"), EVERY_ITEM, ids=lambda part: getattr(part, "key", part))
def test_a_value_at_its_bound_is_of_that_class_and_just_beyond_is_not(body, item):
    for number, limit in enumerate(item.limits, start=1):
        assert item_class(item, limit).number <= number
        beyond = limit * (0.999 if item.is_lower else 1.001)
        assert item_class(item, beyond).number > number


@pytest.mark.parametrize(
    ("body", "key", "value", "number"),
    [
        ("river", "NH3-N", 0.15, 1), ("river", "NH3-N", 0.16, 2), ("river", "NH3-N", 2.1, 6),
        ("river", "TP", 0.05, 2), ("lake", "TP", 0.05, 3), ("lake", "TP", 0.21, 6),
        ("lake", "TN", 2.0, 5), ("river", "COD", 15, 1), ("river", "COD", 16, 3),
        ("river", "DO", 7.5, 1), ("river", "DO", 7.4, 2), ("river", "DO", 1.9, 6),
        ("river", "Hg", 0.00006, 3), ("river", "Cu", 1.0, 2), ("river", "F", 1.0, 1),
        ("river", "coliform", 10001, 4), ("river", "pH", 6.0, 1), ("river", "pH", 9.1, 6),
        ("lake", "pH", 5.9, 6),
    ],
)  # fmt: skip
def test_one_item_decides(body, key, value, number):
    found = water_class({key: value}, body, excluded=())
    assert found.number == number
    assert found.clause.standard == "GB 3838-2002"


def test_the_worst_item_decides_and_is_named():
    found = water_class({"DO": 8.1, "CODMn": 4.2, "NH3-N": 0.3, "TP": 0.12, "pH": 7.8}, "lake")
    assert found.number == 5
    assert found.name == "Ⅴ类"
    assert [part.item.key for part in found.deciding] == ["TP"]
    assert [part.item.key for part in found.over(2)] == ["TP", "CODMn"]
    assert found.over(3)[0].times_over(3) == pytest.approx(1.4)


def test_a_routine_assessment_leaves_out_nitrogen_coliforms_and_temperature():
    values = {"TN": 3.0, "coliform": 50_000, "T": 21.0, "turbidity": 9, "NH3-N": 0.1}
    found = water_class(values, "lake")
    assert found.number == 1
    assert set(found.left_out) == {"TN", "coliform", "T", "turbidity"}
    assert found.clause.standard == "环办〔2011〕22 号"
    assert water_class(values, "lake", excluded=()).number == 6


def test_total_nitrogen_is_no_item_of_rivers():
    assert water_class({"TN": 9.0}, "river", excluded=()).number is None


def test_saturated_water_is_of_class_one_whatever_its_oxygen():
    assert item_class(ITEMS["river"]["DO"], 7.0, saturation_percent=91).number == 1
    assert item_class(ITEMS["river"]["DO"], 7.0, saturation_percent=89).number == 2
    assert saturated_oxygen(20) == pytest.approx(9.07, abs=0.005)
    assert saturated_oxygen(20, 10) == pytest.approx(8.68, abs=0.005)


@pytest.mark.parametrize("wrong", [-0.1, float("nan"), float("inf")])
def test_an_impossible_value_is_refused(wrong):
    with pytest.raises(ValueError, match="cannot be"):
        item_class(PH, wrong)


@given(st.dictionaries(st.sampled_from(sorted(ITEMS["lake"])), st.floats(0, 100), min_size=1))
def test_the_class_is_that_of_the_worst_item(values):
    found = water_class(values, "lake", excluded=())
    assert found.number == max(
        water_class({k: v}, "lake", excluded=()).number for k, v in values.items()
    )


def test_codes_of_stations_find_their_items():
    assert BY_HJ_212["w21003"] == "NH3-N"
    assert BY_HJ_212["w01001"] == "pH"
    assert "w20111" not in BY_HJ_212  # total mercury there is in µg/L


CLEARER = {"chla": 10, "TP": 0.05, "TN": 1, "SD": 1, "CODMn": 4}
DIRTIER = {"chla": 40, "TP": 0.1, "TN": 2, "SD": 0.5, "CODMn": 6}


def test_worked_figures_of_the_trophic_index():
    found = trophic_state(CLEARER)
    assert [round(found.parts[key], 2) for key in CLEARER] == [50.01, 45.71, 54.53, 51.18, 37.98]
    assert found.value == pytest.approx(48.02, abs=0.005)
    assert found.state.name == "中营养"
    assert trophic_state(DIRTIER).value == pytest.approx(60.69, abs=0.005)
    assert {key: round(weight, 4) for key, weight in WEIGHTS.items()} == {
        "chla": 0.2663, "TP": 0.1879, "TN": 0.1790, "SD": 0.1834, "CODMn": 0.1834,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "number"), [(29.9, 1), (30, 2), (50, 2), (50.1, 3), (60.1, 4), (70, 4), (70.1, 5)]
)
def test_states_begin_where_the_method_says(value, number):
    assert state_of(value).number == number


def test_without_chlorophyll_there_is_no_index_and_with_gaps_they_are_named():
    assert trophic_state({"TP": 0.1, "TN": 1, "SD": 1, "CODMn": 4}).value is None
    found = trophic_state({**CLEARER, "SD": None})
    assert found.missing == ("SD",)
    assert 40 < found.value < 55


def test_a_parameter_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        parameter_index("TP", 0)
