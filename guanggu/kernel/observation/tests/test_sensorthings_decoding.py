"""Observations out of the bytes of a request."""

from __future__ import annotations

import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.base.errors import Forbidden, Invalid, Missing, Problem
from guanggu.kernel.observation.sensorthings.decoding import (
    Gate,
    NeedsDeepInsert,
    decode_create_observations,
    decode_observation,
)
from guanggu.kernel.observation.sensorthings.identifiers import observation_id, place_of
from guanggu.kernel.observation.sensorthings.times import instant_of, period_of, text_of

GATE = Gate(frozenset({7, 8, 9}), {3: (8, 9)})
DAY = 1_777_593_600_000_000  # 2026-05-01T00:00:00Z


def group(components: list[str], rows: list[Any], **more: Any) -> dict[str, Any]:
    return {
        "Datastream": {"@iot.id": 7}, "components": components,
        "dataArray@iot.count": len(rows), "dataArray": rows, **more,
    }  # fmt: skip


def test_plain_rows_become_columns() -> None:
    rows = [["2026-05-01T00:00:00Z", 1.5], ["2026-05-01T08:00:01+08:00", 2]]
    decoded = decode_create_observations(
        orjson.dumps([group(["phenomenonTime", "result"], rows)]), GATE
    )
    assert decoded.batch is not None
    assert decoded.batch.times.tolist() == [DAY, DAY + 1_000_000]
    assert decoded.batch.results.tolist() == [1.5, 2.0]
    assert decoded.batch.result_times.tolist() == decoded.batch.times.tolist()
    assert orjson.loads(decoded.links("http://x/v1.1")) == [
        f"http://x/v1.1/Observations('7-{DAY}')",
        f"http://x/v1.1/Observations('7-{DAY + 1_000_000}')",
    ]


def test_a_bad_row_is_told_and_harms_no_other() -> None:
    rows = [
        ["2026-05-01T00:00:00Z", 1], ["yesterday", 2], ["2026-05-01T00:00:02Z"],
        ["2026-05-01T00:00:03Z", "foggy"], ["2026-05-01T00:00:04Z/2026-05-01T00:00:09Z", 5],
    ]  # fmt: skip
    decoded = decode_create_observations(
        orjson.dumps([group(["phenomenonTime", "result"], rows)]), GATE
    )
    assert [each is None for each in decoded.ids] == [False, True, True, False, False]
    assert [place for place, _ in decoded.problems] == [1, 2]
    assert decoded.batch is not None
    assert decoded.places == [0, 3, 4]
    assert math.isnan(decoded.batch.results[1])
    extras = [orjson.loads(e) if e else {} for e in decoded.batch.extras or []]
    assert extras == [{}, {"result": "foggy"}, {"until": DAY + 9_000_000}]
    assert decoded.batch.result_times.tolist()[2] == DAY + 9_000_000


def test_a_stream_that_the_gate_does_not_open_is_refused_row_by_row() -> None:
    other = group(["result"], [[1], [2]], Datastream={"@iot.id": 99})
    body = orjson.dumps([other, group(["phenomenonTime", "result"], [["2026-05-01T00:00:00Z", 1]])])
    decoded = decode_create_observations(body, GATE)
    assert decoded.ids == [None, None, f"7-{DAY}"]
    with pytest.raises(Forbidden):
        decode_observation(b'{"result":1}', GATE, 99)


def test_everything_else_that_an_observation_says_is_kept() -> None:
    given_ = {
        "phenomenonTime": "2026-05-01T00:00:00Z", "resultTime": "2026-05-01T00:05:00Z",
        "result": 3, "parameters": {"depth": 0.5}, "resultQuality": "good",
        "validTime": "2026-05-01T00:00:00Z/2026-05-02T00:00:00Z",
        "FeatureOfInterest": {"@iot.id": 12}, "Datastream": {"@iot.id": 8},
    }  # fmt: skip
    decoded = decode_observation(orjson.dumps(given_), GATE)
    assert decoded.batch is not None
    assert decoded.batch.streams.tolist() == [8]
    assert decoded.batch.result_times.tolist() == [DAY + 300_000_000]
    assert orjson.loads((decoded.batch.extras or [""])[0] or "") == {
        "parameters": {"depth": 0.5}, "resultQuality": "good", "foi": 12,
        "validTime": "2026-05-01T00:00:00Z/2026-05-02T00:00:00Z",
    }  # fmt: skip


def test_an_observation_of_many_properties_becomes_a_datum_for_each() -> None:
    body = {"phenomenonTime": "2026-05-01T00:00:00Z", "result": [1, "calm"],
            "parameters": {"a": 1}}  # fmt: skip
    decoded = decode_observation(orjson.dumps(body), GATE, multi=3)
    assert decoded.batch is not None
    assert decoded.batch.streams.tolist() == [8, 9]
    assert decoded.ids == [f"m3-{DAY}"]
    assert decoded.batch.extras == ['{"parameters":{"a":1}}', '{"result":"calm"}']
    with pytest.raises(Invalid):
        decode_observation(b'{"result":[1]}', GATE, multi=3)


def test_an_observation_with_entities_inside_goes_the_other_way() -> None:
    body = {"result": 1, "FeatureOfInterest": {"name": "x"}, "Datastream": {"@iot.id": 7}}
    with pytest.raises(NeedsDeepInsert):
        decode_observation(orjson.dumps(body), GATE)


@pytest.mark.parametrize("body", [b"", b"[", b"1", b"[1]", b'[{"dataArray":1}]', b"null"])
def test_bodies_that_are_none_are_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        decode_create_observations(body, GATE)


ANY = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(2**62), 2**62) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8,
)  # fmt: skip


@given(
    st.lists(st.lists(ANY, max_size=3)), st.sampled_from([["result"], ["phenomenonTime", "result"]])
)
def test_whatever_the_rows_are_each_gets_its_answer(rows: Any, components: list[str]) -> None:
    decoded = decode_create_observations(orjson.dumps([group(components, rows)]), GATE)
    assert len(decoded.ids) == len(rows)
    good = sum(each is not None for each in decoded.ids)
    assert len(decoded.batch or []) == good
    assert len(decoded.problems) == len(rows) - good


@given(st.binary())
def test_no_bytes_bring_it_down(body: bytes) -> None:
    for read in (decode_create_observations, decode_observation):
        try:
            decoded = read(body, GATE)
        except (Problem, NeedsDeepInsert):
            continue
        assert len(decoded.ids) >= len(decoded.problems)


@given(st.integers(-62_000_000_000_000_000, 250_000_000_000_000_000))
def test_times_are_written_and_read_back(time: int) -> None:
    assert instant_of(text_of(time)) == time
    assert period_of(text_of(time, time + 5)) == (time, time + 5)


def test_ids_say_where_the_datum_is() -> None:
    assert place_of(observation_id(7, DAY)) == (False, 7, DAY)
    assert place_of(observation_id(3, -5, multi=True)) == (True, 3, -5)
    for wrong in ("7", "x-1", "7-1'", "7-" + "9" * 20, None):
        with pytest.raises(Missing):
            place_of(wrong)
