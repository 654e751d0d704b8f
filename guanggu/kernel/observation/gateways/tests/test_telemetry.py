"""Telemetry in JSON and SenML: by table, and that nothing a device sends can break the decoder."""

from __future__ import annotations

import json
import math

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.kernel.observation.gateways.directory import Budget
from guanggu.kernel.observation.gateways.telemetry import decode
from guanggu.kernel.observation.marks import Mark

from .stations import station

ARRIVAL = 1_780_000_000_000_000
MS = 1_779_999_990_123


def rows(payload: object) -> tuple[dict, list[str]]:
    """{(stream, time): (value, mark, extra)} and the reasons of what was wrong."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    decoded = decode(station("mqtt"), raw, ARRIVAL)
    found = {}
    for streams, time, values, marks in decoded.rows:
        for stream, value, mark in zip(streams.tolist(), values, marks, strict=True):
            found[stream, time] = (value, mark, None)
    if decoded.batch is not None:
        b = decoded.batch
        for n in range(len(b)):
            extra = b.extras[n] if b.extras else None
            found[int(b.streams[n]), int(b.times[n])] = (
                float(b.results[n]),
                int(b.marks[n]),
                extra,
            )
    return found, [wrong.reason for wrong in decoded.wrong]


def test_the_usual_message() -> None:
    found, wrong = rows({"ts": MS, "values": {"w01018": 12.5, "w21003": 1}})
    assert found == {(1, MS * 1000): (12.5, 0, None), (2, MS * 1000): (1.0, 0, None)}
    assert wrong == []


@pytest.mark.parametrize(
    ("ts", "time"),
    [
        (None, ARRIVAL),
        (MS, MS * 1000),
        ("2026-05-01T10:00:00+08:00", 1_777_600_800_000_000),
        ("2026-05-01T02:00:00Z", 1_777_600_800_000_000),
    ],
)
def test_times(ts, time) -> None:
    found, _ = rows({"ts": ts, "values": {"w01018": 1}})
    assert list(found) == [(1, time)]


@pytest.mark.parametrize("ts", ["2026-05-01T10:00:00", "yesterday", 12, -1, 1e300, True, []])
def test_no_time_at_all(ts) -> None:
    assert rows({"ts": ts, "values": {"w01018": 1}}) == ({}, ["bad_time"])


def test_a_name_without_a_stream_harms_no_other() -> None:
    found, wrong = rows({"ts": MS, "values": {"w01018": 2, "nobody": 3}})
    assert found == {(1, MS * 1000): (2.0, 0, None)}
    assert wrong == ["no_datastream"]


def test_marks_and_results_that_are_no_numbers() -> None:
    found, wrong = rows(
        {"ts": MS, "values": {"w01018": 2, "w21003": "open", "w00000": None}, "marks": {"w01018": "M"}}
    )  # fmt: skip
    assert found[1, MS * 1000] == (2.0, Mark.MAINTENANCE, None)
    value, _, extra = found[2, MS * 1000]
    assert math.isnan(value)
    assert json.loads(extra) == {"result": "open"}
    assert wrong == ["bad_value"]


def test_many_in_one_message() -> None:
    found, _ = rows([{"ts": MS + n, "values": {"w01018": n}} for n in range(5)])
    assert len(found) == 5


def test_senml_with_base_fields() -> None:
    """RFC 8428 5.1.3: base name, base time and relative times."""
    pack = [
        {"bn": "urn:dev:mac:0024befffe804ff1:", "bt": 1_779_999_000, "bu": "mg/L"},
        {"n": "w01018", "t": -5, "v": 20.5},
        {"n": "w01018", "v": 21.5},
        {"n": "w21003", "vb": True},
    ]
    found, wrong = rows(pack)
    assert found == {
        (1, 1_779_998_995_000_000): (20.5, 0, None),
        (1, 1_779_999_000_000_000): (21.5, 0, None),
        (2, 1_779_999_000_000_000): (1.0, 0, None),
    }
    assert wrong == []


def test_senml_without_a_time_is_now_and_small_times_are_relative() -> None:
    found, _ = rows([{"n": "w01018", "v": 1}, {"n": "w21003", "v": 2, "t": -60}])
    assert set(found) == {(1, ARRIVAL), (2, ARRIVAL - 60_000_000)}


def test_senml_base_value() -> None:
    found, _ = rows([{"bn": "", "bv": 100, "n": "w01018", "v": 1.5}])
    assert found == {(1, ARRIVAL): (101.5, 0, None)}


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff\xfe", b"12", b"[]", b'"x"', b"null"])
def test_what_is_no_telemetry_says_so(payload) -> None:
    found, wrong = rows(payload)
    assert found == {}
    assert len(wrong) == 1


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["ts", "values", "marks", "n", "bn", "bt", "t", "v", "vs", "w01018"]),
        inner, max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@given(_json)
def test_no_json_breaks_the_decoder(given_json) -> None:
    decoded = decode(station("mqtt"), orjson.dumps(given_json), ARRIVAL)
    assert all(len(r.streams) == len(r.values) == len(r.marks) for r in decoded.rows)


@given(st.binary(max_size=60))
def test_no_bytes_break_the_decoder(raw) -> None:
    decoded = decode(station("mqtt"), raw, ARRIVAL)
    assert decoded.rows == [] or raw[:1] in (b"{", b"[", b" ", b"\n", b"\t", b"\r")


def test_a_budget_refuses_beyond_its_minute_and_its_day() -> None:
    budget = Budget(3, 5)
    assert [budget.allows() for _ in range(4)] == [True, True, True, False]
    assert [budget.is_within_day(ARRIVAL) for _ in range(6)] == [True] * 5 + [False]
    assert budget.is_within_day(ARRIVAL + 86_400_000_000)
