"""Why a frame or a value of HJ 212 cannot be taken."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from guanggu.base.bilingual import T


class Problem(Enum):
    GARBAGE = "garbage"
    LENGTH = "length"
    CHECKSUM = "checksum"
    KEY = "key"
    HEADER = "header"
    DATA_TIME = "data_time"
    FIELDS = "fields"
    VALUE = "value"

    @property
    def title(self) -> T:
        return _TITLES[self]


_TITLES = {
    Problem.GARBAGE: T("包头前有无法识别的字节", "Bytes before the header that are no frame"),
    Problem.LENGTH: T("数据段长度与实际不符", "Declared length is not that of the data segment"),
    Problem.CHECKSUM: T("CRC 校验不通过", "Checksum does not match"),
    Problem.KEY: T("加密数据无法用本站密钥解开", "Encrypted data does not open with the key"),
    Problem.HEADER: T(
        "数据段缺少 ST、CN、PW 或 MN", "ST, CN, PW or MN is missing from the data segment"
    ),
    Problem.DATA_TIME: T(
        "数据时间缺失或不是有效时间", "DataTime is missing or not a time that exists"
    ),
    Problem.FIELDS: T("指令参数 CP 的字段格式不对", "The fields of CP are not name=value"),
    Problem.VALUE: T("数值不是有限的数字", "A value is not a finite number"),
}


class BadFrame(NamedTuple):
    """Bytes that were given up: ``size`` of them, the first kept in ``raw`` for quarantine."""

    reason: Problem
    raw: bytes
    size: int


class Unreadable(ValueError):
    """A frame that is whole but cannot be taken; ``detail`` is the offending text."""

    def __init__(self, reason: Problem, detail: str = ""):
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail
