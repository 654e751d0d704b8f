"""Profiles, fleets and enrolled devices as registers: lists, forms, sheets, interface."""

from urllib.parse import quote

from guanggu.base.bilingual import T
from guanggu.base.ids import readable_code
from guanggu.kernel.register.public import Link, Register, Section, register
from guanggu.web import addresses, event_words, navigation

from ..actions import check_device, check_fleet_rule, check_profile, enroll
from ..models import DeviceFault, DeviceProfile, Fleet, FleetDevice, FleetRule
from ..queries import KEEP, VIEW

_HOME = "/iot_platform/"
addresses.declare("quarantined_frames", f"{_HOME}quarantine/{{key}}/")

register(
    Register(
        model=DeviceProfile,
        title=T("产品（物模型）", "Device profiles"),
        one=T("产品", "Device profile"),
        view=VIEW,
        change=KEEP,
        columns=("key", "name", "maker", "protocol", "thing_kind"),
        filters=("protocol",),
        sections=(
            Section(
                T("产品", "Product"),
                (
                    "key",
                    "name",
                    "name_en",
                    "maker",
                    "protocol",
                    "profile",
                    "thing_kind",
                    "is_sample",
                ),
            ),
            Section(T("物模型", "What it measures and takes"), ("streams", "settings")),
        ),
        search=("key", "name", "maker"),
        check=check_profile,
        help=T(
            "同一厂商同一型号的设备登记一次产品；监测项目与可设置项以 JSON 列表填写，"
            "入群的每台设备按此建立数据流。",
            "Register a maker's model once. What it measures and what can be set are JSON lists; "
            "every enrolled device gets its datastreams from them.",
        ),
        extra={"area": "devices", "order": 20},
    )
)
register(
    Register(
        model=Fleet,
        title=T("设备群组", "Fleets"),
        one=T("设备群组", "Fleet"),
        view=VIEW,
        change=KEEP,
        columns=("key", "name", "organisation", "messages_a_day_max"),
        filters=("organisation",),
        sections=(
            Section(
                T("设备群组", "Fleet"),
                ("key", "name", "name_en", "organisation", "messages_a_day_max", "is_sample"),
            ),
        ),
        search=("key", "name"),
        links=(
            Link(
                T("整批发放密钥", "Issue keys"),
                lambda record: f"{_HOME}keys/{record.key}/",
                shown=lambda actor, record: KEEP.is_possible(actor),
            ),
        ),
        extra={"area": "devices", "order": 21},
    )
)
register(
    Register(
        model=FleetDevice,
        title=T("入群设备", "Enrolled devices"),
        one=T("设备", "Device"),
        view=VIEW,
        change=KEEP,
        columns=("key", "name", "profile", "fleet", "address", "device"),
        filters=("profile", "fleet"),
        sections=(
            Section(
                T("设备", "Device"),
                ("name", "profile", "fleet", "address", "geometry", "is_sample"),
            ),
        ),
        search=("key", "name", "address"),
        new_key=lambda device: f"DV-{readable_code(10)}",
        check=check_device,
        then=enroll,
        links=(
            Link(
                T("运行状态与密钥", "State and key"),
                lambda record: f"{_HOME}device/{record.key}/",
            ),
        ),
        help=T(
            "逐台登记，或按表格整批导入：产品与群组填写编号，设备标识为 MN 或客户端编号。"
            "登记后在设备页发放密钥，密钥只显示一次。",
            "Enrol one by one, or a whole fleet by a sheet: profile and fleet by key, the address "
            "is the MN or client id. Then issue the key on the device's page; it is shown once.",
        ),
        extra={"area": "devices", "order": 10},
    )
)  # fmt: skip
register(
    Register(
        model=FleetRule,
        title=T("群组规则", "Rules of fleets"),
        one=T("群组规则", "Rule of a fleet"),
        view=VIEW,
        change=KEEP,
        columns=("key", "name", "profile", "fleet", "property", "kind", "is_active"),
        filters=("profile", "fleet", "kind", "is_active"),
        sections=(
            Section(T("规则", "Rule"), ("name", "name_en", "profile", "fleet", "is_active")),
            Section(
                T("条件", "Condition"),
                ("property", "kind", "severity", "upper", "lower", "rate_max", "missing_s", "hits",
                 "hold_s"),
            ),
            Section(
                T("通知与处理", "Notice and handling"),
                ("organisation", "role", "escalate_min", "opens_fault"),
            ),
        ),
        search=("key", "name", "name_en", "property"),
        check=check_fleet_rule,
        new_key=lambda rule: f"QZGZ-{readable_code(6)}",
        links=(
            Link(
                T("已生成的报警规则", "Alarm rules laid"),
                lambda rule: f"/observation/alarm_rules/?q={quote(rule.name)}",
            ),
        ),
        help=T(
            "规则对所选产品、群组的每台设备自动生成报警规则，新入群的设备随之适用。",
            "Each device of the profile and fleet gets an alarm rule, also those enrolled later.",
        ),
        extra={"area": "devices", "order": 22},
    )
)  # fmt: skip
register(
    Register(
        model=DeviceFault,
        title=T("设备故障", "Faults"),
        one=T("设备故障", "Fault"),
        view=VIEW,
        columns=("key", "title", "device", "state", "begun_at", "case_number"),
        filters=("state",),
        sections=(
            Section(
                T("故障", "Fault"),
                ("title", "device", "organisation", "state", "begun_at", "last_at", "alarms",
                 "case_number", "outcome"),
            ),
        ),
        search=("key", "title", "case_number"),
        order="-begun_at",
        in_menu=False,
        extra={"area": "devices"},
    )
)  # fmt: skip
addresses.declare("device_faults", "/iot_platform/faults/{key}/")
navigation.area("devices", T("物联设备", "Devices"), order=58)
navigation.entry("devices", T("运行总览", "Overview"), _HOME, order=1, allows=VIEW.is_possible)
navigation.entry(
    "devices", T("故障处理", "Faults"), f"{_HOME}faults/", order=5, allows=VIEW.is_possible
)
navigation.entry(
    "devices", T("异常报文", "Quarantined frames"), f"{_HOME}quarantine/", order=30,
    allows=VIEW.is_possible,
)  # fmt: skip
navigation.entry(
    "devices", T("接入说明", "How to connect"), f"{_HOME}connect/", order=40,
    allows=lambda actor: actor.kind == "official",
)  # fmt: skip
for _kind, _title in {
    "iot_platform.created": T("登记", "Registered"),
    "iot_platform.changed": T("修改", "Changed"),
    "iot_platform.removed": T("删除", "Removed"),
    "iot_platform.enrolled": T("设备入群", "Device enrolled"),
    "iot_platform.desired_set": T("设置期望状态", "Twin set"),
    "iot_platform.reported": T("设备上报状态", "Device reported itself"),
    "iot_platform.fault_opened": T("转故障处理", "Fault opened"),
    "iot_platform.fault_joined": T("报警并入故障", "Alarm joined"),
    "iot_platform.case_opened": T("开立办件", "Case opened"),
    "iot_platform.fault_closed": T("故障办结", "Fault closed"),
    "iot_platform.quota_counted": T("配额核算", "Quota counted"),
}.items():
    event_words.say(_kind, _title)
