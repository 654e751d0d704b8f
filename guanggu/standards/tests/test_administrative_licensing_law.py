from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Invalid
from guanggu.standards.administrative_licensing_law import (
    DECISION,
    EXCLUDED_TIMES,
    JOINT_DECISION,
    LIMITS,
    ONE_TIME_NOTICE,
    STAGES,
    check_excluded_time,
    check_promised,
    deemed_accepted_on,
    hearing_earliest_on,
)

CALENDAR = working_calendar()


@pytest.mark.parametrize(
    ("code", "days", "extension_days", "clause"),
    [
        ("one_time_notice", 5, 0, "三十二"),
        ("decision", 20, 10, "四十二"),
        ("joint_decision", 45, 15, "四十二"),
        ("first_review", 20, 0, "四十三"),
        ("delivery", 10, 0, "四十四"),
        ("hearing_request", 5, 0, "四十七"),
        ("hearing_held", 20, 0, "四十七"),
        ("inspectors_named", 5, 0, "五十五"),
    ],
)
def test_limits_are_those_of_the_law(code, days, extension_days, clause):
    limit = LIMITS[code]
    assert (limit.days, limit.extension_days) == (days, extension_days)
    assert clause in limit.clause.zh
    assert bool(limit.approver) == bool(extension_days)


def test_a_decision_on_an_application_of_march_2024_is_due_after_twenty_working_days():
    clock = DECISION.start(date(2024, 3, 25))
    assert clock.due_on(CALENDAR) == date(2024, 4, 23)  # Qingming off, Sunday 7 April worked
    extended = clock.with_extension(10, "需征求意见", date(2024, 4, 20), CALENDAR)
    assert extended.due_on(CALENDAR) == date(2024, 5, 9)  # 1 to 5 May off, Sunday 28 April worked


def test_joint_handling_may_last_sixty_working_days_in_all():
    clock = JOINT_DECISION.start(date(2024, 3, 25))
    assert clock.with_extension(15, "理由", date(2024, 3, 26), CALENDAR).total_days == 60


@given(st.integers(-5, 80), st.integers(0, 60))
def test_a_promise_is_never_longer_than_the_law(promised, statutory):
    if 0 <= promised <= statutory:
        assert check_promised(promised, statutory) is None
    else:
        with pytest.raises(Invalid) as refused:
            check_promised(promised, statutory)
        assert "promised_days" in refused.value.fields


def test_a_clock_of_a_promise_is_shorter_and_a_longer_one_is_refused():
    assert DECISION.start(date(2024, 3, 25), days=7).limit_days == 7
    with pytest.raises(Invalid):
        DECISION.start(date(2024, 3, 25), days=21)
    with pytest.raises(Invalid):
        DECISION.start(date(2024, 3, 25), extension_days=11)


@given(st.dates(date(2015, 1, 1), date(2025, 1, 1)), st.integers(0, 30), st.integers(0, 30))
def test_five_working_days_of_silence_mean_acceptance_from_the_day_of_receipt(
    received_on, waited, answered_after
):
    on = received_on + timedelta(days=waited)
    answered_on = received_on + timedelta(days=answered_after)
    last_on = CALENDAR.add_working_days(received_on, ONE_TIME_NOTICE.days)
    silent = deemed_accepted_on(received_on, CALENDAR, on)
    assert silent == (received_on if on > last_on else None)
    answered = deemed_accepted_on(received_on, CALENDAR, on, answered_on)
    assert (answered is None) == (on <= last_on or answered_on <= last_on)


def test_only_the_times_the_law_names_are_left_out():
    assert {check_excluded_time(code) for code in EXCLUDED_TIMES} == set(EXCLUDED_TIMES.values())
    with pytest.raises(Invalid) as refused:
        check_excluded_time("holiday of the clerk")
    assert "专家评审" in refused.value.message.zh
    assert "expert review" in refused.value.message.en


def test_a_hearing_is_announced_seven_working_days_before():
    assert hearing_earliest_on(date(2024, 3, 4), CALENDAR) == date(2024, 3, 13)


def test_the_five_stages_are_in_their_order():
    assert [title.zh for title in STAGES.values()] == ["收件", "受理", "审查", "决定", "送达"]
