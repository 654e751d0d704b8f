"""Registers of devices and of commands to the field: read here, changed by their actions."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Register, Section, register

from .device_actions import SEE_DEVICES
from .models import Device, FieldCommand

_MENU = {"area": "sensing", "allows": SEE_DEVICES.is_possible}

register(
    Register(
        model=Device,
        title=T("接入设备", "Devices"),
        one=T("接入设备", "Device"),
        view=SEE_DEVICES,
        columns=("address", "name", "protocol", "profile", "thing", "is_suspended"),
        filters=("protocol", "profile", "is_suspended"),
        sections=(
            Section(
                T("设备", "Device"),
                ("key", "name", "thing", "protocol", "address", "profile", "is_sample"),
            ),
            Section(
                T("限额与停用", "Limits and suspension"),
                ("frames_a_minute_max", "messages_a_day_max", "is_suspended", "suspended_reason"),
            ),
        ),
        search=("key", "name", "address"),
        help=T(
            "向采集网关报送数据的设备；密码与密钥不在此显示。",
            "What sends data to the gateways; passwords and keys are not shown here.",
        ),
        extra={**_MENU, "order": 40},
    )
)
register(
    Register(
        model=FieldCommand,
        title=T("反控命令", "Field commands"),
        one=T("反控命令", "Field command"),
        view=SEE_DEVICES,
        columns=("created_at", "device", "cn", "state", "by", "finished_at"),
        filters=("state",),
        sections=(
            Section(T("命令", "Command"), ("key", "device", "cn", "parameters", "reason", "by")),
            Section(
                T("执行情况", "What came of it"),
                ("state", "qn", "tries", "request_code", "execution_code", "result", "finished_at"),
            ),
        ),
        search=("key", "cn", "qn"),
        order="-created_at",
        help=T(
            "平台向现场机下达的命令及其应答（HJ 212-2017 6.4）；缺测数据的补传请求也在其中。",
            "Commands to stations and their answers (HJ 212-2017 6.4), requests of missing data "
            "among them.",
        ),
        extra={**_MENU, "order": 41},
    )
)
