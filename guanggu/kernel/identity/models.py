"""People's accounts, the organisation tree, posts, and who may act for whom."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from guanggu.base.bilingual import T
from guanggu.base.ids import Ref


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """Somebody who can sign in. ``sub`` is what other systems know of him, never the id."""

    class Kind(models.TextChoices):
        PERSON = "person"
        OFFICIAL = "official"

    sub = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(T("用户名", "User name"), max_length=64, unique=True)
    name = models.CharField(T("姓名", "Name"), max_length=80)
    kind = models.CharField(T("账户类别", "Kind"), max_length=10, choices=Kind.choices)
    email = models.EmailField(T("电子邮箱", "E-mail"), blank=True)
    phone = models.CharField(T("手机号码", "Mobile phone"), max_length=20, blank=True)
    citizen_id_digest = models.CharField(max_length=64, blank=True, db_index=True)
    citizen_id_masked = models.CharField(
        T("身份证件号码", "Identity number"), max_length=20, blank=True
    )
    language = models.CharField(max_length=8, default="zh-hans")
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["citizen_id_digest"],
                condition=~models.Q(citizen_id_digest=""),
                name="identity_one_account_a_citizen",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> Ref:
        return Ref("accounts", str(self.sub))

    @property
    def is_official(self) -> bool:
        return self.kind == self.Kind.OFFICIAL

    # allauth and Django ask these; nothing of ours is granted through them.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Organisation(models.Model):
    """A body of the district. ``path`` is the ids from the root, "/1/7/", for subtree queries."""

    class Kind(models.TextChoices):
        DISTRICT = "district"
        DEPARTMENT = "department"
        PARK = "park"
        COMMUNITY = "community"
        OFFICE = "office"

    code = models.CharField(T("机构代码", "Code"), max_length=32, unique=True)
    name = models.CharField(T("机构名称", "Name"), max_length=120)
    name_en = models.CharField(T("英文名称", "English name"), max_length=160)
    short_name = models.CharField(T("简称", "Short name"), max_length=40, blank=True)
    kind = models.CharField(T("机构类别", "Kind"), max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200, db_index=True)
    unified_code = models.CharField(
        T("统一社会信用代码", "Unified code"), max_length=18, blank=True
    )
    document_word = models.CharField(T("发文机关代字", "Document word"), max_length=16, blank=True)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> T:
        return T(self.name, self.name_en or self.name)

    @property
    def ref(self) -> Ref:
        return Ref("organisations", self.code)


class Post(models.Model):
    """A seat in an organisation; the roles belong to the seat, not to who sits in it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    name = models.CharField(T("岗位名称", "Post"), max_length=80)
    name_en = models.CharField(T("英文名称", "English name"), max_length=120)
    roles = models.JSONField(T("职责", "Roles"), default=list)
    is_head = models.BooleanField(T("主要负责人", "Head"), default=False)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.organisation.short_name or self.organisation.name} {self.name}"

    @property
    def title(self) -> T:
        organisation = self.organisation
        return T(
            f"{organisation.short_name or organisation.name}·{self.name}",
            f"{organisation.name_en} · {self.name_en}",
        )

    @property
    def ref(self) -> Ref:
        return Ref("posts", str(self.pk))


class Appointment(models.Model):
    """Who sits in a post, from a day until a day (both counted; no end: open)."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["post", "account"], name="identity_appointment_of_post")]

    def __str__(self) -> str:
        return f"{self.account} – {self.post}"


class Delegation(models.Model):
    """While the grantor is absent, another official acts in his post and is named as doing so."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="delegations")
    grantor = models.ForeignKey(Account, models.PROTECT, related_name="delegations_given")
    grantee = models.ForeignKey(Account, models.PROTECT, related_name="delegations_taken")
    from_on = models.DateField(T("起始日期", "From"))
    until_on = models.DateField(T("终止日期", "Until"))
    reason = models.CharField(T("事由", "Reason"), max_length=200)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.grantor} → {self.grantee}"


class Representation(models.Model):
    """An account that may act for a firm, known by its unified social credit code."""

    class Role(models.TextChoices):
        LEGAL_REPRESENTATIVE = "legal_representative"
        AGENT = "agent"

    account = models.ForeignKey(Account, models.PROTECT, related_name="representations")
    firm = models.CharField(T("统一社会信用代码", "Unified code"), max_length=18, db_index=True)
    firm_name = models.CharField(T("企业名称", "Firm"), max_length=200)
    role = models.CharField(max_length=24, choices=Role.choices)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "firm"], name="identity_representation_once")
        ]

    def __str__(self) -> str:
        return f"{self.account} – {self.firm_name}"

    @property
    def ref(self) -> Ref:
        return Ref("representations", str(self.pk))


class AppointmentProposal(models.Model):
    """The administrator proposes who sits in a post; the security officer confirms it.

    Separation of the three officers (GB/T 22239-2019, 8.1.5): nobody gives rights alone.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        REFUSED = "refused"

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="proposals")
    from_on = models.DateField(T("任职起始日期", "From"))
    until_on = models.DateField(T("任职终止日期", "Until"), null=True)
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(T("意见", "Remark"), max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.account} → {self.post}"


class FirmClaim(models.Model):
    """Somebody says that he is a firm's legal representative and the register cannot tell."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    account = models.ForeignKey(Account, models.PROTECT, related_name="firm_claims")
    firm = models.CharField(T("统一社会信用代码", "Unified code"), max_length=18)
    firm_name = models.CharField(T("企业名称", "Firm"), max_length=200)
    finding = models.CharField(T("系统比对结果", "What the check found"), max_length=40)
    claimed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(T("审核意见", "Remark"), max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.account} – {self.firm_name}"
