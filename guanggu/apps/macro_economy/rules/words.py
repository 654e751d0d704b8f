"""What the fields of the economy's series may say, and the codes of its exchange."""

from __future__ import annotations

from guanggu.base.bilingual import T

REPORTINGS: dict[str, T] = {
    "single": T("当期数", "Of the period"),
    "cumulated": T("年初累计数", "Since the beginning of the year"),
}
UPLOAD_STATES: dict[str, T] = {
    "waiting": T("处理中", "Being read"),
    "done": T("已入库", "Taken in"),
    "refused": T("未入库", "Refused"),
}
UPLOAD_TONES = {"waiting": "info", "done": "ok", "refused": "bad"}
FREQUENCIES = {"year": "A", "half": "S", "quarter": "Q", "month": "M", "week": "W", "day": "D"}
# SDMX CL_OBS_STATUS and our statuses of a value.
STATUS_CODES = {"final": "A", "preliminary": "P", "estimate": "E"}
STATUSES_BY_CODE = {code: status for status, code in STATUS_CODES.items()} | {"F": "estimate"}
AGENCY, FLOW, VERSION = "GUANGGU", "MACRO", "1.0"
AREA = "420118"  # the development zone's code in statistical returns
AREA_TITLE = T("武汉东湖新技术开发区", "Wuhan East Lake High-tech Development Zone")
AGENCY_TITLE = T("光谷数字城区", "Guanggu digital district")
FLOW_TITLE = T("宏观经济序列", "Series of the district's economy")
