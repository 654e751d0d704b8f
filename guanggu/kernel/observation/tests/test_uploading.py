"""Observations out of sheets: good rows stored, each bad one told with its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guanggu.base.actor import VISITOR, platform
from guanggu.base.clock import fixed_at
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.journal.public import Event
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.models import Datastream
from guanggu.kernel.observation.public import StreamSpec, declare_station, observations
from guanggu.kernel.observation.testing import at
from guanggu.kernel.observation.uploading import (
    digest_of,
    read_observations,
    time_of,
    upload_observations,
)
from guanggu.kernel.register.public import write_xlsx

ACTOR = platform("test")


@pytest.fixture(autouse=True)
def _now():
    with fixed_at(datetime(2026, 5, 2, tzinfo=UTC)):
        yield


@pytest.fixture
def station(db):
    streams = [
        StreamSpec(code, "hour", "mg/L", name=name)
        for code, name in (("w01018", "化学需氧量"), ("w21003", "氨氮"))
    ]
    return declare_station(ACTOR, key="S-01", name="一号排口", kind="outlet", streams=streams)


def stream(code: str) -> int:
    return Datastream.objects.get(observed_property__key=code).pk


def stored() -> dict[tuple[int, int], tuple[float, int]]:
    pks = list(Datastream.objects.values_list("pk", flat=True))
    t = observations().series(pks, 0, 2**60).to_pydict()
    keys = zip(t["stream"], t["time"], strict=True)
    return dict(zip(keys, zip(t["result"], t["mark"], strict=True), strict=True))


def take(text: str | bytes, name: str = "a.csv") -> tuple[dict, list]:
    content = text.encode() if isinstance(text, str) else text
    uploaded = read_observations(content, name)
    told = upload_observations(ACTOR, uploaded=uploaded, file_name=name, digest=digest_of(content))
    return told, uploaded.wrong


def test_a_wide_sheet_by_codes_and_by_names(station) -> None:
    told, wrong = take("监测设施,时间,w01018,氨氮\nS-01,2026-05-01 08:00,23.5,1.25\n")
    assert wrong == []
    assert told["new"] == 2
    time = at("2026-05-01 08:00")
    assert stored() == {
        (stream("w01018"), time): (23.5, Mark.MANUAL),
        (stream("w21003"), time): (1.25, Mark.MANUAL),
    }


def test_a_long_sheet_in_english_with_marks(station) -> None:
    key = Datastream.objects.get(observed_property__key="w01018").key
    told, wrong = take(f"Datastream,Time,Value,Mark\n{key},2026-05-01T00:00:00Z,7,N\n")
    assert wrong == []
    assert told["new"] == 1
    assert stored() == {(stream("w01018"), at("2026-05-01 08:00")): (7.0, Mark.NORMAL)}


def test_good_rows_beside_bad_ones_are_kept(station) -> None:
    rows = [
        "S-01,2026-05-01 08:00,1",
        "S-01,gestern,2",
        "S-01,2026-05-01 09:00,viel",
        "S-99,2026-05-01 10:00,4",
        "S-01,2031-01-01 00:00,5",
    ]
    told, wrong = take("监测设施,时间,w01018\n" + "\n".join(rows))
    assert (told["new"], told["wrong"]) == (1, 4)
    assert [row.number for row in wrong] == [3, 4, 5, 6]
    assert all(row.why.zh and row.why.en for row in wrong)


def test_the_same_file_again_changes_nothing_and_is_in_the_journal(station) -> None:
    text = "监测设施,时间,w01018\nS-01,2026-05-01 08:00,1\n"
    take(text)
    told, _ = take(text)
    assert (told["new"], told["repeated"]) == (0, 1)
    events = Event.objects.filter(kind="observation.observations_uploaded")
    assert events.count() == 2
    assert digest_of(text.encode()) in str(events.first().data)


def test_a_workbook_is_read_as_well(station) -> None:
    book = write_xlsx(
        [("数据", [["监测设施", "时间", "w01018"], ["S-01", "2026-05-01 08:00", 3.5]])]
    )
    told, wrong = take(book, "a.xlsx")
    assert (told["new"], wrong) == (1, [])


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "时间,数值\n2026-05-01,1\n", "", "\x00"])
def test_a_foreign_sheet_is_refused(db, text) -> None:
    with pytest.raises(Invalid):
        read_observations(text.encode(), "a.csv")


def test_only_who_keeps_devices_may(station) -> None:
    uploaded = read_observations("监测设施,时间,w01018\nS-01,2026-05-01,1".encode(), "a.csv")
    with pytest.raises(Forbidden):
        upload_observations(VISITOR, uploaded=uploaded, file_name="a", digest="")
    assert stored() == {}


@pytest.mark.parametrize(
    "text", ["2026-05-01 08:00", "2026/05/01 08:00", "2026-05-01T00:00:00+00:00", "20260501080000"]
)
def test_times_are_beijing_time_unless_they_say_otherwise(text) -> None:
    assert time_of(text) == at("2026-05-01 08:00")
