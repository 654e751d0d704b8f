"""Booking a counter: whole slots of working days, each place once, each person once a day."""

from __future__ import annotations

import threading
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from django.db import connection, connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.portal.actions import book_slot, cancel_booking, open_slots
from guanggu.apps.portal.models import Counter, Slot
from guanggu.apps.portal.register import take_in_shipped
from guanggu.apps.portal.rules import slots_of_day
from guanggu.apps.portal.tasks import open_coming_days
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.calendar import DISTRICT_ZONE
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import verify
from guanggu.kernel.register.public import create_record

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=DISTRICT_ZONE)  # a Monday
NINE = "2026-11-24T09:00:00+08:00"
HOURS = "09:00-12:00,13:30-17:00"


@pytest.fixture
def counter(db) -> Counter:
    with clock.fixed_at(NOW):
        create_record(
            platform("tests"), key="c1", collection="counters",
            values={"key": "hall", "name": "综合窗口", "name_en": "General counter", "address": "一楼",
                    "address_en": "1st floor", "hours": HOURS, "slot_minutes": 30, "places": 2,
                    "days_ahead": 5},
        )  # fmt: skip
        open_coming_days()
        yield Counter.objects.get(key="hall")


@given(minutes=st.integers(5, 240), day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_slots_lie_within_the_sessions_and_apart(minutes: int, day: date) -> None:
    starts = slots_of_day(day, HOURS, minutes)
    length = timedelta(minutes=minutes)
    assert all(b - a >= length for a, b in pairwise(starts))
    for start in starts:
        end = (start + length).time()
        assert (start.hour < 12 and end <= time(12)) or start.hour >= 13


@pytest.mark.parametrize(("hours", "minutes"), [("morning", 30), ("12:00-09:00", 30), (HOURS, 0)])
def test_hours_that_cannot_be_read_say_how_to_write_them(hours: str, minutes: int) -> None:
    with pytest.raises(Invalid) as refused:
        slots_of_day(date(2026, 11, 23), hours, minutes)
    assert refused.value.fields


def test_only_working_days_are_opened_and_opening_twice_changes_nothing(counter) -> None:
    days = set(counter.slots.values_list("day", flat=True))
    assert min(days) == date(2026, 11, 23)
    assert date(2026, 11, 28) not in days
    assert counter.slots.count() == len(days) * 13 * 2
    again = open_slots(
        platform("tests"), key=None, counter="hall", from_on="2026-11-23", until_on="2026-11-30"
    )
    assert again == {"opened": 0}


def test_a_place_is_given_once_and_a_full_time_is_refused(counter) -> None:
    for number in range(2):
        book_slot(a_person(), key=f"k{number}", counter="hall", starts_at=NINE)
    with pytest.raises(Conflict) as refused:
        book_slot(a_person(), key="k3", counter="hall", starts_at=NINE)
    assert refused.value.code == "full"


def test_one_person_has_one_booking_a_day_and_a_replayed_form_is_one_booking(counter) -> None:
    person = a_person()
    first = book_slot(person, key="same", counter="hall", starts_at=NINE)
    assert book_slot(person, key="same", counter="hall", starts_at=NINE) == first
    with pytest.raises(Conflict) as refused:
        book_slot(person, key="other", counter="hall", starts_at="2026-11-24T10:00:00+08:00")
    assert refused.value.code == "one_a_day"


def test_a_booking_is_given_back_by_its_holder_alone(counter) -> None:
    person = a_person()
    made = book_slot(person, key="a", counter="hall", starts_at=NINE)
    with pytest.raises(Missing):
        cancel_booking(a_person(), key="b", slot=made["slot"])
    cancel_booking(person, key="c", slot=made["slot"])
    assert Slot.objects.get(pk=made["slot"]).is_free
    book_slot(person, key="d", counter="hall", starts_at=NINE)
    assert not [f for f in verify().findings if "slots" in str(f)]


@pytest.mark.parametrize(
    "starts_at", ["", "soon", "2026-11-24T09:00:00", "2026-11-20T09:00:00+08:00"]
)
def test_a_time_that_cannot_be_booked_is_refused(counter, starts_at: str) -> None:
    with pytest.raises(Invalid):
        book_slot(a_person(), key="k", counter="hall", starts_at=starts_at)


def test_officials_do_not_book_and_visitors_are_asked_to_sign_in(counter) -> None:
    with pytest.raises(Forbidden):
        book_slot(an_official(), key="k", counter="hall", starts_at=NINE)
    answer = Client().post("/booking/", {"counter": "hall", "starts_at": NINE})
    assert answer.status_code in (302, 403)
    assert Client().get("/booking/desk/").status_code == 403


def test_a_person_books_and_cancels_on_the_page_and_the_desk_sees_it(counter) -> None:
    person = a_person("周晓")
    client = sign_in(person)
    page = client.get("/booking/?counter=hall&day=2026-11-24").content.decode()
    assert "09:00" in page
    posted = client.post("/booking/", {"counter": "hall", "starts_at": NINE, "request_key": "r1"})
    assert posted.status_code == 302
    slot = Slot.objects.get(holder=person.ref)
    assert slot.code in client.get("/booking/mine/").content.decode()
    desk = sign_in(an_official(roles=["accept"]))
    assert "周晓" in desk.get("/booking/desk/?day=2026-11-24").content.decode()
    client.post(f"/booking/{slot.pk}/cancel/", {"request_key": "r2"})
    assert not Slot.objects.exclude(holder="").exists()


@pytest.mark.parametrize("day", ["x", "2026-13-01", "2030-01-01"])
def test_a_day_that_is_not_open_shows_no_times(counter, day: str) -> None:
    answer = Client().get("/booking/", {"counter": "hall", "day": day})
    assert (answer.status_code, answer.context["times"]) == (200, [])


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_place_twice(db) -> None:
    soon = clock.now() + timedelta(days=1)
    made = Counter(
        key="rush", name="窗口", name_en="Counter", address="一楼", address_en="1st", version=1,
        created_at=soon, updated_at=soon,
    )  # fmt: skip
    made.save()
    Slot.objects.bulk_create(
        Slot(counter=made, day=soon.date(), starts_at=soon, place=place) for place in (1, 2, 3)
    )
    people, fates = [a_person() for _ in range(8)], []

    def book(number: int) -> None:
        try:
            book_slot(people[number], key=f"t{number}", counter="rush", starts_at=soon.isoformat())
            fates.append("booked")
        except Conflict:
            fates.append("full")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=book, args=(number,)) for number in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    holders = list(Slot.objects.exclude(holder="").values_list("holder", flat=True))
    assert len(set(holders)) == len(holders) == fates.count("booked")
    if connection.vendor == "sqlite":
        assert len(holders) == 3
    assert fates.count("booked") + fates.count("full") == 8


def test_what_comes_with_the_house_is_taken_in(db) -> None:
    runs = take_in_shipped(platform("tests"))
    assert [(run.created, run.quarantined) for run in runs] == [(3, 0), (4, 0)]
