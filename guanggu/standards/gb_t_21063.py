"""GB/T 21063-2007: catalogue of government information resources (政务信息资源目录体系).

Part 3 names the core metadata, part 4 the classification; the guide to compiling the catalogue
(政务信息资源目录编制指南(试行), 发改高技术〔2017〕1272 号) fills them for practice: the elements of
sharing and openness, the code of three levels and a sequence, the data types of the items.

Trust: names, obligations and value lists follow the guide of 2017, which departments use, from
secondary descriptions; the short English names of the elements are those in common use. The
printed standards were not at hand: compare with them before exchanging with a superior platform.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanggu.base.bilingual import T


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the core metadata: its name, its short name and whether it must be given."""

    code: str
    title: T
    short: str
    is_mandatory: bool = True


ELEMENTS: tuple[Element, ...] = (
    Element("category", T("信息资源分类", "Classification"), "topicCategory"),
    Element("name", T("信息资源名称", "Name of the resource"), "resTitle"),
    Element("code", T("信息资源代码", "Code of the resource"), "resID"),
    Element("provider", T("信息资源提供方", "Provider"), "rpOrgName"),
    Element("provider_code", T("信息资源提供方代码", "Code of the provider"), "rpOrgCode"),
    Element("summary", T("信息资源摘要", "Abstract"), "abstract"),
    Element("format", T("信息资源格式", "Format"), "resFormat"),
    Element("items", T("信息项信息", "Items"), "resItems"),
    Element("sharing", T("共享类型", "Sharing class"), "shareType"),
    Element("sharing_condition", T("共享条件", "Condition of sharing"), "shareCondition", False),
    Element("sharing_way", T("共享方式", "Way of sharing"), "shareMode"),
    Element("is_open", T("是否向社会开放", "Open to the public"), "openType"),
    Element("open_condition", T("开放条件", "Condition of openness"), "openCondition", False),
    Element("update_cycle", T("更新周期", "Update cycle"), "updateCycle"),
    Element("published_on", T("发布日期", "Published"), "pubDate"),
    Element("related", T("关联资源代码", "Related resources"), "relateCode", False),
    Element("keywords", T("关键字", "Keywords"), "keyword", False),
)

# Guide of 2017, 4.1.2: the three classes, their codes are the values of the element.
SHARING: dict[str, T] = {
    "unconditional": T("无条件共享", "Shared without condition"),
    "conditional": T("有条件共享", "Shared on condition"),
    "none": T("不予共享", "Not shared"),
}
SHARING_CODES = {"unconditional": "1", "conditional": "2", "none": "3"}

CLASSES: dict[str, T] = {
    "1": T("基础信息资源", "Basic resources"),
    "2": T("主题信息资源", "Resources by theme"),
    "3": T("部门信息资源", "Resources of departments"),
}
# Item (项) of the basic and thematic classes; departments number their own.
ITEMS: dict[str, T] = {
    "101": T("人口信息", "Population"),
    "102": T("法人单位信息", "Legal entities"),
    "103": T("自然资源和空间地理信息", "Natural resources and geography"),
    "104": T("社会信用信息", "Social credit"),
    "105": T("电子证照信息", "Electronic certificates"),
    "201": T("政务服务", "Government services"),
    "202": T("生态环境", "Ecology and environment"),
    "203": T("宏观经济", "Macro-economy"),
    "204": T("城市运行", "City operation"),
    "205": T("市场监管", "Market regulation"),
    "206": T("项目投资", "Projects and investment"),
    "301": T("机关内部事务", "Affairs of the offices"),
    "302": T("平台运行", "Operation of the platform"),
}
UPDATE_CYCLES: dict[str, T] = {
    "realtime": T("实时", "Real time"),
    "daily": T("每日", "Daily"),
    "weekly": T("每周", "Weekly"),
    "monthly": T("每月", "Monthly"),
    "quarterly": T("每季度", "Quarterly"),
    "yearly": T("每年", "Yearly"),
    "irregular": T("不定期", "Irregular"),
}
SHARING_WAYS: dict[str, T] = {
    "query": T("共享平台在线查询", "Query on the platform"),
    "interface": T("接口", "Interface"),
    "file": T("文件", "File"),
}
FORMATS: dict[str, T] = {
    "table": T("数据库类（表）", "Database (table)"),
    "sheet": T("电子表格类", "Spreadsheet"),
    "document": T("电子文件类", "Document"),
    "geometry": T("图形类", "Geometry"),
    "stream": T("流媒体或传感类", "Stream"),
    "own": T("自描述类", "Own description"),
}
# Data types of an item, by their code letter.
DATA_TYPES: dict[str, T] = {
    "C": T("字符型", "Text"),
    "N": T("数值型", "Number"),
    "Y": T("货币型", "Money"),
    "D": T("日期型", "Date"),
    "T": T("日期时间型", "Instant"),
    "L": T("逻辑型", "Yes or no"),
    "M": T("备注型", "Memo"),
    "G": T("通用型", "General"),
    "B": T("双精度型", "Double"),
    "I": T("整型", "Integer"),
    "F": T("浮点型", "Float"),
}
CODE = re.compile(r"([1-3])(\d{2})(\d{3})([0-9A-Za-z]*)/(\d{6})")
_CODE_WRONG = T(
    "信息资源代码应为“类1位项2位目3位细目/顺序号6位”，如 102001/000001",
    "A code is class, item, sub-item, detail and a sequence of six digits, such as 102001/000001",
)
_MISSING = T("缺少必填的“{}”", "{} must be given")
_NO_CONDITION = T("有条件共享须写明共享条件", "Sharing on condition needs its condition")
_NO_BASIS = T(
    "不予共享须写明法律、行政法规或党中央、国务院政策依据",
    "What is not shared needs the law or policy that says so",
)


def code_of(item: str, sub_item: int, sequence: int, detail: str = "") -> str:
    """The code of a resource from its item ("102"), sub-item and sequence.

    Raises ValueError where they do not fit.
    """
    code = f"{item}{sub_item:03d}{detail}/{sequence:06d}"
    if not CODE.fullmatch(code):
        raise ValueError(f"not the code of a resource: {code}")
    return code


def type_of(database_type: str) -> str:
    """The letter of the data type for a type of an SQL database."""
    text = database_type.upper()
    for letter, names in (
        ("T", ("TIMESTAMP", "DATETIME")), ("D", ("DATE",)), ("L", ("BOOL",)),
        ("B", ("DOUBLE",)), ("F", ("FLOAT", "REAL")), ("N", ("DECIMAL", "NUMERIC")),
        ("G", ("JSON", "STRUCT", "LIST", "MAP", "BLOB", "[")), ("I", ("INT",)),
    ):  # fmt: skip
        if any(name in text for name in names):
            return letter
    return "C"


def errors_of(metadata: Mapping[str, Any]) -> dict[str, T]:
    """What a description lacks, by element; empty where it is complete.

    ``basis`` is asked of what is not shared (暂行办法 第十条: 不予共享须有依据).
    """
    found: dict[str, T] = {}
    for element in ELEMENTS:
        if element.is_mandatory and metadata.get(element.code) in (None, "", [], ()):
            found[element.code] = _MISSING.format(element.title)
    code = str(metadata.get("code") or "")
    if code and not CODE.fullmatch(code):
        found["code"] = _CODE_WRONG
    if metadata.get("sharing") == "conditional" and not metadata.get("sharing_condition"):
        found["sharing_condition"] = _NO_CONDITION
    if metadata.get("sharing") == "none" and not metadata.get("basis"):
        found["basis"] = _NO_BASIS
    return found
