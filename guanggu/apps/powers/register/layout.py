"""The sheets of the workbook: which column holds which value, and what a clerk is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from guanggu.base.bilingual import T

from .. import rules
from ..rules import vocabulary
from . import cells
from .cells import Spelling

_SILENT = T("", "")


@dataclass(frozen=True)
class Column:
    """``name``: field of the record, or key of the row's object."""

    name: str
    title: T
    spelling: Spelling = cells.TEXT
    note: T = _SILENT
    width: int = 16


@dataclass(frozen=True)
class Layout:
    """One sheet. ``field`` is the list on the record that its rows make; "" for the items."""

    title: T
    field: str
    columns: tuple[Column, ...]

    def names(self) -> dict[str, Column]:
        """Every accepted heading → column."""
        found: dict[str, Column] = {}
        for column in self.columns:
            found |= {column.name: column, column.title.zh: column, column.title.en: column}
        return found


ITEM = Column("item", T("事项标识", "Item key"), note=T(
    "与“事项”表中的标识一致。", "The key of the item in sheet Items."), width=24)  # fmt: skip
_EN = T("英文版网页显示。", "Shown on the English pages.")

ITEMS = Layout(T("事项", "Items"), "", (
    Column("key", T("事项标识", "Item key"), width=24, note=T(
        "小写字母、数字、连字符；定后不改。", "Lower-case letters, digits, hyphens; never changed.")),
    Column("name", T("事项名称", "Item"), width=30),
    Column("name_en", T("事项英文名称", "Item in English"), width=34),
    Column("aliases", T("俗称", "Everyday words"), width=40, note=T(
        "百姓怎么说就怎么写，用顿号分隔，用于搜索。", "As people say it, for search; 、 between.")),
    Column("summary", T("简介", "Summary"), width=40),
    Column("summary_en", T("英文简介", "Summary in English"), width=40),
    Column("basic_code", T("基本编码", "Basic code"), note=T(
        "12 位，国家基本目录编码。", "12 characters of the national list.")),
    Column("implementation_code", T("实施编码", "Implementation code"), width=34, note=T(
        "31 位：实施主体 18 位代码＋1 位＋基本编码；可暂缺。",
        "31 characters: 18 of the body, 1, basic code; may be empty for now.")),
    Column("power_type", T("事项类型", "Type of power"), cells.one_of(rules.ITEM_TYPES)),
    Column("organisation", T("实施机构代码", "Code of the body"), note=T(
        "机构代码，如 wehdz-scj。", "Code of the organisation, such as wehdz-scj.")),
    Column("subjects", T("服务对象", "Who may apply"), cells.some_of(rules.SUBJECTS)),
    Column("themes", T("主题", "Themes"), cells.some_of(rules.THEMES), width=28),
    Column("status", T("状态", "Status"), cells.one_of(rules.STATUSES)),
    Column("valid_from", T("生效日期", "Valid from"), cells.DATE, T("如 2026-01-01", "2026-01-01")),
    Column("valid_until", T("失效日期", "Valid until"), cells.DATE),
    Column("item_kind", T("办件类型", "Kind of handling"), cells.one_of(rules.ITEM_KINDS)),
    Column("statutory_days", T("法定时限", "Statutory limit"), cells.COUNT, T(
        "工作日。", "Working days.")),
    Column("promised_days", T("承诺时限", "Promised limit"), cells.COUNT, T(
        "工作日，不得超过法定时限；即办件 0 或 1。",
        "Working days, never over the statutory limit; 0 or 1 where settled on the spot.")),
    Column("legal_note", T("时限依据说明", "Note on the limit"), width=40),
    Column("legal_note_en", T("时限依据英文说明", "Note on the limit in English"), width=40),
    Column("procedure", T("办理程序", "Procedure"), cells.one_of(rules.PROCEDURES)),
    Column("joint_organisations", T("会审部门代码", "Codes of joint reviewers"), cells.TEXTS, T(
        "仅“多部门联合审查”填写。", "Only for a joint review.")),
    Column("visits", T("到现场次数", "Visits"), cells.COUNT),
    Column("delivery", T("送达方式", "Ways of delivery"), cells.some_of(rules.DELIVERY_WAYS)),
    Column("no_materials_reason", T("免材料说明", "Reason for no materials"), note=T(
        "无申请材料时填写。", "Where no material is asked.")),
    Column("certificate_title", T("结果名称", "Result document"), width=24),
    Column("certificate_title_en", T("结果英文名称", "Result document in English"), width=28),
    Column("certificate_months", T("有效期(月)", "Validity in months"), cells.COUNT, T(
        "长期有效的不填。", "Empty where it does not end.")),
    Column("counter", T("办理地点", "Counter"), width=36),
    Column("counter_en", T("办理地点英文", "Counter in English"), width=36),
    Column("hours", T("办理时间", "Hours"), width=28),
    Column("hours_en", T("办理时间英文", "Hours in English"), width=28),
    Column("consult_phone", T("咨询电话", "Telephone")),
    Column("popular", T("热门排序", "Order among popular"), cells.COUNT, T(
        "1 排最前；0 不显示在热门。", "1 comes first; 0 is not among the popular.")),
))  # fmt: skip

BASIS = Layout(T("法律依据", "Legal basis"), "legal_basis", (
    ITEM,
    Column("law", T("法律法规规章", "Law"), width=40),
    Column("article", T("条款", "Article"), width=18),
    Column("law_en", T("英文名称", "Law in English"), width=44, note=_EN),
    Column("article_en", T("英文条款", "Article in English"), note=_EN),
))  # fmt: skip

CONDITIONS = Layout(T("办理条件", "Conditions"), "conditions", (
    ITEM,
    Column("zh", T("条件", "Condition"), width=60),
    Column("en", T("英文条件", "Condition in English"), width=60, note=_EN),
))  # fmt: skip

MATERIALS = Layout(T("材料", "Materials"), "materials", (
    ITEM,
    Column("key", T("材料标识", "Material key")),
    Column("name", T("材料名称", "Material"), width=32),
    Column("name_en", T("材料英文名称", "Material in English"), width=36, note=_EN),
    Column("required", T("是否必要", "Required"), cells.FLAG),
    Column("kind", T("原件或复印件", "Original or copy"), cells.one_of(rules.MATERIAL_KINDS)),
    Column("form", T("材料形式", "Form"), cells.one_of(rules.FORMS)),
    Column("copies", T("份数", "Copies"), cells.COUNT),
    Column("source", T("来源渠道", "Source"), cells.one_of(vocabulary.SOURCES)),
    Column("file_types", T("文件类型", "File types"), cells.TEXTS, T(
        "可选：", "Any of: ") + "、".join(vocabulary.FILE_TYPES)),
    Column("note", T("填报须知", "Note"), width=40),
    Column("note_en", T("英文须知", "Note in English"), width=40, note=_EN),
    Column("when", T("适用条件", "Only when"), width=36, note=T(
        "表达式，如 form.premises.tenure == 'lease'；空为一律适用。",
        "Expression, such as form.premises.tenure == 'lease'; empty: always.")),
))  # fmt: skip

FORM = Layout(T("表单", "Form"), "form_schema", (
    ITEM,
    Column("path", T("字段路径", "Path"), width=30, note=T(
        "分层用点号，如 premises.area；分节和表格先列其本行。",
        "Levels by dots, such as premises.area; a section or table comes before its fields.")),
    Column("kind", T("字段类型", "Kind"), cells.one_of(rules.FIELD_KINDS)),
    Column("title", T("标题", "Title"), width=26),
    Column("title_en", T("英文标题", "Title in English"), width=30, note=_EN),
    Column("required", T("是否必填", "Required"), cells.FLAG),
    Column("options", T("选项", "Options"), cells.OPTIONS, width=40, note=T(
        "每行一个：标识=中文|English", "One a line: code=中文|English")),
    Column("help", T("填写提示", "Help"), width=36),
    Column("help_en", T("英文提示", "Help in English"), width=36, note=_EN),
    Column("unit", T("单位", "Unit"), width=10),
    Column("unit_en", T("英文单位", "Unit in English"), width=10, note=_EN),
    Column("show_when", T("显示条件", "Shown when"), cells.CONDITION, width=30, note=T(
        "每行一个：字段路径=值，多个值用 | 分隔；是否型写 true 或 false。",
        "One a line: path=value, several values with |; for yes or no write true or false.")),
    Column("min", T("最小", "Least"), cells.COUNT, T(
        "数字的最小值，文本的最少字数，表格的最少行数。",
        "Least number, fewest characters, fewest rows."), 8),
    Column("max", T("最大", "Most"), cells.COUNT, width=8),
    Column("pattern", T("格式", "Pattern"), note=T("正则表达式。", "Regular expression.")),
    Column("pattern_help", T("格式说明", "What the pattern asks"), width=30),
    Column("pattern_help_en", T("英文格式说明", "What the pattern asks in English"), width=30),
    Column("extra", T("其他", "Other keywords"), cells.JSON, T(
        "其他 JSON Schema 关键字。", "Other JSON Schema keywords.")),
))  # fmt: skip

FEES = Layout(T("收费", "Fees"), "fees", (
    ITEM,
    Column("name", T("收费项目", "Fee"), width=30),
    Column("name_en", T("收费项目英文", "Fee in English"), width=30, note=_EN),
    Column("amount_fen", T("收费标准(元)", "Amount (yuan)"), cells.YUAN),
    Column("unit", T("计费单位", "Charged for each"), width=18, note=T(
        "按数量收费的填写，如“平方米·日”；按件收费的不填。",
        "Where it is charged by amount, such as m² and day; empty where charged once.")),
    Column("unit_en", T("计费单位英文", "Charged for each, in English"), width=18, note=_EN),
    Column("basis", T("收费依据", "Basis of the fee"), width=50, note=T(
        "文件名称及文号，必填。", "Name and number of the document; needed.")),
    Column("waiver", T("减免说明", "Waiver"), width=40),
    Column("waiver_en", T("减免英文说明", "Waiver in English"), width=40, note=_EN),
))  # fmt: skip

SPECIAL = Layout(T("特别程序", "Special steps"), "special_steps", (
    ITEM,
    Column("kind", T("程序", "Step"), cells.one_of(rules.SPECIAL_STEPS)),
    Column("days", T("所需工作日", "Working days"), cells.COUNT, T(
        "不计入办理时限，书面告知申请人。", "Not counted in the limit; the applicant is told.")),
    Column("note", T("说明", "Explanation"), width=50),
    Column("note_en", T("英文说明", "Explanation in English"), width=50, note=_EN),
))  # fmt: skip

CERTIFICATE = Layout(T("证照", "Certificate"), "certificate_fields", (
    ITEM,
    Column("label", T("记载事项", "Label"), width=26),
    Column("label_en", T("记载事项英文", "Label in English"), width=30, note=_EN),
    Column("value", T("取值", "Value"), width=30, note=T(
        "form.字段路径，或 applicant.name、applicant.code、item.name、case.number、organisation.name。",
        "form.<path>, or applicant.name, applicant.code, item.name, case.number, "
        "organisation.name.")),
))  # fmt: skip

DETAILS = (BASIS, CONDITIONS, MATERIALS, FORM, FEES, SPECIAL, CERTIFICATE)
NOTES_TITLE = T("填表说明", "Notes")
