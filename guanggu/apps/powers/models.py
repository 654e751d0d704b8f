"""A service item: what somebody may apply for, and everything both sides need to know about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Record

from . import rules


class ServiceItem(Record):
    """One power or public service as one organisation of the district carries it out.

    All days are working days. The lists hold objects:

    legal_basis: law, article, law_en
    conditions: zh, en
    materials: key, name, name_en, required, kind, form, copies, source, file_types, note, note_en,
        when (a zen expression over ``form``; empty: always)
    form_schema: JSON Schema 2020-12 as ``guanggu.web.schema_form`` draws it
    fees: name, name_en, basis, amount_fen (for each unit where there is one), unit, unit_en,
        waiver, waiver_en
    special_steps: kind, days, note, note_en (their time is not counted)
    joint_organisations: codes of the reviewing organisations
    certificate_fields: label, label_en, value ("form.<path>", "applicant.name", "applicant.code",
        "item.name", "case.number", "organisation.name")
    """

    collection: ClassVar[str] = "service_items"

    name = models.CharField(T("事项名称", "Item"), max_length=120)
    name_en = models.CharField(T("事项英文名称", "Item in English"), max_length=200)
    aliases = models.TextField(T("俗称", "Everyday words"), blank=True)
    summary = models.TextField(T("简介", "Summary"), blank=True)
    summary_en = models.TextField(T("英文简介", "Summary in English"), blank=True)
    basic_code = models.CharField(T("基本编码", "Basic code"), max_length=12)
    implementation_code = models.CharField(
        T("实施编码", "Implementation code"), max_length=31, blank=True
    )
    power_type = models.CharField(
        T("事项类型", "Type of power"), max_length=2, choices=list(rules.ITEM_TYPES.items())
    )
    item_kind = models.CharField(
        T("办件类型", "Kind of handling"), max_length=10, choices=list(rules.ITEM_KINDS.items())
    )
    subjects = models.JSONField(T("服务对象", "Who may apply"), default=list)
    themes = models.JSONField(T("主题", "Themes"), default=list)
    organisation = models.ForeignKey(
        "identity.Organisation", models.PROTECT, related_name="+",
        verbose_name=T("实施机构", "Responsible body"),
    )  # fmt: skip
    legal_basis = models.JSONField(T("法律依据", "Legal basis"), default=list)
    legal_note = models.TextField(T("时限依据说明", "Note on the limit"), blank=True)
    legal_note_en = models.TextField(
        T("时限依据英文说明", "Note on the limit in English"), blank=True
    )
    conditions = models.JSONField(T("办理条件", "Conditions"), default=list, blank=True)
    materials = models.JSONField(T("申请材料", "Materials"), default=list, blank=True)
    no_materials_reason = models.CharField(
        T("免材料说明", "Reason for none"), max_length=200, blank=True
    )
    form_schema = models.JSONField(T("申请表单", "Form"), default=dict)
    statutory_days = models.PositiveSmallIntegerField(
        T("法定时限(工作日)", "Statutory limit (working days)")
    )
    promised_days = models.PositiveSmallIntegerField(
        T("承诺时限(工作日)", "Promised limit (working days)")
    )
    fees = models.JSONField(T("收费", "Fees"), default=list, blank=True)
    visits = models.PositiveSmallIntegerField(T("到现场次数", "Visits"), default=0)
    delivery = models.JSONField(T("送达方式", "Ways of delivery"), default=list)
    procedure = models.CharField(
        T("办理程序", "Procedure"), max_length=20, choices=list(rules.PROCEDURES.items())
    )
    joint_organisations = models.JSONField(
        T("会审部门", "Joint reviewers"), default=list, blank=True
    )
    special_steps = models.JSONField(T("特别程序", "Special steps"), default=list, blank=True)
    certificate_title = models.CharField(
        T("结果名称", "Result document"), max_length=80, blank=True
    )
    certificate_title_en = models.CharField(
        T("结果英文名称", "Result document in English"), max_length=120, blank=True
    )
    certificate_months = models.PositiveSmallIntegerField(
        T("有效期(月)", "Validity (months)"), null=True, blank=True
    )
    certificate_fields = models.JSONField(
        T("证照记载事项", "Contents of the certificate"), default=list, blank=True
    )
    consult_phone = models.CharField(T("咨询电话", "Telephone"), max_length=40, blank=True)
    counter = models.CharField(T("办理地点", "Counter"), max_length=160, blank=True)
    counter_en = models.CharField(
        T("办理地点英文", "Counter in English"), max_length=200, blank=True
    )
    hours = models.CharField(T("办理时间", "Hours"), max_length=120, blank=True)
    hours_en = models.CharField(T("办理时间英文", "Hours in English"), max_length=160, blank=True)
    popular = models.PositiveSmallIntegerField(T("热门排序", "Order among popular"), default=0)
    status = models.CharField(
        T("状态", "State"), max_length=10, choices=list(rules.STATUSES.items()), default="in_force"
    )

    class Meta:
        verbose_name = T("政务服务事项", "Service item")
        indexes = [models.Index(fields=["status", "organisation"], name="powers_item_of_body")]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> T:
        return T(self.name, self.name_en or self.name)

    @property
    def is_open(self) -> bool:
        """True where somebody may apply today."""
        today = clock.today()
        begun = self.valid_from is None or self.valid_from <= today
        return self.status == "in_force" and begun and not self._is_over(today)

    def _is_over(self, today: object) -> bool:
        return self.valid_until is not None and self.valid_until < today
