"""A factor that nobody declared is adopted on the page of the frame that brought it."""

from __future__ import annotations

import re

import pytest

from guanggu.base.actor import platform
from guanggu.base.clock import now, to_microseconds
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.observation.declaring import StreamSpec, declare_station
from guanggu.kernel.observation.device_actions import quarantine_frames, register_device
from guanggu.kernel.observation.duties import replay_adopted
from guanggu.kernel.observation.public import Datastream, Device
from guanggu.standards import hj_212

pytestmark = pytest.mark.django_db
LIST = "/iot_platform/quarantine/"


@pytest.fixture
def frame() -> str:
    """The address of a frame with a factor that its station was not declared with."""
    declare_station(
        platform("t"), key="PK-1", name="总排口", kind="general",
        streams=[StreamSpec("w01018", "hour", "mg/L", every_s=3600, name="化学需氧量")],
    )  # fmt: skip
    made = register_device(platform("t"), thing="PK-1", protocol="hj212", address="MN1")
    at = to_microseconds(now()) // 3_600_000_000 * 3_600_000_000
    body = hj_212.body_of(hj_212.data_time(at), {"w21003": {"Avg": 1.5, "Flag": "N"}})
    raw = hj_212.build(
        body, qn=hj_212.request_number(at), cn="2061", mn="MN1", pw="123456", st="32", flag=5
    )[6:-2]
    quarantine_frames(
        platform("t"),
        frames=[{
            "device": Device.objects.get(key=made["device"]).pk, "protocol": "hj212",
            "peer": "10.0.0.9", "reason": "no_datastream", "detail": "w21003", "alike": 0,
            "raw": raw.hex(), "at": at,
        }],
    )  # fmt: skip
    return LIST + str(Device.objects.get().quarantine.get().pk) + "/"


def test_an_officer_sees_the_factor_corrects_the_unit_and_adopts_it(frame):
    officer = sign_in(an_official(roles=["monitor"]))
    listed = officer.get(LIST).content.decode()
    assert "未登记因子" in listed
    assert "氨氮" in listed
    arrival = officer.get("/sensing/arrival/PK-1/").content.decode()
    assert f'href="{frame}"' in arrival
    page = officer.get(frame).content.decode()
    assert 'value="氨氮"' in page
    assert 'value="mg/L"' in page
    sent = {"factor": "w21003", "name": "氨氮", "unit": "毫克每升"}
    wrong = officer.post(f"{frame}adopt/", sent)
    assert wrong.status_code == 422
    assert re.search(r'class="field wrong"><label for="unit-w21003"', wrong.content.decode())
    assert Datastream.objects.count() == 1
    assert officer.post(f"{frame}adopt/", {**sent, "unit": "mg/L"}).status_code == 302
    assert "正在补存" in officer.get(frame).content.decode()
    assert replay_adopted() == 1
    listed = officer.get(LIST).content.decode()
    assert "已采用并补存" in listed
    assert "未登记因子" not in listed
    assert officer.get("/sensing/arrival/PK-1/").content.decode().count("w21003") == 0


def test_others_see_the_frame_without_the_form(frame):
    watcher = sign_in(an_official(roles=["supervise"]))
    page = watcher.get(frame).content.decode()
    assert "w21003" in page
    assert "adopt/" not in page
    assert watcher.post(f"{frame}adopt/", {"factor": "w21003"}).status_code == 403
