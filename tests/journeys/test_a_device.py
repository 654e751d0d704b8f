"""An engineer enrols a device; it speaks, breaks a rule, gets another key, and meets its quota."""

from __future__ import annotations

import re
from typing import Any

from guanggu.apps.iot_platform.tasks import hold_quotas
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.register.public import create_record

from .door import Door
from .walking import Walker

STREAMS = [{"property": "level", "name": "水位", "unit": "m", "low": 0, "high": 20, "every_s": 60}]
SETTINGS = [{"name": "interval", "title": "上报间隔", "kind": "number", "unit": "s"}]


def a_product() -> None:
    body = an_organisation(code="sw", name="水务中心")
    for collection, values in (
        ("device_profiles", {"key": "ysj", "name": "水位计 A1", "protocol": "http",
                             "streams": STREAMS, "settings": SETTINGS}),
        ("fleets", {"key": "hu", "name": "湖泊水位计", "organisation": body.code,
                    "messages_a_day_max": 4}),
    ):  # fmt: skip
        create_record(platform("tests"), collection=collection, values=values)


def key_shown(engineer: Walker) -> str:
    """On the page this once."""
    engineer.follow("发放密钥").press("发放新密钥").sees("只显示这一次")
    shown = re.search(r"[\w-]{43}", engineer.text)
    assert shown is not None
    engineer.follow("完成").sees_not(shown[0])
    return shown[0]


def test_an_engineer_takes_a_device_into_service(
    transactional_db: None, settings: Any, walker: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    a_product()
    engineer: Walker = walker(an_official(roles=["devices", "monitor"]))
    with Door() as door:
        enrol(engineer)
        door.let_the_worker_work()
        key = key_shown(engineer)
        door.refresh()
        assert door.send("hu-001", "", {"level": 1})[0] == 401
        status, told = door.send("hu-001", key, {"level": 18.5})
        assert (status, told["stored"]) == (200, 1)
        engineer.page.reload()
        engineer.sees("18.5", "上报间隔", "在线")
        set_a_rule(engineer)
        door.let_the_worker_work()
        assert door.send("hu-001", key, {"level": 19.5})[0] == 200
        door.let_the_worker_work()
        answer_the_alarm(engineer)
        new_key = key_shown(engineer)
        door.refresh()
        assert door.send("hu-001", key, {"level": 1})[0] == 401
        assert [door.send("hu-001", new_key, {"level": 1})[0] for _ in range(3)] == [200, 200, 429]
        status, told = door.send("hu-001", new_key, {"level": 1})
        assert "配额已用完" in told["message"]["zh"]
        door.let_the_worker_work()
        hold_quotas()
        door.refresh()
        assert door.send("hu-001", new_key, {"level": 1})[0] == 403
        engineer.page.reload()
        engineer.sees("群组今日报文配额已用完", "4 / 4", "停用原因")
        engineer.go("/iot_platform/").sees("已用完，次日恢复", "湖泊水位计")


def enrol(engineer: Walker) -> None:
    engineer.go("/iot_platform/").follow("登记设备")
    engineer.fill("设备名称", "一号水位计").pick("产品", "水位计 A1").pick("设备群组", "湖泊水位计")
    engineer.fill("设备标识", "坏 的").press("保存").sees("字母、数字")
    engineer.fill("设备标识", "hu-001").press("保存")
    engineer.follow("运行状态与密钥").sees("一号水位计", "湖泊水位计", "从未上报")


def set_a_rule(engineer: Walker) -> None:
    engineer.follow("新增规则")
    engineer.fill("规则名称", "水位过高").pick("产品", "水位计 A1").fill("监测项目编号", "depth")
    engineer.fill("上限", "19").press("保存").sees("没有此监测项目")
    engineer.fill("监测项目编号", "level").press("保存").sees("水位过高")


def answer_the_alarm(engineer: Walker) -> None:
    engineer.go("/iot_platform/").follow("一号水位计").sees("水位过高", "19.5")
    address = engineer.page.url
    engineer.follow(re.compile("水位过高")).sees("触发值")
    engineer.fill("处理说明", "已通知巡查人员到场").press("确认").sees("已办理")
    engineer.go(address)
