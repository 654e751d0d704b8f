"""The sample fleet: invented devices of invented makers, marked so."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.observation.public import Thing
from guanggu.kernel.register.public import create_record

from ..models import DeviceProfile, Fleet, FleetDevice, FleetRule

_MINUTES_5, _HOUR = 300, 3600
PROFILES: dict[str, dict[str, Any]] = {
    "mini-station": {
        "name": "环境微型站（示例）", "name_en": "Mini air station (sample)",
        "maker": "示例仪器厂", "protocol": "mqtt", "thing_kind": "device",
        "streams": [
            {"property": "a01001", "name": "气温", "unit": "Cel", "low": -30, "high": 55,
             "step_max": 8, "every_s": _MINUTES_5},
            {"property": "a01002", "name": "相对湿度", "unit": "%", "low": 0, "high": 100,
             "every_s": _MINUTES_5},
            {"property": "a34004", "name": "细颗粒物 PM2.5", "unit": "ug/m3", "low": 0,
             "high": 1000, "step_max": 200, "stuck_count": 24, "every_s": _MINUTES_5},
        ],
        "settings": [
            {"name": "interval", "title": "上报间隔", "kind": "number", "unit": "s", "low": 60,
             "high": 3600},
            {"name": "fan", "title": "采样风扇", "kind": "boolean"},
        ],
    },
    "manhole-level": {
        "name": "窨井液位计（示例）", "name_en": "Manhole level meter (sample)",
        "maker": "示例传感公司", "protocol": "http", "thing_kind": "device",
        "streams": [
            {"property": "level", "name": "液位", "unit": "m", "low": 0, "high": 6,
             "step_max": 2, "every_s": _HOUR},
            {"property": "battery", "name": "电池电量", "unit": "%", "low": 0, "high": 100,
             "every_s": _HOUR},
        ],
        "settings": [
            {"name": "alarm_level", "title": "报警液位", "kind": "number", "unit": "m", "low": 0,
             "high": 6},
        ],
    },
    "street-lamp": {
        "name": "路灯控制器（示例）", "name_en": "Street lamp controller (sample)",
        "maker": "示例照明公司", "protocol": "mqtt", "thing_kind": "device",
        "streams": [
            {"property": "power", "name": "功率", "unit": "W", "low": 0, "high": 400,
             "every_s": _MINUTES_5},
            {"property": "voltage", "name": "电压", "unit": "V", "low": 150, "high": 280,
             "every_s": _MINUTES_5},
        ],
        "settings": [
            {"name": "brightness", "title": "亮度", "kind": "number", "unit": "%", "low": 0,
             "high": 100},
            {"name": "is_on", "title": "开灯", "kind": "boolean"},
        ],
    },
}  # fmt: skip
FLEETS: dict[str, dict[str, Any]] = {
    "air-network": {"name": "大气微站网（示例）", "name_en": "Network of mini stations (sample)",
                    "messages_a_day_max": 20_000},
    "drain-levels": {"name": "排水管网液位（示例）", "name_en": "Levels of drains (sample)",
                     "messages_a_day_max": 5_000},
    "lamps": {"name": "光谷大道路灯（示例）", "name_en": "Street lamps (sample)",
              "messages_a_day_max": 20_000},
}  # fmt: skip
RULES: dict[str, dict[str, Any]] = {
    "well-level-high": {
        "name": "窨井液位超限（示例）", "name_en": "Manhole level high (sample)",
        "profile": "manhole-level", "property": "level", "kind": "limit", "upper": 4.5,
        "severity": "severe", "escalate_min": 30, "opens_fault": True,
    },
    "well-battery-low": {
        "name": "窨井电池电量低（示例）", "name_en": "Manhole battery low (sample)",
        "profile": "manhole-level", "property": "battery", "kind": "limit", "lower": 15,
        "severity": "notice", "hits": 3,
    },
    "mini-pm25-jump": {
        "name": "微站 PM2.5 变化过快（示例）", "name_en": "PM2.5 of a mini station jumps (sample)",
        "profile": "mini-station", "property": "a34004", "kind": "rate", "rate_max": 150,
    },
}  # fmt: skip
KEEPER = "wehdz-dsj"  # the sample's bureau of big data, where it is loaded
# profile, fleet, how many, prefix of the address, west and south end of the row, step east and north
ROWS = (
    ("mini-station", "air-network", 8, "mini", 114.380, 30.450, 0.018, 0.010),
    ("manhole-level", "drain-levels", 8, "well", 114.395, 30.470, 0.014, 0.003),
    ("street-lamp", "lamps", 12, "lamp", 114.405, 30.460, 0.004, 0.005),
)


def take_in_sample(actor: Actor) -> list[Thing]:
    """Profiles, fleets and devices; a second time changes nothing. Answers the things."""
    for key, values in PROFILES.items():
        _once(actor, DeviceProfile, {"key": key, **values})
    keeper = Organisation.objects.filter(code=KEEPER).values_list("code", flat=True).first()
    for key, values in FLEETS.items():
        _once(actor, Fleet, {"key": key, "organisation": keeper, **values})
    for profile, fleet, count, prefix, west, south, east, north in ROWS:
        for number in range(1, count + 1):
            place = f"POINT ({west + east * number:.5f} {south + north * number:.5f})"
            name = f"{PROFILES[profile]['name'].removesuffix('（示例）')} {number:02d} 号（示例）"
            values = {
                "key": f"{prefix}-{number:02d}", "name": name, "profile": profile,
                "fleet": fleet, "address": f"{prefix}-{number:02d}", "geometry": place,
            }  # fmt: skip
            _once(actor, FleetDevice, values)
    for key, values in RULES.items():
        if not FleetRule.objects.filter(key=key).exists():
            create_record(
                actor, collection=FleetRule.collection, values={"key": key, **values},
                source="sample",
            )  # fmt: skip
    things = FleetDevice.objects.filter(is_sample=True).values_list("thing", flat=True)
    return list(Thing.objects.filter(key__in=list(things)).order_by("key"))


def _once(actor: Actor, model: type[Any], values: dict[str, Any]) -> None:
    if not model.objects.filter(key=values["key"]).exists():
        create_record(
            actor, collection=model.collection, values={**values, "is_sample": True},
            source="sample",
        )  # fmt: skip
