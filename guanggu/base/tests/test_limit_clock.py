import json
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Conflict, Invalid
from guanggu.base.limit_clock import STATES, Clock

CALENDAR = working_calendar()
MONDAY = date(2024, 3, 4)
days = st.dates(date(2015, 1, 1), date(2024, 12, 31))
clocks = st.builds(
    Clock,
    limit_days=st.integers(1, 45),
    started_on=days,
    extension_days_max=st.integers(1, 15),
)


@st.composite
def paused_clocks(draw):
    clock = draw(clocks)
    for _ in range(draw(st.integers(0, 4))):
        due_on = clock.due_on(CALENDAR)
        earliest_on = clock.pauses[-1].until_on if clock.pauses else clock.started_on
        if earliest_on > due_on:
            break
        gap = draw(st.integers(0, (due_on - earliest_on).days))
        from_on = earliest_on + timedelta(days=gap)
        clock = clock.with_pause(from_on, "专家评审", CALENDAR)
        clock = clock.with_resume(from_on + timedelta(days=draw(st.integers(0, 40))))
    return clock


@given(clocks, st.integers(0, 45), st.integers(0, 60))
def test_pausing_k_working_days_moves_the_due_day_by_exactly_k(clock, before, k):
    assume(before <= clock.limit_days)
    from_on = CALENDAR.add_working_days(clock.started_on, before)
    until_on = CALENDAR.add_working_days(from_on, k)
    paused = clock.with_pause(from_on, "听证", CALENDAR)
    assert paused.due_on(CALENDAR) is None
    resumed = paused.with_resume(until_on)
    assert resumed.due_on(CALENDAR) == CALENDAR.add_working_days(clock.due_on(CALENDAR), k)
    assert paused.due_on_if_resumed(CALENDAR, until_on) == resumed.due_on(CALENDAR)
    assert paused.used_days(CALENDAR, until_on) == resumed.used_days(CALENDAR, until_on) == before


@given(paused_clocks(), st.integers(1, 15))
def test_extending_moves_the_due_day_by_the_days_granted(clock, more):
    assume(more <= clock.extension_days_max)
    extended = clock.with_extension(more, "案情复杂", clock.started_on, CALENDAR)
    expected = CALENDAR.add_working_days(clock.due_on(CALENDAR), more)
    assert extended.due_on(CALENDAR) == expected


@given(paused_clocks())
def test_used_and_remaining_make_the_limit_and_the_due_day_uses_it_up(clock):
    due_on = clock.due_on(CALENDAR)
    used_before = 0
    on = clock.started_on
    while on <= due_on + timedelta(days=20):
        used = clock.used_days(CALENDAR, on)
        assert used + clock.remaining_days(CALENDAR, on) == clock.total_days
        assert 0 <= used - used_before <= 1
        if on <= due_on:
            assert clock.state(CALENDAR, on) != "overdue"
            assert clock.overdue_days(CALENDAR, on) == 0
        else:
            assert clock.state(CALENDAR, on) in ("overdue", "paused")
        used_before = used
        on += timedelta(days=1)
    assert clock.used_days(CALENDAR, due_on) == clock.total_days


@given(paused_clocks(), st.booleans(), st.booleans())
def test_a_clock_survives_json(clock, extend, stop):
    if extend:
        clock = clock.with_extension(1, "理由", clock.started_on, CALENDAR)
    if stop:
        clock = clock.with_stop(clock.started_on + timedelta(days=3))
    assert Clock.from_json(json.loads(json.dumps(clock.to_json()))) == clock


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2024, 3, 4), "running"),
        (date(2024, 3, 7), "running"),
        (date(2024, 3, 8), "near"),
        (date(2024, 3, 11), "near"),
        (date(2024, 3, 12), "overdue"),
    ],
)
def test_the_state_follows_the_days_left(on, state):
    assert Clock(5, MONDAY).state(CALENDAR, on) == state
    assert state in STATES


def test_a_limit_that_ends_on_friday_is_over_on_saturday():
    clock = Clock(4, MONDAY)
    assert clock.due_on(CALENDAR) == date(2024, 3, 8)
    assert clock.state(CALENDAR, date(2024, 3, 9)) == "overdue"


def test_overdue_is_seen_in_a_year_that_is_not_announced_yet():
    assert Clock(4, MONDAY).state(CALENDAR, CALENDAR.last_on + timedelta(days=9)) == "overdue"


def test_the_threshold_of_near_can_be_set():
    assert Clock(5, MONDAY).state(CALENDAR, MONDAY, near_days=5) == "near"
    assert Clock(20, MONDAY).near_days == 4


def test_a_paused_and_a_stopped_clock_say_so_and_a_late_stop_stays_late():
    clock = Clock(5, MONDAY).with_pause(date(2024, 3, 5), "检测", CALENDAR)
    assert clock.state(CALENDAR, date(2024, 6, 3)) == "paused"
    assert clock.state(CALENDAR, MONDAY) == "running"
    stopped = clock.with_stop(date(2024, 3, 29))
    assert stopped.state(CALENDAR, date(2024, 6, 3)) == "stopped"
    assert stopped.open_pause is None
    assert stopped.overdue_days(CALENDAR, date(2024, 6, 3)) == 0
    assert Clock(5, MONDAY).with_stop(date(2024, 3, 13)).overdue_days(CALENDAR, MONDAY) == 0
    assert (
        Clock(5, MONDAY).with_stop(date(2024, 3, 13)).overdue_days(CALENDAR, date(2024, 6, 3)) == 2
    )


STARTED = Clock(5, MONDAY, extension_days_max=3)
PAUSED = STARTED.with_pause(date(2024, 3, 6), "听证", CALENDAR)
EXTENDED = STARTED.with_extension(2, "案情复杂", MONDAY, CALENDAR)
STOPPED = STARTED.with_stop(date(2024, 3, 6))


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (lambda: STARTED.with_pause(MONDAY, " ", CALENDAR), Invalid),
        (lambda: STARTED.with_pause(date(2024, 3, 1), "听证", CALENDAR), Invalid),
        (lambda: STARTED.with_pause(date(2024, 3, 12), "听证", CALENDAR), Conflict),
        (lambda: PAUSED.with_pause(date(2024, 3, 7), "听证", CALENDAR), Conflict),
        (lambda: PAUSED.with_resume(date(2024, 3, 5)), Invalid),
        (lambda: STARTED.with_resume(date(2024, 3, 5)), Conflict),
        (lambda: STARTED.with_extension(4, "理由", MONDAY, CALENDAR), Invalid),
        (lambda: STARTED.with_extension(0, "理由", MONDAY, CALENDAR), Invalid),
        (lambda: STARTED.with_extension(1, "", MONDAY, CALENDAR), Invalid),
        (lambda: STARTED.with_extension(1, "理由", date(2024, 3, 12), CALENDAR), Conflict),
        (lambda: EXTENDED.with_extension(1, "理由", MONDAY, CALENDAR), Conflict),
        (lambda: Clock(5, MONDAY).with_extension(1, "理由", MONDAY, CALENDAR), Invalid),
        (lambda: STARTED.with_stop(date(2024, 3, 1)), Invalid),
        (lambda: STOPPED.with_stop(date(2024, 3, 7)), Conflict),
        (lambda: STOPPED.with_pause(date(2024, 3, 7), "听证", CALENDAR), Conflict),
        (lambda: STOPPED.with_extension(1, "理由", MONDAY, CALENDAR), Conflict),
    ],
)
def test_steps_the_rules_do_not_allow_are_refused_with_a_message(step, problem):
    with pytest.raises(problem) as refused:
        step()
    assert refused.value.message.zh
    assert refused.value.message.en


def test_a_clock_that_could_not_have_come_about_is_not_built():
    with pytest.raises(ValueError, match="limit"):
        Clock(5, MONDAY, extension_days_max=3, extended_days=4)
