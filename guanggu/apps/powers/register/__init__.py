"""The register of service items, for the catalogue officer."""

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.register.public import Link, Register, Section, json_value, register
from guanggu.standards import gb_t_39554_1_2020 as standard

from .. import rules
from ..models import ServiceItem
from ..queries import CHANGE_ITEMS, VIEW_ITEMS
from .words import WORDS
from .workbook import ItemWorkbook

DO_NOT_FIT = T("事项内容有误，请按提示修改。", "The item needs mending; see beside each place.")


def values_of(record: ServiceItem) -> dict:
    """The fields of the record as plain values, as the rules read them."""
    fields = record._meta.concrete_fields
    return {f.name: json_value(getattr(record, f.attname)) for f in fields}


def check(record: ServiceItem) -> None:
    """Fill in what follows from the rest; raises Invalid naming every place that is wrong."""
    if not record.implementation_code and record.organisation_id:
        record.implementation_code = _implementation_code(record)
    problems = rules.problems_of(values_of(record))
    if problems:
        raise Invalid(DO_NOT_FIT, fields=problems)


def _implementation_code(record: ServiceItem) -> str:
    """Body and basic code together, "" where either does not stand yet."""
    try:
        return standard.implementation_code(record.organisation.unified_code, record.basic_code)
    except Invalid:
        return ""


def scopes(record: ServiceItem) -> tuple[str, ...]:
    return ("public",) if record.status == "in_force" else ("staff",)


SERVICE_ITEMS = register(
    Register(
        model=ServiceItem,
        title=T("政务服务事项", "Service items"),
        one=T("事项", "Item"),
        view=VIEW_ITEMS,
        change=CHANGE_ITEMS,
        columns=("key", "name", "organisation", "power_type", "item_kind", "promised_days", "status"),
        workbook=ItemWorkbook(),
        extra={"themes": rules.THEMES, "subjects": rules.SUBJECTS, "words": WORDS},
        filters=("organisation", "power_type", "item_kind", "procedure", "status"),
        search=("name", "name_en", "aliases", "summary", "summary_en", "basic_code"),
        scopes=scopes,
        check=check,
        links=(
            Link(T("办事指南", "Guide"), lambda item: f"/powers/items/{item.key}/"),
        ),
        help=T(
            "事项较多或需要维护材料、表单时，请导出 XLSX，修改后再导入。",
            "For materials and forms, export the XLSX, edit it and import it again.",
        ),
        sections=(
            Section(T("基本信息", "Basics"), (
                "name", "name_en", "aliases", "summary", "summary_en", "basic_code",
                "implementation_code", "power_type", "organisation", "subjects", "themes", "status",
                "valid_from", "valid_until", "popular",
            )),
            Section(T("依据与时限", "Basis and limits"), (
                "legal_basis", "legal_note", "legal_note_en", "conditions", "item_kind",
                "statutory_days", "promised_days",
            )),
            Section(T("办理", "Handling"), (
                "procedure", "joint_organisations", "special_steps", "visits", "delivery",
                "counter", "counter_en", "hours", "hours_en", "consult_phone",
            )),
            Section(T("材料、表单与收费", "Materials, form and fees"), (
                "materials", "no_materials_reason", "form_schema", "fees",
            )),
            Section(T("办理结果", "Result"), (
                "certificate_title", "certificate_title_en", "certificate_months",
                "certificate_fields",
            )),
        ),
    )
)  # fmt: skip
