"""Codes of investment projects, of both forms."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards import gb_t_40058_2021 as code

TODAY = date(2026, 6, 10)


@pytest.mark.parametrize("text", [
    "2017-420118-39-03-000000", "2105-420118-04-01-123456", " 2011-420118-89-01-123456 ",
    "2020-420000-48-01-003217", "2017－420118—39–03-000000",
])  # fmt: skip
def test_codes_of_both_forms_are_well_formed(text):
    assert code.errors_of(text, TODAY) == []


@pytest.mark.parametrize(("text", "part"), [
    ("2017-420118-39-03-00000", "24"), ("", "24"), ("2113-420118-04-01-123456", "时间"),
    ("2010-420118-04-01-123456", "时间"), ("2607-420118-04-01-123456", "时间"),
    ("2017-990118-39-03-000000", "地区"), ("2017-420118-98-03-000000", "行业"),
    ("2017-420118-00-03-000000", "行业"),
])  # fmt: skip
def test_what_is_wrong_is_said(text, part):
    found = code.errors_of(text, TODAY)
    assert any(part in one.zh for one in found)


def test_the_first_part_says_which_form_it_is():
    assert code.read("2017-420118-39-03-000000").is_old_form
    assert code.read("2017-420118-39-03-000000").year == 2017
    new = code.read("2012-420118-04-01-123456")
    assert (new.is_old_form, new.year, new.month) == (False, 2020, 12)
    with pytest.raises(ValueError, match="shape"):
        code.read("2017")


@given(st.dates(date(2016, 1, 1), TODAY), st.integers(1, 97), st.integers())
def test_generated_codes_are_well_formed(on, industry, seed):
    made = code.generate(random.Random(seed), on, "420118", f"{industry:02d}")
    assert code.errors_of(made, TODAY) == []
    assert len(made) == 24
