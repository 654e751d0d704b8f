"""The only door of the document kernel."""

from .content_types import ALLOWED, LIST
from .declaration import (
    CERTIFICATE_DATA,
    NOTICE_DATA,
    OFFICIAL_DATA,
    RECEIPT_DATA,
    RETENTION,
    TEMPLATES,
    TYPST,
    DocumentTemplate,
    register_template,
    template_of,
)
from .faces import FaceState, font_report
from .finding import (
    VIEW_DOCUMENTS,
    Checked,
    PublicSummary,
    check_pdf,
    documents_of,
    find_by_code,
    masked,
    public_summary,
)
from .issuing import (
    archive_document,
    content_of,
    draft_document,
    number_document,
    prepare_document,
    preview,
    produce,
    redraft_document,
    verify_address,
    withdraw_document,
)
from .models import Document, DocumentHolder, NumberSeries, StoredFile
from .numbering import compose, take_number
from .signing import seal_pdf
from .storing import (
    Received,
    files_of,
    keep_file,
    lost_contents,
    mark_scanned,
    open_content,
    receive,
    remove_orphans,
    shown_name,
)
from .typesetting import check_drawable, qr_svg, render, render_template
from .verification import STATES, Verification, verify_pdf

__all__ = [
    "ALLOWED", "CERTIFICATE_DATA", "LIST", "NOTICE_DATA", "OFFICIAL_DATA", "RECEIPT_DATA",
    "RETENTION", "STATES", "TEMPLATES", "TYPST", "VIEW_DOCUMENTS", "Checked", "Document",
    "DocumentHolder", "DocumentTemplate", "FaceState", "NumberSeries", "PublicSummary", "Received",
    "StoredFile", "Verification", "archive_document", "check_drawable", "check_pdf", "compose",
    "content_of", "documents_of", "draft_document", "files_of", "find_by_code", "font_report",
    "keep_file", "lost_contents", "mark_scanned", "masked", "number_document", "open_content",
    "prepare_document", "preview", "produce", "public_summary", "qr_svg", "receive",
    "redraft_document", "register_template", "remove_orphans", "render", "render_template",
    "seal_pdf", "shown_name", "take_number", "template_of", "verify_address", "verify_pdf",
    "withdraw_document",
]  # fmt: skip
