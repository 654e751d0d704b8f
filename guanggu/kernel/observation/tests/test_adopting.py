"""A factor that nobody declared is adopted: what waited in quarantine is stored, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.clock import to_microseconds
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing, Unavailable
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import Event
from guanggu.kernel.observation import adopting, device_actions
from guanggu.kernel.observation.adopting import (
    adopt_factor,
    adoptions_of,
    factors_waiting_in,
    replay,
    waiting_factors,
)
from guanggu.kernel.observation.declaring import StreamSpec, declare_station
from guanggu.kernel.observation.device_actions import quarantine_frames, register_device
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.models import Datastream, Device, QuarantinedFrame
from guanggu.kernel.observation.store import bind, observations
from guanggu.standards import hj_212

pytestmark = pytest.mark.django_db
HOUR = 3_600_000_000
START = to_microseconds(clock.now()) // HOUR * HOUR - 40 * HOUR


@pytest.fixture
def device() -> Device:
    declare_station(
        platform("t"), key="PK-1", name="总排口", kind="pollution_source_outlet",
        organisation=an_organisation(),
        streams=[StreamSpec("w01018", "hour", "mg/L", every_s=3600, name="化学需氧量")],
    )  # fmt: skip
    made = register_device(platform("t"), thing="PK-1", protocol="hj212", address="MN1")
    return Device.objects.get(key=made["device"])


def segment(at: int, factors: dict, cn: str = "2061") -> bytes:
    """As the decoder hands it on: without ##, length and the end of line."""
    body = hj_212.body_of(hj_212.data_time(at), factors)
    qn = hj_212.request_number(at)
    frame = hj_212.build(body, qn=qn, cn=cn, mn="MN1", pw="123456", st="32", flag=5)
    return frame[6:-2]


def keep(device: Device, *raws: bytes, detail: str = "w21003", **changed) -> None:
    given = {
        "device": device.pk, "protocol": "hj212", "peer": "10.0.0.9", "reason": "no_datastream",
        "detail": detail, "alike": 0, "at": to_microseconds(clock.now()),
    } | changed  # fmt: skip
    quarantine_frames(platform("t"), frames=[{**given, "raw": raw.hex()} for raw in raws])


def hours(device: Device, count: int = 3, **more) -> None:
    keep(device, *(
        segment(START + n * HOUR, {
            "w01018": {"Avg": 20.0, "Flag": "N"},
            "w21003": {"Min": 0.5, "Avg": 1.0 + n, "Max": 9, "Flag": "M" if n == 1 else "N"},
        })
        for n in range(count)
    ), **more)  # fmt: skip


def stored(code: str = "w21003", interval: str = "hour") -> list[tuple[int, float, int]]:
    stream = Datastream.objects.get(observed_property__key=code, interval=interval)
    table = observations().series([stream.pk], START, START + 100 * HOUR).to_pydict()
    return [
        ((time - START) // HOUR, value, mark)
        for time, value, mark in zip(table["time"], table["result"], table["mark"], strict=True)
    ]


def adopt(actor=None, **changed):
    given = {
        "device": Device.objects.earliest("pk").key,
        "factor": "w21003",
        "name": "氨氮",
        "unit": "mg/L",
    }
    return adopt_factor(actor or an_official(roles=["monitor"]), **{**given, **changed})


def test_what_waited_is_stored_with_its_time_and_mark_and_only_that(device):
    hours(device)
    keep(device, segment(START, {"w21003": {"Rtd": 7.0, "Flag": "N"}}, "2011"))
    assert [(w.factor, w.title.zh, w.unit, w.frames) for w in waiting_factors()] == [
        ("w21003", "氨氮", "mg/L", 4)
    ]
    assert adopt()["intervals"] == ["hour", "instant"]
    assert waiting_factors("PK-1") == []
    assert replay() == 4
    assert stored() == [(0, 1.0, 0), (1, 2.0, Mark.MAINTENANCE), (2, 3.0, 0)]
    assert stored(interval="instant") == [(0, 7.0, 0)]
    assert observations().count([Datastream.objects.get(
        observed_property__key="w01018").pk], 0, 2**60) == 0  # fmt: skip
    assert QuarantinedFrame.objects.filter(resolved_at=None).count() == 0


def test_reading_frames_again_changes_nothing(device, monkeypatch):
    hours(device)
    adopt()
    with monkeypatch.context() as patched:
        patched.setattr(adopting, "_batch", lambda data: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            replay()
    assert stored() == []
    replay()
    first = stored()
    QuarantinedFrame.objects.update(resolved_at=None)
    adoption = adoptions_of(device.key)[0]
    adoption.last_frame = 0
    adoption.save()
    replay()
    assert stored() == first
    assert len(first) == 3


def test_without_the_store_nothing_is_counted_as_read(device):
    hours(device)
    adopt()
    own = observations()
    bind(None)
    with pytest.raises(Unavailable):
        replay()
    bind(lambda: own)
    assert replay() == 3


def test_it_ends_when_the_gateways_know_the_stream(device):
    hours(device)
    adopt()
    replay()
    hours(device, 4)  # came before the gateways had looked
    replay()
    assert len(stored()) == 4
    assert replay() == 0
    assert adoptions_of(device.key)[0].finished_at is None
    with clock.fixed_at(clock.now() + timedelta(minutes=1)):
        replay()
    adoption = adoptions_of(device.key)[0]
    assert (adoption.frames, adoption.data) == (7, 7)
    assert adoption.finished_at is not None
    told = Event.objects.get(kind="observation.frames_replayed").body
    assert told["factor"] == "w21003"


def test_a_frame_waits_until_all_its_factors_are_known(device):
    factors = {"w21003": {"Avg": 1.0}, "w01019": {"Avg": 2.0}}
    keep(device, segment(START, factors), detail="w01019, w21003")
    frame = QuarantinedFrame.objects.get()
    assert factors_waiting_in(frame) == ["w01019", "w21003"]
    adopt()
    replay()
    frame.refresh_from_db()
    assert (frame.resolved_at, factors_waiting_in(frame)) == (None, ["w01019"])
    adopt(factor="w01019", name="高锰酸盐指数")
    replay()
    assert (stored(), stored("w01019")) == ([(0, 1.0, 0)], [(0, 2.0, 0)])
    frame.refresh_from_db()
    assert frame.resolved_at is not None


@pytest.mark.parametrize(
    ("changed", "error", "field"),
    [
        ({"factor": "w99999"}, Missing, ""),
        ({"factor": "x; drop"}, Invalid, "factor"),
        ({"unit": "mg per L"}, Invalid, "unit"),
        ({"name": " "}, Invalid, "name"),
        ({"device": "nobody"}, Missing, ""),
    ],
)
def test_what_does_not_fit_is_told(device, changed, error, field):
    hours(device)
    with pytest.raises(error) as told:
        adopt(**changed)
    assert not field or field in told.value.fields
    assert Datastream.objects.count() == 1


def test_a_frame_that_was_cut_short_stops_no_other(device):
    keep(device, b"QN=20260501000000000;ST=32;CN=2061;PW=1;MN=MN1;Flag=5;CP=&&DataTime=2026")
    hours(device)
    adopt()
    assert replay() == 3


def test_only_keepers_of_devices_and_reviewers_adopt(device):
    hours(device)
    with pytest.raises(Forbidden):
        adopt(an_official(roles=["enforce"]))
    declare_station(platform("t"), key="PK-2", name="二号", kind="pollution_source_outlet")
    other = register_device(platform("t"), thing="PK-2", protocol="mqtt", address="x")
    with pytest.raises(Conflict):
        adopt(an_official(roles=["devices"]), device=other["device"])


def test_of_one_device_no_more_than_a_month_of_frames_waits(device, monkeypatch):
    monkeypatch.setattr(device_actions, "FRAMES_A_DEVICE_MAX", 4)
    hours(device, 6)
    assert device_actions.drop_old_frames() == 2
    assert device_actions.drop_old_frames() == 0
    adopt()
    assert replay() == 4
    assert [hour for hour, _, _ in stored()] == [2, 3, 4, 5]
