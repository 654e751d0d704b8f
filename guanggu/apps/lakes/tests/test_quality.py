"""Class and trophic state of a lake, against figures worked out from the standards' own tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.lakes.rules.quality import goal_limits, judge, mean_values


@pytest.mark.parametrize(
    ("values", "expected", "deciding"),
    [
        ({"w21011": 0.01, "w01009": 8.0, "w01019": 1.9, "w21003": 0.1}, "1", ()),
        ({"w21011": 0.025}, "2", ("w21011",)),
        ({"w21011": 0.05, "w01019": 6.0}, "3", ("w21011", "w01019")),
        ({"w21011": 0.051}, "4", ("w21011",)),
        ({"w21011": 0.2}, "5", ("w21011",)),
        ({"w21011": 0.21}, "6", ("w21011",)),
        ({"w01009": 1.9}, "6", ("w01009",)),
        ({"w01001": 9.2, "w21011": 0.02}, "6", ("w01001",)),
        ({"w21003": 1.2, "w21011": 0.02}, "4", ("w21003",)),
        ({"w01014": 300.0}, "", ()),
        ({}, "", ()),
    ],
)
def test_the_worst_factor_sets_the_class_by_the_limits_of_lakes(values, expected, deciding):
    judged = judge(values)
    assert judged.water_class == expected
    assert set(judged.deciding) == set(deciding)


def test_total_nitrogen_is_rated_and_does_not_set_the_class():
    judged = judge({"w21011": 0.04, "w21001": 3.0})
    assert judged.water_class == "3"
    assert judged.classes["w21001"] == "6"
    assert judged.over("3") == ("w21001",)
    assert "w21001" in judged.left_out


@pytest.mark.parametrize(
    ("values", "tli", "state"),
    [
        ((10, 0.05, 1, 1, 4), 48.02, "mesotrophic"),
        ((40, 0.1, 2, 0.5, 6), 60.69, "middle"),
    ],
)
def test_the_trophic_index_agrees_with_the_worked_examples(values, tli, state):
    codes = ("w01016", "w21011", "w21001", "secchi_depth", "w01019")
    judged = judge(dict(zip(codes, values, strict=True)))
    assert judged.tli == pytest.approx(tli, abs=0.01)
    assert judged.trophic == state


def test_without_chlorophyll_there_is_no_index():
    assert judge({"w21011": 0.05, "w21001": 1.0, "w01019": 4.0}).tli is None


def test_limits_of_a_goal_are_those_of_lakes():
    assert goal_limits("3")["w21011"] == 0.05
    assert goal_limits("2")["w21001"] == 0.5
    assert "w01009" not in goal_limits("3")
    assert goal_limits("") == {}


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["w21011", "w01019", "rain"]), st.floats(0, 50)), max_size=8
    )
)
def test_means_lie_between_the_least_and_the_most(days):
    means = mean_values(days)
    for code, value in means.items():
        known = [day[code] for day in days if code in day]
        if code == "rain":
            assert value == pytest.approx(sum(known))
        else:
            assert min(known) - 1e-9 <= value <= max(known) + 1e-9


@given(st.dictionaries(st.sampled_from(["w21011", "w01019", "w21003", "w21001", "w01016"]),
                       st.floats(0, 100)))  # fmt: skip
def test_more_of_a_nutrient_never_improves_the_class(values):
    worse = {code: value * 2 for code, value in values.items()}
    assert judge(worse).water_class >= judge(values).water_class
