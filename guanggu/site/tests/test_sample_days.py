"""The sample district alone reckons with a year that nobody has announced, and says so."""

from datetime import date

import pytest

from guanggu.base.calendar import operator_table, working_calendar
from guanggu.base.errors import Invalid
from guanggu.base.working_days import read_exceptions
from guanggu.site.sample.days import lay_sample_days


def test_a_real_district_refuses_the_unannounced_year():
    with pytest.raises(Invalid):
        working_calendar().add_working_days(date(2026, 12, 20), 20)


def test_the_sample_district_reckons_with_it():
    lay_sample_days()
    assert working_calendar().add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_every_sample_day_says_that_it_is_one():
    lay_sample_days()
    rows, errors = read_exceptions(operator_table())
    assert not errors
    assert all("样例" in row.notice for row in rows)


def test_an_imported_notice_is_left_alone():
    target = operator_table()
    target.parent.mkdir(parents=True)
    target.write_text("day,kind,occasion,notice\n2027-01-01,holiday,元旦,国办\n", encoding="utf-8")
    lay_sample_days()
    assert len(read_exceptions(target)[0]) == 1
