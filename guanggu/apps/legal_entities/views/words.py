"""Words and values shared by the screens."""

from __future__ import annotations

from typing import Any

from django import forms

from guanggu.base.bilingual import T
from guanggu.web import addresses

from ..models import LegalEntity
from ..rules import industry_title

HOME = "/legal_entities/desk/"
HOME_CRUMB = (T("法人库工作台", "Desk of the register"), HOME)
COMPARED_TITLES = {
    "name": T("名称", "Name"),
    "address": T("地址", "Address"),
    "representative": T("法定代表人", "Representative"),
    "phone": T("电话", "Telephone"),
}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=T("理由", "Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


def entity_page(key: str) -> str:
    return addresses.address_of(f"legal_entities/{key}")


def label_of(name: str) -> Any:
    return LegalEntity._meta.get_field(name).verbose_name


def value_of(entity: LegalEntity, name: str) -> Any:
    value = getattr(entity, f"get_{name}_display", lambda: getattr(entity, name))()
    if name == "registered_capital" and value is not None:
        return f"{value.normalize():,f}"
    if name == "industry" and value:
        title = industry_title(value)
        return T(f"{value} ", f"{value} ") + title if title else value
    return value
