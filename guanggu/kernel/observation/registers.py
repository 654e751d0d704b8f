"""Registers of the sensing: what the web shows of them and who may change it."""

from __future__ import annotations

from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.ids import readable_code
from guanggu.kernel.register.public import Register, Section, register
from guanggu.standards import ucum

from .checks import (
    check_datastream,
    check_property,
    check_rule,
    check_thing,
    check_window,
)
from .kinds import kind_title
from .models import (
    Alarm,
    AlarmRule,
    Datastream,
    MaintenanceWindow,
    ObservedProperty,
    Sensor,
    Thing,
)
from .permissions import (
    KEEP_RULES,
    KEEP_THINGS,
    SEE_ALARMS,
    SEE_INSIDE,
    SEE_PROPERTIES,
    SEE_STREAMS,
    SEE_THINGS,
    is_inside,
)

_MENU = {"area": "sensing", "allows": is_inside}


def _open_to(is_open: bool) -> tuple[str, ...]:
    return ("public",) if is_open else ("staff",)


def _unit(record: Any) -> str:
    text = ucum.shown(record.unit)
    return f"{text}（{record.unit}）" if text != record.unit else record.unit


register(
    Register(
        model=Thing,
        title=T("监测设施", "Things"),
        one=T("监测设施", "Thing"),
        view=SEE_THINGS,
        change=KEEP_THINGS,
        columns=("key", "name", "kind", "organisation", "subject"),
        filters=("organisation", "is_public"),
        sections=(
            Section(
                T("设施", "Thing"),
                ("name", "name_en", "kind", "description", "organisation", "subject", "geometry"),
            ),
            Section(T("其他", "More"), ("properties", "is_public", "is_sample")),
        ),
        search=("key", "name", "name_en", "subject"),
        scopes=lambda thing: _open_to(thing.is_public),
        check=check_thing,
        new_key=lambda thing: f"JC-{readable_code(8)}",
        extra={
            **_MENU, "order": 30, "words": {"kind": lambda thing: kind_title(thing.kind)},
        },
    )
)  # fmt: skip
register(
    Register(
        model=Datastream,
        title=T("数据流", "Datastreams"),
        one=T("数据流", "Datastream"),
        view=SEE_STREAMS,
        change=KEEP_THINGS,
        columns=("key", "name", "observed_property", "interval", "unit"),
        filters=("observed_property", "interval"),
        sections=(
            Section(
                T("数据流", "Datastream"),
                ("name", "description", "thing", "sensor", "observed_property", "interval", "unit",
                 "observation_type"),
            ),
            Section(
                T("有效性规则", "Validation"),
                ("low", "high", "step_max", "stuck_count", "every_s"),
            ),
            Section(T("保存与公开", "Retention and openness"),
                    ("retention_days", "is_public", "properties")),
        ),
        search=("key", "name"),
        scopes=lambda stream: _open_to(stream.is_public and stream.thing.is_public),
        check=check_datastream,
        new_key=lambda stream: f"SJ-{readable_code(8)}",
        extra={**_MENU, "order": 31, "words": {"unit": _unit}},
    )
)  # fmt: skip
register(
    Register(
        model=ObservedProperty,
        title=T("监测项目", "Observed properties"),
        one=T("监测项目", "Observed property"),
        view=SEE_PROPERTIES,
        change=KEEP_THINGS,
        columns=("key", "name", "name_en", "unit"),
        sections=(
            Section(
                T("监测项目", "Observed property"),
                ("name", "name_en", "unit", "definition", "description", "properties"),
            ),
        ),
        search=("key", "name", "name_en"),
        scopes=lambda observed: ("public",),
        check=check_property,
        extra={**_MENU, "order": 32, "words": {"unit": _unit}},
    )
)
register(
    Register(
        model=Sensor,
        title=T("传感器", "Sensors"),
        one=T("传感器", "Sensor"),
        view=SEE_INSIDE,
        change=KEEP_THINGS,
        columns=("key", "name", "description"),
        sections=(
            Section(
                T("传感器", "Sensor"),
                ("name", "description", "encoding_type", "metadata", "properties"),
            ),
        ),
        search=("key", "name", "description"),
        new_key=lambda sensor: f"CG-{readable_code(8)}",
        extra={**_MENU, "order": 33},
    )
)
register(
    Register(
        model=MaintenanceWindow,
        title=T("维护与校准时段", "Maintenance windows"),
        one=T("维护时段", "Maintenance window"),
        view=SEE_INSIDE,
        change=KEEP_THINGS,
        columns=("key", "thing", "kind", "from_at", "until_at"),
        filters=("kind",),
        sections=(
            Section(
                T("维护时段", "Maintenance window"),
                ("thing", "datastream", "kind", "from_at", "until_at", "reason"),
            ),
        ),
        search=("key", "reason"),
        order="-from_at",
        check=check_window,
        new_key=lambda window: f"WH-{readable_code(8)}",
        help=T(
            "时段内上报的数据自动加维护、校准等标记，原值保留，不计入有效数据。",
            "Data of these hours are marked so; their values stay, but do not count as valid.",
        ),
        extra={**_MENU, "order": 25},
    )
)
register(
    Register(
        model=AlarmRule,
        title=T("报警规则", "Alarm rules"),
        one=T("报警规则", "Alarm rule"),
        view=SEE_INSIDE,
        change=KEEP_RULES,
        columns=("key", "name", "kind", "severity", "is_active"),
        filters=("kind", "severity", "is_active"),
        sections=(
            Section(T("规则", "Rule"), ("name", "name_en", "kind", "severity", "is_active")),
            Section(
                T("监测对象", "What it watches"),
                ("datastream", "observed_property", "interval", "thing", "thing_kind",
                 "takes_doubtful"),
            ),
            Section(
                T("条件", "Condition"),
                ("upper", "lower", "levels", "rate_max", "missing_s", "expression", "hits",
                 "hold_s", "clause"),
            ),
            Section(T("恢复", "Clearing"), ("clear_upper", "clear_lower", "clear_hits")),
            Section(
                T("通知与转办", "Notice and passing on"),
                ("organisation", "role", "escalate_min", "procedure"),
            ),
        ),
        search=("key", "name", "name_en"),
        check=check_rule,
        new_key=lambda rule: f"BJGZ-{readable_code(6)}",
        extra={**_MENU, "order": 24},
    )
)  # fmt: skip
register(
    Register(
        model=Alarm,
        title=T("报警台账", "All alarms"),
        one=T("报警", "Alarm"),
        view=SEE_ALARMS,
        columns=("key", "thing", "rule", "severity", "state", "opened_at"),
        filters=("severity", "state"),
        sections=(
            Section(
                T("报警", "Alarm"),
                ("rule", "thing", "datastream", "severity", "state", "opened_at", "value", "limit",
                 "peak", "last_value", "last_at", "cleared_at", "came_late"),
            ),
            Section(
                T("处理", "Handling"),
                ("organisation", "acknowledged_at", "acknowledged_by", "note", "escalated_at",
                 "case", "closed_at"),
            ),
        ),
        search=("key",),
        order="-opened_at",
        in_menu=False,
        extra={**_MENU},
    )
)  # fmt: skip
