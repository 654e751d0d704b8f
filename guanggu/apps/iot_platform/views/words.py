"""Words for commands to stations and for why frames were not taken in."""

from guanggu.base.bilingual import T

# What an engineer may ask of a station from the page (HJ 212-2017 table 9).
COMMANDS = (
    ("1011", T("提取现场机时间", "Read its clock")),
    ("1012", T("设置现场机时间", "Set its clock")),
    ("1061", T("提取实时数据间隔", "Read the real-time interval")),
    ("1062", T("设置实时数据间隔", "Set the real-time interval")),
    ("2011", T("取实时数据", "Send real-time data")),
    ("2012", T("停止实时数据", "Stop real-time data")),
    ("2031", T("取日历史数据", "Send data of days")),
    ("2051", T("取分钟历史数据", "Send data of minutes")),
    ("2061", T("取小时历史数据", "Send data of hours")),
    ("3011", T("零点与量程校准", "Calibrate zero and span")),
    ("3012", T("即时采样", "Take a sample now")),
    ("3013", T("清洗（反吹）", "Clean (blow back)")),
    ("3020", T("提取现场机信息", "Read its state")),
)
_REASONS = {
    "crc": T("校验码错误", "Wrong checksum"),
    "length": T("长度不符", "Wrong length"),
    "garbage": T("无法识别的内容", "Not a frame"),
    "password": T("密码错误", "Wrong password"),
    "no_device": T("未登记的设备", "Unknown device"),
    "no_datastream": T("没有对应的数据流", "No datastream for it"),
    "bad_value": T("数值无效", "Not a value"),
    "bad_time": T("时间无效", "Not a time"),
    "suspended": T("设备已停用", "Suspended"),
    "not_json": T("不是 JSON", "Not JSON"),
    "not_telemetry": T("不是约定的报文格式", "Not the agreed form"),
}


def reason_title(code: str) -> T:
    """What people read; a reason without words of its own is shown as it is."""
    return _REASONS.get(code, T(code, code))
