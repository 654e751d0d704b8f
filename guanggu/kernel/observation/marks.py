"""Quality marks of a datum: what the station says of it, and what validation and review add.

The first group is that of HJ 212-2017 table 8 (data marks). One byte in the store.
"""

from __future__ import annotations

from enum import IntEnum

from guanggu.base.bilingual import T


class Mark(IntEnum):
    NORMAL = 0  # N
    STOPPED = 1  # F
    MAINTENANCE = 2  # M
    MANUAL = 3  # S
    FAULT = 4  # D
    CALIBRATION = 5  # C
    OVER_RANGE = 6  # T: above the instrument's upper limit
    LINK_BROKEN = 7  # B
    OUT_OF_RANGE = 16  # validation: outside the plausible range of the datastream
    SPIKE = 17
    STUCK = 18
    CLOCK_WRONG = 19  # phenomenon time too far from the platform's
    REVIEWED_VALID = 32  # an officer confirmed the value as received
    CORRECTED = 33  # an officer replaced the value; the received one is kept as ``raw``
    REVIEWED_INVALID = 34


LETTERS = {
    "N": Mark.NORMAL, "F": Mark.STOPPED, "M": Mark.MAINTENANCE, "S": Mark.MANUAL,
    "D": Mark.FAULT, "C": Mark.CALIBRATION, "T": Mark.OVER_RANGE, "B": Mark.LINK_BROKEN,
}  # fmt: skip
# What counts as valid data in means, classes and indices.
VALID = (Mark.NORMAL, Mark.MANUAL, Mark.REVIEWED_VALID, Mark.CORRECTED)
TITLES = {
    Mark.NORMAL: T("正常", "Normal"),
    Mark.STOPPED: T("停运", "Stopped"),
    Mark.MAINTENANCE: T("维护", "Maintenance"),
    Mark.MANUAL: T("手工数据", "Manual value"),
    Mark.FAULT: T("故障", "Fault"),
    Mark.CALIBRATION: T("校准", "Calibration"),
    Mark.OVER_RANGE: T("超上限", "Above the instrument's range"),
    Mark.LINK_BROKEN: T("通信中断", "Link broken"),
    Mark.OUT_OF_RANGE: T("超出合理范围", "Outside the plausible range"),
    Mark.SPIKE: T("突变", "Spike"),
    Mark.STUCK: T("恒值", "Stuck"),
    Mark.CLOCK_WRONG: T("时钟异常", "Clock wrong"),
    Mark.REVIEWED_VALID: T("审核有效", "Reviewed, valid"),
    Mark.CORRECTED: T("审核修正", "Corrected by review"),
    Mark.REVIEWED_INVALID: T("审核无效", "Reviewed, invalid"),
}
