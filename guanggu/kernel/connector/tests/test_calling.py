"""Calls to an engine: bounded, tried again where that is safe, left alone when it is ill."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing, TooMany, Unavailable
from guanggu.kernel.connector.calling import Gate, call, gate_of, pause_s
from guanggu.kernel.connector.declaring import Absent, Engine, Proof
from guanggu.kernel.connector.keeping import switch_engine
from guanggu.kernel.identity.testing import an_official

from .conftest import Outside

pytestmark = pytest.mark.django_db


def test_an_engine_that_nobody_declared_is_missing() -> None:
    with pytest.raises(Missing):
        call("trial.nothing", lambda access: None)


def test_what_is_safe_to_repeat_is_tried_again_with_growing_pauses(outside: Outside) -> None:
    outside.fails = 2
    assert call(outside.key, outside, idempotent=True, wait=outside.waited.append) == "done"
    assert len(outside.asked) == 3
    assert len(outside.waited) == 2
    assert all(0 < each < 1 for each in outside.waited)


def test_what_is_not_safe_is_asked_once_and_the_failure_is_told(outside: Outside) -> None:
    outside.fails = 1
    with pytest.raises(Unavailable) as told:
        call(outside.key, outside, wait=outside.waited.append)
    assert told.value.code == "engine_failed"
    assert "ConnectionError" in told.value.message.en
    assert (len(outside.asked), outside.waited) == (1, [])


def test_an_answer_that_refuses_is_an_answer_and_no_failure(outside: Outside) -> None:
    outside.fails, outside.error = 5, Invalid(T("不行", "no"))
    for _ in range(5):
        with pytest.raises(Invalid):
            call(outside.key, outside, idempotent=True, wait=outside.waited.append)
    assert len(outside.asked) == 5
    assert gate_of(outside.key).failures == 0


def test_an_absent_engine_says_so_to_the_caller(outside: Outside) -> None:
    outside.fails, outside.error = 9, Absent(T("未安装", "not installed"))
    with pytest.raises(Absent, match="未安装"):
        call(outside.key, outside)


def test_after_failures_in_a_row_it_is_left_alone_and_one_call_tries_later(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [100.0]
    gate = gate_of(outside.key)
    monkeypatch.setattr(gate, "now", lambda: at[0])
    outside.fails = 3
    for _ in range(3):
        with pytest.raises(Unavailable):
            call(outside.key, outside)
    with pytest.raises(Unavailable) as told:
        call(outside.key, outside)
    assert told.value.code == "engine_resting"
    assert told.value.retry_after_seconds == 30  # type: ignore[attr-defined]
    assert len(outside.asked) == 3
    at[0] += 31
    assert call(outside.key, outside) == "done"
    assert call(outside.key, outside) == "done"


def test_more_calls_at_once_than_it_bears_are_refused_with_when_to_come_back(
    outside: Outside,
) -> None:
    def nested(depth: int) -> Any:
        return lambda access: call(outside.key, nested(depth - 1)) if depth else "deep"

    assert call(outside.key, nested(1)) == "deep"
    with pytest.raises(TooMany) as told:
        call(outside.key, nested(2))
    assert told.value.retry_after_seconds == 2  # type: ignore[attr-defined]
    assert gate_of(outside.key).in_flight == 0


def test_an_engine_switched_off_is_not_called(outside: Outside) -> None:
    officer = an_official(roles=["administer"])
    with pytest.raises(Invalid):
        switch_engine(officer, connection=outside.key, is_enabled=False)
    switch_engine(officer, connection=outside.key, is_enabled=False, reason="维护")
    with pytest.raises(Unavailable) as told:
        call(outside.key, outside)
    assert (told.value.code, outside.asked) == ("engine_disabled", [])
    switch_engine(officer, connection=outside.key, is_enabled=True)
    assert call(outside.key, outside) == "done"


@given(tried=st.integers(1, 60), chance=st.floats(0, 1))
def test_a_pause_grows_and_is_bounded(tried: int, chance: float) -> None:
    engine = Engine(
        key="a.b", title=T("一", "a"), kind="service", check=lambda access: Proof(), pause_s=0.2,
        pause_s_max=5,
    )  # fmt: skip
    pause = pause_s(engine, tried, chance)
    assert 0.1 <= pause <= 7.5
    assert pause <= pause_s(engine, tried + 1, chance)


@given(st.lists(st.sampled_from(["fail", "answer", "wait"]), max_size=60))
def test_a_gate_never_rests_without_enough_failures_in_a_row(deeds: list[str]) -> None:
    engine = Engine(key="a.b", title=T("一", "a"), kind="service", check=lambda access: Proof(),
                    breaker_after=3, breaker_rest_s=10)  # fmt: skip
    at = [0.0]
    gate, in_a_row, rested_from = Gate(engine, now=lambda: at[0]), 0, -99.0
    for deed in deeds:
        if deed == "wait":
            at[0] += 4
            continue
        rests = in_a_row >= 3 and at[0] - rested_from < 10
        try:
            with gate.entered():
                assert not rests
                if deed == "fail":
                    gate.failed()
                    in_a_row += 1
                    rested_from = at[0]
                else:
                    gate.answered()
                    in_a_row = 0
        except Unavailable:
            assert rests
    assert gate.in_flight == 0
