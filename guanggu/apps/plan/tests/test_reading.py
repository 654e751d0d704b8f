"""No goal of the plan is left out: the goals are held against its text, number by number."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from guanggu.apps.plan.rules.reading import (
    joined,
    line_at,
    places,
    read_goals,
    read_not_goals,
    uncovered_numbers,
    uncovered_sentences,
)
from guanggu.apps.plan.rules.words import DELIVERABLE, FIGURE, SECTIONS, TREND, section_of

DATA = Path(__file__).resolve().parent.parent / "data"
TEXT = (DATA / "plan_2017.txt").read_text(encoding="utf-8")
BODY = joined(TEXT)
GOALS = read_goals(DATA / "goals.csv")
NOT_GOALS = read_not_goals(DATA / "not_goals.csv")
QUOTES = [goal.quote for goal in GOALS] + [g.baseline_quote for g in GOALS if g.baseline_quote]


def test_every_number_of_the_plan_is_a_goals_or_told_to_be_none():
    assert uncovered_numbers(BODY, [*QUOTES, *NOT_GOALS]) == []


def test_every_sentence_that_sets_goals_is_a_goals_or_told_to_be_none():
    assert uncovered_sentences(BODY, [*QUOTES, *NOT_GOALS]) == []


@pytest.mark.parametrize("words", ["企业总收入突破30000亿元", "1家大型综合购物中心"])
def test_a_goal_left_out_is_noticed(words):
    fewer = [quote for quote in QUOTES if words not in quote]
    assert any(words[-8:-4] in told or words[:4] in told
               for told in uncovered_numbers(BODY, [*fewer, *NOT_GOALS]))  # fmt: skip


def test_a_number_that_is_no_goal_has_its_reason_in_both_languages():
    with (DATA / "not_goals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["reason"] and row["reason_en"] for row in rows)
    assert all(row["quote"] in BODY for row in rows)


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.code)
def test_a_goal_quotes_the_plan_where_it_says(goal):
    lines = {line_at(TEXT, place) for place in places(BODY, goal.quote)}
    assert goal.line in lines
    assert goal.title.strip()
    assert goal.title_en.strip()


def test_goals_are_told_apart_and_whole():
    assert len({goal.code for goal in GOALS}) == len(GOALS)
    assert {goal.by for goal in GOALS} == {2020, 2030, 2049}
    kinds = Counter(goal.kind for goal in GOALS)
    assert kinds[FIGURE] >= 20
    assert kinds[DELIVERABLE] >= 300
    assert {section_of(goal.section) for goal in GOALS} == set(SECTIONS)


def test_a_figure_has_target_unit_and_the_way_it_is_put():
    for goal in GOALS:
        assert bool(goal.target) == (goal.kind == FIGURE), goal.code
        assert bool(goal.comparator) == (goal.kind == FIGURE), goal.code
        if goal.kind == TREND:
            assert goal.measured_by, goal.code
            assert goal.direction in ("higher", "lower"), goal.code


def test_the_figures_are_those_of_the_plan():
    told = {goal.title: (goal.comparator, goal.target, goal.unit) for goal in GOALS if goal.target}
    assert told["企业总收入"] == ("exceed", "30000", "亿元")
    assert told["规模以上工业总产值增速"] == ("reach", "12", "%")
    assert told["年新申请发明专利数"] == ("exceed", "16000", "件")
    assert told["实际利用外资年均增速"] == ("at_least", "15", "%")
    assert told["外贸出口"] == ("reach", "120", "亿美元")
    assert told["无线宽带网络接入带宽"] == ("at_least", "20", "Mbit/s")
    revenue = next(goal for goal in GOALS if goal.title == "企业总收入")
    assert (revenue.baseline, revenue.baseline_year) == ("10062", "2015")
    assert "10062" in revenue.baseline_quote


def test_a_row_of_an_unknown_kind_is_refused(tmp_path):
    wrong = tmp_path / "goals.csv"
    text = (DATA / "goals.csv").read_text(encoding="utf-8")
    wrong.write_text(text.replace(",deliverable,", ",wish,", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="wish"):
        read_goals(wrong)


def test_quotes_are_found_however_often_they_stand():
    assert list(places("甲乙甲乙", "甲乙")) == [0, 2]
