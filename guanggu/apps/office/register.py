"""Official documents as a register, and the office's ways in."""

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Register, Section, register
from guanggu.web import addresses, event_words, navigation

from .models import OfficialDocument
from .queries import VIEW_DISPATCHES, VIEW_OFFICIAL, may_handle

register(
    Register(
        model=OfficialDocument,
        title=T("公文库", "All documents"),
        one=T("公文", "Official document"),
        view=VIEW_OFFICIAL,
        columns=("key", "kind", "number", "title", "organisation", "drafter_name", "state"),
        filters=("kind", "state", "urgency"),
        sections=(
            Section(
                T("公文", "Document"),
                ("kind", "title", "organisation", "issuer", "word", "variant", "urgency", "number",
                 "drafter_name", "signer_name", "signed_at", "state", "retention"),
            ),
            Section(
                T("来文", "Received"), ("from_name", "from_number", "received_on"),
            ),
            Section(
                T("内容", "Content"),
                ("addressees", "copied_to", "cosigners", "body", "attachments", "remark"),
            ),
        ),
        search=("key", "number", "title", "from_name", "from_number"),
        scopes=lambda document: (f"org:{document.organisation_id}",),
        order="-key",
        extra={"area": "office", "order": 40},
    )
)  # fmt: skip

addresses.declare("official_documents", "/office/documents/{key}/")
navigation.entry("office", T("待办公文", "My tasks"), "/office/", order=10, allows=may_handle)
navigation.entry(
    "office", T("拟稿", "Draft"), "/office/documents/new/", order=20,
    allows=lambda actor: actor.has("draft"),
)  # fmt: skip
navigation.entry(
    "office", T("收文签收", "Received"), "/office/received/", order=30,
    allows=VIEW_DISPATCHES.is_possible,
)  # fmt: skip
for kind, title, tone in (
    ("office.created", T("拟稿", "Drafted"), ""),
    ("office.changed", T("修改", "Changed"), ""),
    ("office.submitted", T("送审", "Sent round"), ""),
    ("office.signed", T("签发", "Signed"), "ok"),
    ("office.numbered", T("编号用印", "Numbered and sealed"), "ok"),
    ("office.dispatched", T("分发", "Dispatched"), "ok"),
    ("office.received", T("收文", "Received"), ""),
    ("office.archived", T("归档", "Archived"), "ok"),
    ("office.ended", T("终止", "Ended"), "bad"),
):
    event_words.say(kind, title, tone)
