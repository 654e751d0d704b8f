"""The register of notices."""

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Register, Section, register

from .models import Notice
from .queries import CHANGE_NOTICES, VIEW_NOTICES

NOTICES = register(
    Register(
        model=Notice,
        title=T("通知公告", "Notices"),
        one=T("公告", "Notice"),
        view=VIEW_NOTICES,
        change=CHANGE_NOTICES,
        columns=("key", "title", "issuer", "published_on", "pinned"),
        filters=("pinned",),
        search=("title", "title_en", "body", "body_en"),
        scopes=lambda notice: ("public",),
        order="-published_on",
        new_key=lambda notice: f"{notice.published_on:%Y%m%d}-{notice.title_en[:30]}".lower()
        .replace(" ", "-"),
        sections=(
            Section(T("公告", "Notice"), (
                "title", "title_en", "issuer", "issuer_en", "published_on", "pinned", "valid_from",
                "valid_until",
            )),
            Section(T("正文", "Text"), ("body", "body_en")),
        ),
    )
)  # fmt: skip
