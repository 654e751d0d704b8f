"""Numbers without gap or double, whoever takes them at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.actor import platform
from guanggu.base.errors import Invalid
from guanggu.kernel.document.public import compose, take_number
from guanggu.kernel.journal.public import action, append


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("武新市监许〔{year}〕{number}号", "武新市监许〔2026〕7号"),
        ("JY{year}{number:06d}", "JY2026000007"),
        ("{number}", "7"),
    ],
)
def test_pattern_is_filled_in(pattern, number):
    assert compose(pattern, 2026, 7) == number


@pytest.mark.parametrize("pattern", ["", "武政", "{year}", "{number", "{other}", "{number.real.x}"])
def test_pattern_that_cannot_tell_two_numbers_apart_is_refused(pattern):
    with pytest.raises(Invalid):
        compose(pattern, 2026, 1)


@given(st.integers(1, 999_999), st.integers(1, 999_999))
def test_different_numbers_never_look_alike(one, other):
    alike = compose("文〔{year}〕{number}号", 2026, one) == compose(
        "文〔{year}〕{number}号", 2026, other
    )
    assert alike == (one == other)


@pytest.mark.django_db
def test_each_year_and_series_counts_by_itself():
    taken = [take_number(s, y) for s, y in (("a", 2025), ("a", 2025), ("a", 2026), ("b", 2026))]
    assert taken == [1, 2, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_number_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        take_number("a", 2026)


@pytest.mark.django_db(transaction=True)
def test_takers_at_once_get_every_number_once_also_when_some_give_up():
    taken: list[int] = []

    @action("document.take_number_in_a_test", allows=lambda actor, **_: True)
    def take(actor, *, subject, gives_up):
        number = take_number("at once", 2026)
        append(subject, "document.number_taken", actor, {"number": number})
        if gives_up:
            raise ZeroDivisionError
        return number

    def work(worker: int) -> None:
        try:
            for turn in range(6):
                try:
                    taken.append(
                        take(platform("t"), subject=f"x/{worker}-{turn}", gives_up=turn % 3 == 2)
                    )
                except ZeroDivisionError:
                    continue
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 17))


@pytest.mark.django_db
def test_rollback_gives_the_number_back():
    with transaction.atomic():
        take_number("r", 2026)
        transaction.set_rollback(True)
    assert take_number("r", 2026) == 1
