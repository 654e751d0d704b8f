"""The forms of accounts, organisations and applications."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import ROLES, Account, Organisation

from ..actions import SCOPES

KINDS: dict[str, T] = {
    "district": T("管委会", "District"),
    "department": T("部门", "Department"),
    "park": T("园区", "Park"),
    "community": T("社区", "Community"),
    "office": T("科室", "Office"),
}
SCOPE_TITLES: dict[str, T] = {
    "profile": T("姓名和账户类别", "Name and kind of account"),
    "organisation": T("任职单位和岗位", "Organisations and posts"),
    "firm": T("可代表的企业", "Firms that one may act for"),
    "read": T("以用户身份通过接口查询", "To look things up through the interface as the person"),
    "write": T("以用户身份通过接口办理和修改", "To act through the interface as the person"),
}
REQUIRED = T("此项必填。", "This is needed.")
SAME = T("两次输入的密码不一致。", "The two passwords differ.")


def text(label: T, hint: T | str = "", *, required: bool = True, width: str = "w-20", **kw: Any):
    """A line of text with bilingual words."""
    field = forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=kw.pop("max_length", 200),
        error_messages={"required": REQUIRED},
        **kw,
    )
    field.width = width  # type: ignore[attr-defined]
    return field


def day(label: T, hint: T | str = "", *, required: bool = True):
    """A day as ISO text; the action reads it."""
    field = forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=10,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": REQUIRED},
    )
    field.width = "w-5"  # type: ignore[attr-defined]
    return field


def password(label: T, hint: T | str = ""):
    field = forms.CharField(
        label=label,
        help_text=hint,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": REQUIRED},
    )
    field.width = "w-10"  # type: ignore[attr-defined]
    return field


class RegistrationForm(forms.Form):
    name = text(T("姓名", "Name"), T("与身份证件一致。", "As on the identity card."), width="w-10")
    citizen_id = text(
        T("公民身份号码", "Citizen identity number"),
        T(
            "18 位，末位可为 X。系统只保存加密摘要和掩码。",
            "18 characters; only a keyed digest is kept.",
        ),
        width="w-10",
        max_length=24,
    )
    phone = text(
        T("手机号码", "Mobile number"),
        T("以后用它登录。", "You sign in with it."),
        width="w-10",
        max_length=20,
    )
    password1 = password(
        T("密码", "Password"),
        T(
            "至少 10 位，不能全为数字，不要使用姓名、手机号等。",
            "At least 10 characters, not only digits, nothing easily guessed.",
        ),
    )
    password2 = password(T("再次输入密码", "Password again"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        one, two = values.get("password1"), values.get("password2")
        if one and two and one != two:
            self.add_error("password2", str(SAME))
        if one:
            person = Account(username=values.get("phone", ""), name=values.get("name", ""))
            try:
                validate_password(one, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return values


class ContactForm(forms.Form):
    phone = text(T("手机号码", "Mobile number"), width="w-10", max_length=20)
    email = forms.EmailField(label=T("电子邮箱", "E-mail"), required=False, max_length=200)


class FirmForm(forms.Form):
    firm = text(
        T("统一社会信用代码", "Unified social credit code"),
        T("营业执照上的 18 位代码。", "The 18 characters on the business licence."),
        width="w-10",
        max_length=30,
    )
    firm_name = text(
        T("企业名称", "Name of the firm"),
        T("与营业执照一致。", "As on the business licence."),
        required=False,
    )


class AgentForm(forms.Form):
    name = text(T("代办人姓名", "Agent's name"), width="w-10")
    username = text(T("代办人手机号码", "Agent's mobile number"), width="w-10")
    until_on = day(
        T("授权截止日期", "Until"), T("不填表示长期。", "Open if left empty."), required=False
    )


class DelegationForm(forms.Form):
    grantee = forms.ChoiceField(
        label=T("受托人", "To whom"),
        help_text=T(
            "本单位或下属单位的在职人员。", "An official of the same organisation or below."
        ),
        error_messages={"required": REQUIRED},
    )
    from_on = day(T("起始日期", "From"))
    until_on = day(T("终止日期", "Until"), T("含当日。", "This day counts."))
    reason = text(T("事由", "Reason"), T("如出差、休假、学习。", "Such as travel or leave."))

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((str(p.pk), f"{p.name}（{p.username}）") for p in people)]
        self.fields["grantee"].choices = choices  # type: ignore[attr-defined]


class OrganisationForm(forms.Form):
    name = text(T("机构名称", "Name"))
    name_en = text(T("英文名称", "English name"))
    short_name = text(T("简称", "Short name"), required=False, width="w-10", max_length=40)
    document_word = text(
        T("发文机关代字", "Document word"),
        T("如“武新管”，用于公文编号。", "For the numbers of documents."),
        required=False,
        width="w-5",
        max_length=16,
    )
    unified_code = text(
        T("统一社会信用代码", "Unified code"), required=False, width="w-10", max_length=18
    )


class NewOrganisationForm(OrganisationForm):
    code = text(
        T("机构代码", "Code"),
        T("小写字母、数字和横线，设立后不变。", "Small letters, digits, hyphens; never changes."),
        width="w-10",
        max_length=32,
    )
    kind = forms.ChoiceField(label=T("机构类别", "Kind"), choices=list(KINDS.items()))
    field_order = ("code", "kind", "name", "name_en")


class MoveForm(forms.Form):
    parent = forms.ChoiceField(label=T("划入机构", "Put under"))

    def __init__(self, *args: Any, leaving_out: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = Organisation.objects.filter(is_active=True).order_by("path")
        self.fields["parent"].choices = [  # type: ignore[attr-defined]
            (o.code, o.title) for o in open_ones.exclude(path__startswith=leaving_out.path)
        ]


class ReasonForm(forms.Form):
    reason = text(T("依据或事由", "Ground or reason"))


class PostForm(forms.Form):
    name = text(T("岗位名称", "Post"), width="w-10", max_length=80)
    name_en = text(T("英文名称", "English name"), max_length=120)
    is_head = forms.BooleanField(label=T("单位主要负责人", "Head of the body"), required=False)


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=T("职责", "Roles"),
        choices=list(ROLES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=T(
            "系统管理、安全管理、审计须由不同人员担任。",
            "Administration, security and audit are different persons.",
        ),
    )


class OfficialForm(forms.Form):
    username = text(T("用户名", "User name"), width="w-10", max_length=32)
    name = text(T("姓名", "Name"), width="w-10", max_length=80)
    phone = text(T("手机号码", "Mobile number"), width="w-10", max_length=20)
    email = forms.EmailField(label=T("电子邮箱", "E-mail"), required=False, max_length=200)


class AppointmentForm(forms.Form):
    post = forms.ChoiceField(label=T("岗位", "Post"), error_messages={"required": REQUIRED})
    from_on = day(T("任职起始日期", "From"))
    until_on = day(
        T("任职终止日期", "Until"), T("不填表示未定。", "Open if left empty."), required=False
    )

    def __init__(self, *args: Any, posts: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((str(p.pk), p.title) for p in posts)]
        self.fields["post"].choices = choices  # type: ignore[attr-defined]


class EndForm(forms.Form):
    until_on = day(T("最后任职日", "Last day"))
    reason = text(T("事由", "Reason"))


class ApplicationForm(forms.Form):
    name = text(
        T("应用名称", "Name"), T("用户授权时看到的名称。", "What people see when they allow it.")
    )
    addresses = forms.CharField(
        label=T("回调地址", "Redirect addresses"),
        help_text=T("每行一个完整网址，须为 https。", "One whole address a line, by https."),
        widget=forms.Textarea,
        max_length=6000,
        error_messages={"required": REQUIRED},
    )
    scopes = forms.MultipleChoiceField(
        label=T("可申请的授权", "What it may ask for"),
        choices=[(name, SCOPE_TITLES[name]) for name in SCOPES[1:]],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_addresses(self) -> list[str]:
        return [
            line.strip() for line in self.cleaned_data["addresses"].splitlines() if line.strip()
        ]
