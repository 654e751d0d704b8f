"""The shipped table is compared day by day with an independent package, the arithmetic with a loop."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.calendar import (
    WorkingCalendar,
    WorkingHours,
    working_calendar,
)
from guanggu.base.errors import Invalid
from guanggu.base.working_days import (
    OVERRIDE_VARIABLE,
    SHIPPED_TABLE,
    DayException,
    import_notice,
    parse_exceptions,
    read_exceptions,
    write_exceptions,
)

# Not that of an install: a district that was tried in this checkout may have imported another year.
CALENDAR = WorkingCalendar.load(read_exceptions(SHIPPED_TABLE)[0])
HOURS = WorkingHours()
SHANGHAI = ZoneInfo("Asia/Shanghai")
days = st.dates(date(2009, 1, 1), date(2025, 12, 31))
moments = st.builds(datetime.combine, days, st.times(), st.just(SHANGHAI))


def test_the_shipped_table_agrees_with_chinesecalendar_on_every_day():
    span = (CALENDAR.last_on - CALENDAR.first_on).days + 1
    every_day = [CALENDAR.first_on + timedelta(days=i) for i in range(span)]
    differing = [
        day for day in every_day if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)
    ]
    assert differing == []
    assert (CALENDAR.first_on, CALENDAR.last_on.year >= 2026) == (date(2009, 1, 1), True)


@pytest.mark.parametrize(
    ("start_on", "limit_days", "last_on"),
    [
        (date(2024, 2, 8), 5, date(2024, 2, 21)),  # spring festival; Sunday 18 February worked
        (date(2024, 2, 10), 1, date(2024, 2, 18)),  # act on a holiday
        (date(2024, 4, 30), 2, date(2024, 5, 7)),
        (date(2026, 11, 23), 20, date(2026, 12, 21)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_limits_end_where_the_notices_say(start_on, limit_days, last_on):
    assert CALENDAR.add_working_days(start_on, limit_days) == last_on


@given(days, st.integers(0, 200))
def test_adding_is_the_same_as_walking_day_by_day(start_on, limit_days):
    on, left = start_on, limit_days
    while left:
        on += timedelta(days=1)
        left -= CALENDAR.is_working_day(on)
    assert CALENDAR.add_working_days(start_on, limit_days) == on


@given(days, st.integers(0, 200), st.integers(0, 50))
def test_between_is_the_inverse_of_adding_and_limits_add_up(start_on, first, second):
    last_on = CALENDAR.add_working_days(start_on, first)
    assert CALENDAR.working_days_between(start_on, last_on) == first
    assert CALENDAR.working_days_between(last_on, start_on) == -first
    assert CALENDAR.add_working_days(last_on, second) == CALENDAR.add_working_days(
        start_on, first + second
    )


@given(moments, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_working_time_added_is_working_time_measured(start_at, duration):
    end_at = CALENDAR.add_working_time(start_at, duration, HOURS)
    assert CALENDAR.working_time_between(start_at, end_at, HOURS) == duration
    assert end_at >= start_at
    there = end_at.astimezone(SHANGHAI)
    inside = any(opens <= there.time() <= closes for opens, closes in HOURS.sessions)
    assert not duration or (inside and CALENDAR.is_working_day(there.date()))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2024-04-30T16:30", 1, "2024-04-30T17:30"),  # used up at the close, not next morning
        ("2024-04-30T16:30", 2, "2024-05-06T10:00"),  # 1 to 5 May off
        ("2024-05-11T11:30", 1, "2024-05-11T14:00"),  # a Saturday worked in exchange
        ("2024-05-12T08:00", 7, "2024-05-13T17:30"),
    ],
)
def test_limits_in_hours_leave_out_lunch_nights_and_holidays(start, hours, end):
    start_at = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    end_at = CALENDAR.add_working_time(start_at, timedelta(hours=hours), HOURS)
    assert end_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") == end


def test_a_limit_in_days_is_over_at_midnight_or_at_the_close_of_business():
    assert CALENDAR.deadline_at(date(2024, 4, 30), 2) == datetime(2024, 5, 7, 16, tzinfo=UTC)
    assert CALENDAR.deadline_at(date(2024, 4, 30), 2, HOURS) == datetime(
        2024, 5, 7, 9, 30, tzinfo=UTC
    )


def test_a_limit_beyond_the_last_notice_is_refused_and_says_what_to_do():
    last_on = CALENDAR.last_on
    for question in (
        lambda: CALENDAR.add_working_days(last_on, 1),
        lambda: CALENDAR.is_working_day(last_on + timedelta(days=1)),
        lambda: CALENDAR.working_days_between(last_on, last_on + timedelta(days=9)),
        lambda: CALENDAR.add_working_time(
            datetime.combine(last_on, time(23, 0), SHANGHAI), timedelta(hours=1), HOURS
        ),
    ):
        with pytest.raises(Invalid) as refused:
            question()
        assert refused.value.code == "beyond_calendar"
        assert f"{last_on.year + 1} 年" in refused.value.message.zh
        assert "import working-days" in refused.value.message.en
    with pytest.raises(Invalid) as refused:
        CALENDAR.is_working_day(date(2008, 12, 31))
    assert refused.value.code == "before_calendar"


def test_a_year_without_its_national_day_is_not_loaded_and_ends_the_calendar():
    rows, _ = read_exceptions(SHIPPED_TABLE)
    stray = DayException(date(CALENDAR.last_on.year + 1, 1, 1), True)
    assert WorkingCalendar.load([*rows, stray]).last_on == CALENDAR.last_on
    without_2015 = [row for row in rows if row.on.year != 2015]
    assert WorkingCalendar.load(without_2015).last_on == date(2014, 12, 31)
    with pytest.raises(Invalid):
        WorkingCalendar.load([])


def test_good_rows_survive_bad_ones_and_each_error_names_row_and_column():
    good, errors = parse_exceptions(
        [
            {"日期": "2027-10-01", "类型": "休", "节日": "国庆节", "文号": "国办发明电〔2026〕9号"},
            {"日期": "2027-13-01", "类型": "休"},
            {"日期": "2027/02/06", "类型": "班"},
            {"日期": "2027-02-08", "类型": "班"},
            {"日期": "2027-02-09", "类型": "假"},
            {"日期": "", "类型": " "},
            {"日期": "2027-02-06", "类型": "休"},
            {"day": "2027-10-04", "kind": "HOLIDAY", "occasion": None},
        ]
    )
    assert [row.on.isoformat() for row in good] == ["2027-10-01", "2027-02-06", "2027-10-04"]
    assert [(error.row, error.column) for error in errors] == [
        (3, "day"),
        (5, "day"),
        (6, "kind"),
        (8, "kind"),
    ]
    assert all(error.message.zh and error.message.en for error in errors)


@given(st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=5), max_size=5))
def test_any_rows_at_all_are_answered_with_rows_and_errors(rows):
    good, errors = parse_exceptions(rows)
    assert len(good) + len(errors) <= len(rows)


def test_an_operators_file_holds_over_the_shipped_table(tmp_path, monkeypatch):
    year = CALENDAR.last_on.year + 1
    added = [
        DayException(date(year, 10, 1), True, "国庆节", "样例"),
        DayException(date(2024, 2, 9), True, "春节", "地方"),
    ]
    path = tmp_path / "next.csv"
    write_exceptions(path, added)
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    monkeypatch.setenv(OVERRIDE_VARIABLE, str(path))
    extended = working_calendar()
    assert extended.last_on == date(year, 12, 31)
    assert not extended.is_working_day(date(2024, 2, 9))
    assert CALENDAR.is_working_day(date(2024, 2, 9))


@pytest.mark.parametrize("text", [None, "day,kind\n2027-99-99,休\n"])
def test_an_operators_file_that_cannot_be_used_is_refused(tmp_path, monkeypatch, text):
    path = tmp_path / "next.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv(OVERRIDE_VARIABLE, str(path))
    with pytest.raises(Invalid):
        working_calendar()


def test_the_shipped_table_is_sorted_and_names_its_notices(tmp_path):
    rows, errors = read_exceptions(SHIPPED_TABLE)
    assert errors == []
    assert all(row.occasion for row in rows)
    write_exceptions(tmp_path / "again.csv", rows)
    assert (tmp_path / "again.csv").read_bytes() == SHIPPED_TABLE.read_bytes()


@pytest.mark.parametrize("text", ["", "9", "12:00-09:00", "09:00-12:00,11:00-13:00", "25:00-26:00"])
def test_working_hours_must_be_sessions_in_order(text):
    with pytest.raises(ValueError, match=r".+"):
        WorkingHours.parse(text)


def test_working_hours_are_read_from_their_setting():
    hours = WorkingHours.parse("08:30-12:00, 14:00-17:30")
    assert (hours.day, hours.closes) == (timedelta(hours=7), time(17, 30))
    with pytest.raises(ValueError, match="working time"):
        hours.moment_after(timedelta(hours=8))


def test_a_notice_is_imported_beside_what_is_there_and_takes_effect_at_once(tmp_path, monkeypatch):
    year = CALENDAR.last_on.year + 1
    target, notice = tmp_path / "var" / "working_days.csv", tmp_path / "notice.csv"
    notice.write_text(
        f"日期,类型,节日,文号\n{year}-10-01,休,国庆节,样例\n{year}-99-99,休,,\n", "utf-8"
    )
    good, errors = import_notice(notice, target)
    assert ([row.on for row in good], [error.row for error in errors]) == ([date(year, 10, 1)], [3])
    monkeypatch.setenv(OVERRIDE_VARIABLE, str(target))
    assert working_calendar().is_working_day(date(year, 10, 4)) is (date(year, 10, 4).weekday() < 5)
    write_exceptions(notice, [DayException(date(year, 10, 4), True, "国庆节")])
    import_notice(notice, target)
    assert not working_calendar().is_working_day(date(year, 10, 4))
    assert not working_calendar().is_working_day(date(year, 10, 1))
    target.write_text("day,kind\nsoon,休\n", "utf-8")
    with pytest.raises(Invalid):
        import_notice(notice, target)
