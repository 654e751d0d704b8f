"""Words for commands to stations and for why frames were not taken in."""

from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import PROTOCOLS
from guanggu.standards.hj_212 import Problem

PROTOCOL_TITLES = dict(PROTOCOLS)
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
    **{problem.value: problem.title for problem in Problem},  # of HJ 212
    "wrong_password": T("访问密码错误", "Wrong password"),
    "unknown_station": T("未登记的站点（MN）", "Unknown station (MN)"),
    "no_device": T("未登记的设备", "Unknown device"),
    "unknown_topic": T("未登记的主题", "Unknown topic"),
    "no_datastream": T("没有对应的数据流", "No datastream for it"),
    "bad_value": T("数值无效", "Not a value"),
    "bad_time": T("时间无效", "Not a time"),
    "suspended": T("设备已停用", "Suspended"),
    "too_many": T("超出每分钟报文上限", "Over the limit of a minute"),
    "over_quota": T("超出每日报文配额", "Over the quota of the day"),
    "not_json": T("不是 JSON", "Not JSON"),
    "not_senml": T("不是 SenML", "Not SenML"),
    "not_telemetry": T("不是约定的报文格式", "Not the agreed form"),
    "not_a_report": T("上报的状态不是 JSON 对象", "What is reported is no JSON object"),
    "not_kept": T("状态未能保存", "The report could not be kept"),
    "too_long": T("内容过长", "Too long"),
}


def reason_title(code: str) -> T:
    """What people read; a reason without words of its own is shown as it is."""
    return _REASONS.get(code, T(code, code))
