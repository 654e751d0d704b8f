"""Profiles, twins, states and quotas by their rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.iot_platform.rules import (
    Setting,
    delta,
    setting_value,
    settings_of,
    share_of_quota,
    state_of,
    streams_of,
)
from guanggu.base.errors import Invalid

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], {}, "a34004", [1], [{"name": "x"}], [{"property": "1x"}],
        [{"property": "a", "interval": "week"}], [{"property": "a", "low": "x"}],
        [{"property": "a", "low": 2, "high": 1}], [{"property": "a"}, {"property": "a"}],
        [{"property": "a", "high": float("nan")}], [{"property": f"p{n}"} for n in range(201)],
    ],
)  # fmt: skip
def test_a_profile_that_measures_nothing_clear_is_refused(wrong):
    with pytest.raises(Invalid) as refused:
        streams_of(wrong)
    assert refused.value.fields["streams"].zh


def test_a_property_may_be_measured_at_several_intervals():
    found = streams_of([{"property": "a34004"}, {"property": "a34004", "interval": "hour"}])
    assert [(s.property, s.interval, s.every_s) for s in found] == [
        ("a34004", "instant", 300),
        ("a34004", "hour", 300),
    ]


@pytest.mark.parametrize("wrong", [{"a": 1}, "x", [{}], [{"name": "a", "kind": "date"}],
                                   [{"name": "a"}, {"name": "a"}]])  # fmt: skip
def test_settings_without_name_or_kind_are_refused(wrong):
    with pytest.raises(Invalid):
        settings_of(wrong)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("number", "60", 60), ("number", " 0.5 ", 0.5), ("text", "a", "a"), ("boolean", "true", True),
     ("boolean", "false", False), ("number", "", None)],
)  # fmt: skip
def test_what_was_typed_becomes_a_value_of_its_kind(kind, text, value):
    assert setting_value(Setting("x", "x", kind), text) == value


@pytest.mark.parametrize(("kind", "text"), [("number", "x"), ("number", "nan"), ("number", "101"),
                                            ("boolean", "yes")])  # fmt: skip
def test_what_is_not_of_its_kind_is_refused_at_its_field(kind, text):
    with pytest.raises(Invalid) as refused:
        setting_value(Setting("x", "x", kind, low=0, high=100), text)
    assert "x" in refused.value.fields


@given(st.dictionaries(st.text(max_size=3), st.integers()),
       st.dictionaries(st.text(max_size=3), st.integers()))  # fmt: skip
def test_a_device_that_reports_the_delta_is_in_step(desired, reported):
    left = delta(desired, reported)
    assert delta(desired, {**reported, **left}) == {}
    assert left.items() <= desired.items()


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(0, "online"), (10, "online"), (11, "late"), (25, "late"), (26, "offline")],
)
def test_a_silent_device_is_late_and_then_offline(minutes, state):
    assert state_of(NOW - timedelta(minutes=minutes), 300, NOW) == state


def test_a_device_never_heard_or_suspended_is_said_to_be():
    assert state_of(None, 300, NOW) == "never"
    assert state_of(NOW, 300, NOW, is_suspended=True) == "suspended"


def test_without_a_quota_there_is_no_share():
    assert share_of_quota(5, 0) is None
    assert share_of_quota(5, 10) == 0.5
