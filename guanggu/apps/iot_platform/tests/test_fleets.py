"""A fleet as a whole: its keys issued together, its quota held, its bad frames looked at."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from guanggu.apps.iot_platform import tasks
from guanggu.apps.iot_platform.actions import count_quota, issue_keys
from guanggu.apps.iot_platform.models import Fleet, FleetDevice, QuotaDay
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.clock import to_microseconds
from guanggu.base.errors import Forbidden, Invalid, Missing
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.journal.models import ActionReceipt, Event
from guanggu.kernel.journal.public import run_until_quiet, verify
from guanggu.kernel.observation.device_actions import quarantine_frames
from guanggu.kernel.observation.gateways.directory import Budget, budget_of, load_stations
from guanggu.kernel.observation.public import Device, rotate_key, suspend_device
from guanggu.kernel.observation.quotas import day_of, load_counts, share_quota, write_counts
from guanggu.kernel.observation.sealed_secrets import key_digest
from guanggu.kernel.register.public import change_record, create_record, read_sheets

pytestmark = pytest.mark.django_db
PLATFORM = platform("tests")
NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
STREAMS = [{"property": "a01001", "name": "气温", "unit": "Cel"}]


@pytest.fixture
def fleet() -> Fleet:
    """Three devices, none with a key, of a fleet that may send 100 messages a day."""
    for collection, values in (
        ("device_profiles", {"key": "p", "name": "微站", "streams": STREAMS}),
        ("fleets", {"key": "f", "name": "一群", "messages_a_day_max": 100}),
        *(
            ("fleet_devices", {"key": f"d{n}", "name": f"{n} 号", "profile": "p", "fleet": "f",
                               "address": f"m-{n}"})
            for n in (1, 2, 3)
        ),
    ):  # fmt: skip
        create_record(PLATFORM, collection=collection, values=values)
    return Fleet.objects.get()


def address_of(key: str) -> str:
    return Device.objects.get(key=key).address


def suspended() -> set[str]:
    return set(Device.objects.filter(is_suspended=True).values_list("address", flat=True))


def key_of(address: str) -> str:
    return Device.objects.get(address=address).key


def test_devices_without_a_key_are_served_together_and_the_others_left_alone(fleet):
    kept = rotate_key(PLATFORM, device=key_of("m-2"))["key"]
    given = issue_keys(PLATFORM, fleet="f")
    assert [one["address"] for one in given["devices"]] == ["m-1", "m-3"]
    stations = load_stations()
    for one in given["devices"]:
        assert stations["mqtt", one["address"]].key_digest == key_digest(one["key"])
    assert stations["mqtt", "m-2"].key_digest == key_digest(kept)
    with pytest.raises(Invalid):
        issue_keys(PLATFORM, fleet="f")
    written = " ".join(str(event.data) for event in Event.objects.all())
    written += " ".join(str(each.result) for each in ActionReceipt.objects.all())
    assert not any(one["key"] in written for one in given["devices"])


def test_keys_come_as_a_sheet_that_no_cache_keeps(fleet):
    engineer = sign_in(an_official(roles=["devices"]))
    assert "3 台" in engineer.get("/iot_platform/keys/f/").content.decode()
    answer = engineer.post("/iot_platform/keys/f/", {"as": "sheet"})
    assert "no-store" in answer.headers["Cache-Control"]
    [sheet] = read_sheets(answer.content, "keys.xlsx")
    assert sheet.headings[:3] == ("设备标识", "设备名称", "密钥")
    assert len({cells[2] for _, cells in sheet.rows}) == 3
    assert engineer.post("/iot_platform/keys/f/", {"as": "sheet"}).status_code == 422
    assert "都已发放密钥" in engineer.get("/iot_platform/keys/f/").content.decode()


def test_keys_shown_on_the_page_are_those_of_the_devices(fleet):
    engineer = sign_in(an_official(roles=["devices"]))
    page = engineer.post("/iot_platform/keys/f/", {"as": "page"}).content.decode()
    shown = set(re.findall(r"[\w-]{43}", page))
    digests = {s.key_digest for s in load_stations().values()}
    assert len(digests) == 3
    assert digests <= {key_digest(text) for text in shown}


def test_only_keepers_of_devices_issue_keys(fleet):
    watcher = an_official(roles=["monitor"])
    with pytest.raises((Forbidden, Missing)):
        issue_keys(watcher, fleet="f")
    assert sign_in(watcher).get("/iot_platform/keys/f/").status_code in (403, 404)


def test_a_fleet_over_its_quota_rests_until_the_next_day(fleet):
    suspend_device(PLATFORM, device=key_of("m-3"), reason="被盗")
    count_quota(PLATFORM, fleet="f", on="2026-05-01", messages=99)
    assert suspended() == {"m-3"}
    count_quota(PLATFORM, fleet="f", on="2026-05-01", messages=100)
    assert suspended() == {"m-1", "m-2", "m-3"}
    assert QuotaDay.objects.get().used_up_at is not None
    count_quota(PLATFORM, fleet="f", on="2026-05-01", messages=0)  # the gateways began anew
    assert suspended() == {"m-1", "m-2", "m-3"}
    count_quota(PLATFORM, fleet="f", on="2026-05-02", messages=0)
    assert suspended() == {"m-3"}  # what a person suspended stays so


def test_the_worker_counts_what_the_gateways_took(fleet):
    run_until_quiet()
    with clock.fixed_at(NOON):
        counts = load_counts({})
        [one] = counts.values()
        assert one.takes(day_of(to_microseconds(NOON)), 99)
        write_counts([(one.pk, one.day, one.messages)])
        tasks.hold_quotas()
        assert not QuotaDay.objects.exists()
        assert one.takes(one.day, 1)
        write_counts([(one.pk, one.day, one.messages)])
        tasks.hold_quotas()
        assert suspended() == {"m-1", "m-2", "m-3"}
        tasks.hold_quotas()
    with clock.fixed_at(NOON + timedelta(days=1)):
        tasks.hold_quotas()
    assert suspended() == set()


def test_bad_frames_are_seen_with_their_bytes(fleet):
    device = Device.objects.get(address="m-1")
    frame = {
        "device": device.pk, "protocol": "hj212", "peer": "10.0.0.9", "reason": "no_device",
        "detail": "A6EC", "raw": b"##0010<script>\x00\xff".hex(), "alike": 41,
        "at": to_microseconds(clock.now()),
    }  # fmt: skip
    quarantine_frames(PLATFORM, frames=[frame, {**frame, "device": None}])
    engineer = sign_in(an_official(roles=["devices"]))
    listed = engineer.get("/iot_platform/quarantine/").content.decode()
    assert "未知来源" in listed
    assert device.name in listed
    address = re.search(r'href="(/iot_platform/quarantine/\d+/)"', listed)[1]
    page = engineer.get(address).content.decode()
    assert "23 23 30 30 31 30" in page
    assert "&lt;script&gt;" in page
    strangers = engineer.get("/iot_platform/quarantine/", {"device": "-"}).content.decode()
    assert "41" in strangers
    assert device.name not in strangers
    assert engineer.get("/iot_platform/quarantine/99999/").status_code == 404
    outsider = sign_in(an_official(roles=["draft"]))
    assert outsider.get("/iot_platform/quarantine/").status_code == 403


def test_the_gateways_hold_a_fleet_to_its_quota_from_the_first_message_beyond(fleet):
    """A flood within a minute: before any worker has looked, and across protocols and a restart."""
    run_until_quiet()
    now = to_microseconds(NOON)
    counts = load_counts({})
    stations = load_stations(counts)
    budgets: dict[int, Budget] = {}
    taken = [
        sum(
            budget_of(budgets, stations["mqtt", address]).is_within_day(now) for _ in range(80)
        )
        for address in ("m-1", "m-2", "m-3")
    ]  # fmt: skip
    assert taken == [80, 20, 0]
    write_counts((each.pk, each.day, each.messages) for each in counts.values())
    again = load_stations(load_counts({}))
    assert not budget_of({}, again["mqtt", "m-3"]).is_within_day(now)
    assert budget_of({}, again["mqtt", "m-3"]).is_within_day(now + 86_400_000_000)


def test_a_quota_that_is_raised_lets_the_fleet_speak_again(fleet):
    run_until_quiet()
    now = to_microseconds(NOON)
    counts = load_counts({})
    budgets: dict[int, Budget] = {}
    station = load_stations(counts)["mqtt", "m-1"]
    assert budget_of(budgets, station).is_within_day(now, 100)
    assert not budget_of(budgets, station).is_within_day(now)
    row = Fleet.objects.get()
    change_record(
        PLATFORM, collection="fleets", record="f", version=row.version,
        values={"messages_a_day_max": 101},
    )  # fmt: skip
    run_until_quiet()
    station = load_stations(load_counts(counts))["mqtt", "m-1"]
    assert budget_of(budgets, station).is_within_day(now)
    assert not budget_of(budgets, station).is_within_day(now)
    assert budgets[station.device].today == 101


def test_a_device_that_leaves_the_fleet_is_not_counted_with_it(fleet):
    create_record(PLATFORM, collection="fleets", values={"key": "g", "name": "二群"})
    run_until_quiet()
    row = FleetDevice.objects.get(key="d1")
    change_record(
        PLATFORM, collection="fleet_devices", record="d1", version=row.version,
        values={"fleet": "g"},
    )  # fmt: skip
    run_until_quiet()
    quotas = dict(Device.objects.values_list("address", "quota__messages_a_day_max"))
    assert quotas == {"m-1": 0, "m-2": 100, "m-3": 100}


def test_who_joins_and_leaves_a_quota_is_journaled_device_by_device(fleet: Fleet) -> None:
    keeper = an_official(roles=["devices"])
    keys = list(Device.objects.order_by("key").values_list("key", flat=True)[:2])
    assert share_quota(keeper, quota="Q-1", devices=keys, messages_a_day_max=9)["joined"] == 2
    told = share_quota(keeper, quota="Q-1", devices=keys[:1], messages_a_day_max=9)
    assert (told["left"], told["joined"]) == (1, 0)
    kinds = Event.objects.filter(subject=f"devices/{keys[1]}").order_by("sequence")
    assert [event.kind for event in kinds][-2:] == ["devices.changed", "devices.changed"]
    assert [f for f in verify().findings if f.place.startswith("devices/")] == []
