"""The digest of a log and what counts as late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.command.rules import ANSWER_HOURS, NOTHING, answer_by, is_late, log_digest

NOW = datetime(2026, 6, 10, tzinfo=UTC)
ENTRIES = st.lists(
    st.fixed_dictionaries({"key": st.text(max_size=5), "text": st.text(max_size=20)}), max_size=6
)


@given(ENTRIES, st.data())
def test_any_change_of_a_log_changes_its_digest(entries, data):
    digest = log_digest(entries)
    assert digest == log_digest([dict(reversed(e.items())) for e in entries])
    if entries:
        place = data.draw(st.integers(0, len(entries) - 1))
        changed = [*entries]
        changed[place] = {**changed[place], "text": changed[place]["text"] + "."}
        assert log_digest(changed) != digest
        assert log_digest(entries[:place] + entries[place + 1 :]) != digest
    assert log_digest([*entries, {"key": "x", "text": "y"}]) != digest


def test_an_empty_log_has_a_digest_of_its_own():
    assert log_digest([]) == NOTHING


@pytest.mark.parametrize(
    ("urgency", "hours", "until"),
    [("critical", None, 1), ("urgent", None, 4), ("normal", None, 24), ("critical", 6, 6)],
)
def test_an_order_is_answered_by_the_clock(urgency, hours, until):
    assert answer_by(urgency, NOW, hours) == NOW + timedelta(hours=until)
    assert set(ANSWER_HOURS) == {"critical", "urgent", "normal"}


@pytest.mark.parametrize(
    ("state", "until", "late"),
    [
        ("open", NOW - timedelta(seconds=1), True),
        ("open", NOW, False),
        ("open", None, False),
        ("closed", NOW - timedelta(days=1), False),
    ],
)
def test_only_an_open_order_is_late(state, until, late):
    assert is_late(state, until, NOW) is late
