"""Pages of the sensing, as an officer and as others use them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.observation.alarms import judge
from guanggu.kernel.observation.declaring import StreamSpec, declare_station
from guanggu.kernel.observation.models import Alarm, Datastream, Review
from guanggu.kernel.observation.public import Batch, Mark, observations
from guanggu.kernel.observation.receiving.receiver import queue_for_judge
from guanggu.kernel.observation.reviewing import apply_reviews
from guanggu.kernel.register.public import create_record

pytestmark = pytest.mark.django_db
HOUR = 3_600_000_000


@pytest.fixture
def stream():
    thing = declare_station(
        platform("t"), key="PK-1", name="污水总排口", kind="pollution_source_outlet",
        streams=[StreamSpec("w01018", "hour", "mg/L", 0, 500, every_s=3600, name="化学需氧量",
                            name_en="COD")],
    )  # fmt: skip
    create_record(
        platform("t"), collection="alarm_rules",
        values={"name": "COD 超标", "kind": "limit", "datastream": f"{thing.key}-w01018-hour",
                "upper": 40.0, "clause": "GB 18918-2002"},
    )  # fmt: skip
    return Datastream.objects.get(thing=thing)


@pytest.fixture
def first(stream):
    """Ten hours of yesterday: one above the limit, one in doubt; answers the first time."""
    yesterday = clock.local(clock.now()) - timedelta(days=1)
    start = clock.to_microseconds(yesterday.replace(hour=0, minute=0, second=0, microsecond=0))
    values = [20.0, 21.0, 55.5, 20.0, 19.0, 480.0, 20.0, 22.0, 23.0, 24.0]
    marks = [Mark.SPIKE if value == 480.0 else 0 for value in values]
    batch = Batch.of([stream.pk] * 10, [start + n * HOUR for n in range(10)], values, marks)
    observations().append(batch)
    queue_for_judge(batch)
    judge.judge_queue()
    return start


def day(first):
    return clock.local(clock.from_microseconds(first)).date().isoformat()


def signed_in(client, *roles):
    return sign_in(an_official(roles=list(roles)), client)


def test_an_officer_sees_and_acknowledges_an_alarm(client, stream, first):
    signed_in(client, "monitor")
    page = client.get("/sensing/alarms/").content.decode()
    assert "COD 超标" in page
    assert "55.5 mg/L" in page
    key = Alarm.objects.get().key
    page = client.get(f"/sensing/alarms/{key}/").content.decode()
    assert "GB 18918-2002" in page
    assert "报警期间的数据" in page
    refused = client.post(f"/sensing/alarms/{key}/", {"acknowledge": "1", "note": ""})
    assert "请填写处理说明" in refused.content.decode()
    done = client.post(
        f"/sensing/alarms/{key}/", {"acknowledge": "1", "note": "已核实"}, follow=True
    )
    assert "已核实" in done.content.decode()
    assert Alarm.objects.get().state == "closed"  # the data came back before


def test_others_see_no_alarms(client, stream, first):
    assert client.get("/sensing/alarms/").status_code in (302, 403)
    signed_in(client, "accept")
    assert client.get("/sensing/alarms/").status_code == 200
    key = Alarm.objects.get().key
    assert client.get(f"/sensing/alarms/{key}/").status_code == 404


def test_an_officer_corrects_a_datum_and_both_values_are_shown(client, stream, first):
    signed_in(client, "monitor")
    listed = client.get(f"/sensing/review/?on={day(first)}").content.decode()
    assert "待审核" in listed
    address = f"/sensing/review/PK-1/?on={day(first)}&stream={stream.key}"
    page = client.get(address + "&only=doubtful").content.decode()
    assert "突变" in page
    time = first + 5 * HOUR
    form = {
        "times": [str(time)], "decision": "correct", f"value-{time}": "25.5",
        f"seen-{time}": "480.0", "reason": "进样管堵塞",
    }  # fmt: skip
    assert client.post(address, form | {"reason": ""}).status_code == 200
    assert not Review.objects.exists()
    assert client.post(address, form).status_code == 302
    apply_reviews()
    page = client.get(address).content.decode()
    for text in ("480", "25.5", "进样管堵塞", "审核修正"):
        assert text in page
    again = client.post(address, form | {"decision": "invalid"})
    assert "数据在您查看后已变化" in again.content.decode()


def test_review_is_for_those_who_review(client, stream, first):
    signed_in(client, "enforce")
    for address in ("/sensing/review/", "/sensing/review/PK-1/", "/sensing/review/held/"):
        assert client.get(address).status_code == 403
    assert client.post("/sensing/review/PK-1/", {"times": ["1"]}).status_code == 403


def test_a_re_sent_value_is_decided(client, stream, first):
    signed_in(client, "monitor")
    observations().sealed_until = first + 20 * HOUR
    observations().append(Batch.of([stream.pk], [first], [33.0], 0, [first + 30 * HOUR]))
    page = client.get("/sensing/review/held/").content.decode()
    assert "33 mg/L" in page
    form = {"datastream": stream.key, "time": str(first), "accept": "1", "reason": "更正函"}
    unsure = client.post("/sensing/review/held/", form | {"drop": "1"})
    assert "请选择采纳或不采纳" in unsure.content.decode()
    assert client.post("/sensing/review/held/", form).status_code == 302
    apply_reviews()
    assert "没有待处理的补传数据" in client.get("/sensing/review/held/").content.decode()


def test_rates_and_missing_data_of_a_station(client, stream, first):
    signed_in(client)
    page = client.get(f"/sensing/arrival/?period=day&on={day(first)}").content.decode()
    assert "41.7%" in page  # 10 of 24 hours
    page = client.get(f"/sensing/arrival/PK-1/?period=day&on={day(first)}").content.decode()
    assert "缺测时段" in page
    assert ">14<" in page
    assert client.get("/sensing/arrival/none/").status_code == 404


def test_registers_of_the_sensing_have_their_pages(client, stream, first):
    signed_in(client, "devices", "monitor")
    for collection in ("things", "datastreams", "observed_properties", "sensors", "alarm_rules",
                       "maintenance_windows", "alarms"):  # fmt: skip
        assert client.get(f"/observation/{collection}/").status_code == 200, collection
    assert client.get("/observation/things/new/").status_code == 200
    assert "mg/L" in client.get(f"/observation/datastreams/{stream.key}/").content.decode()
