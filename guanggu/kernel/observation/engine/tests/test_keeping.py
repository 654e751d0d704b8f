"""When sealing is due."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanggu.base.clock import DISTRICT_ZONE, fixed_at
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.engine.embedded import EmbeddedStore
from guanggu.kernel.observation.engine.keeping import Keeper, due_before
from guanggu.kernel.observation.engine.state import BEGINNING, Segment, State
from guanggu.kernel.observation.testing import at

AT = datetime(2026, 5, 3, 10, 30, tzinfo=DISTRICT_ZONE)


@pytest.mark.parametrize(
    ("sealed", "hot_rows", "late_rows", "due"),
    [
        (BEGINNING, 5, 0, at("2026-05-02 00:00")),
        (at("2026-05-02 00:00"), 5, 0, None),
        (at("2026-05-02 00:00"), 10**8, 0, at("2026-05-03 09:00")),
        (at("2026-05-03 09:00"), 10**8, 0, None),
        (at("2026-05-02 00:00"), 5, 10**6, at("2026-05-02 00:00")),
    ],
)
def test_sealing_is_due_by_day_by_size_and_by_late_rows(sealed, hot_rows, late_rows, due):
    state = State(segments=[Segment(1, hot_rows)], sealed=sealed, late_rows=late_rows)
    assert due_before(state, AT) == due


def test_the_keeper_seals_the_days_before_yesterday(tmp_path):
    store = EmbeddedStore(tmp_path / "observations")
    times = [at(f"2026-05-0{day} 12:00") for day in (1, 2, 3)]
    store.append(Batch.of([1, 1, 1], times, [1, 2, 3]))
    keeper = Keeper(store)
    with fixed_at(AT):
        keeper.look()
    keeper.end()
    assert [part.rows for part in store.state.parts] == [1]
    assert store.state.sealed == at("2026-05-02 00:00")
    store.close()
