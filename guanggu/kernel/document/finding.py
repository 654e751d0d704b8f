"""Finding documents: by what is printed on them, by what they belong to, by whom they are for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.base.ids import Ref
from guanggu.kernel.identity.public import permission

from .models import Document, DocumentHolder
from .on_demand import verify_pdf
from .verification import Verification

NO_SUCH_CODE = T(
    "没有查到该核验码对应的文书。请核对文书上的核验码；如仍查不到，该文书可能是伪造的。",
    "No document has this code. Compare it with the paper; if it is right, the paper may be forged.",
)
# How people misread the alphabet of the codes (Crockford's base 32).
_MISREAD = str.maketrans("OIL", "011")
_PUBLIC = (Document.State.ISSUED, Document.State.ARCHIVED, Document.State.WITHDRAWN)


def find_by_code(code: str) -> Document:
    """The issued document with that code, however it was typed. Raises Missing."""
    plain = "".join(c for c in code.upper() if c.isalnum()).translate(_MISREAD)
    found = None
    if len(plain) == 12:
        found = Document.objects.filter(verification_code=plain, state__in=_PUBLIC).first()
    if found is None:
        raise Missing(NO_SUCH_CODE, code="no_such_code")
    return found


def masked(name: str) -> str:
    """A person's name with all but the family name hidden: 张*, 欧阳**."""
    kept = 2 if len(name) > 3 else 1
    return name[:kept] + "*" * max(1, len(name) - kept) if name else ""


@dataclass(frozen=True)
class PublicSummary:
    """What anybody with the code may know; a person's name is masked."""

    kind: T
    title: str
    number: str
    issuer: str
    issued_on: str
    valid_from: str
    valid_until: str
    holder: str
    state: str
    state_label: T
    in_force: bool
    withdrawn_on: str
    code_shown: str
    sha256: str


def public_summary(document: Document) -> PublicSummary:
    def day(value: object) -> str:
        return "" if value is None else str(value)

    def local_day(value: object) -> str:
        return "" if value is None else clock.local(value).date().isoformat()  # type: ignore[arg-type]

    is_person = document.holders.filter(ref__startswith="accounts/").exists()
    is_firm = document.holders.exclude(ref__startswith="accounts/").exists()
    today = clock.today()
    begun = document.valid_from is None or document.valid_from <= today
    ended = document.valid_until is not None and document.valid_until < today
    return PublicSummary(
        kind=document.kind,
        title=document.title,
        number=document.number,
        issuer=document.issuer,
        issued_on=local_day(document.numbered_at),
        valid_from=day(document.valid_from),
        valid_until=day(document.valid_until),
        holder=document.holder_name if is_firm or not is_person else masked(document.holder_name),
        state=document.state,
        state_label=document.state_label,
        in_force=document.state != Document.State.WITHDRAWN and begun and not ended,
        withdrawn_on=local_day(document.withdrawn_at),
        code_shown=document.code_shown,
        sha256=document.file.sha256 if document.file else "",
    )


@dataclass(frozen=True)
class Checked:
    """A PDF somebody brought: what its seal says, and the document whose very file it is, if any."""

    verification: Verification
    document: Document | None


def check_pdf(content: bytes) -> Checked:
    """For the page where anybody checks a PDF: seal and, byte by byte, the file we issued."""
    digest = hashlib.sha256(content).hexdigest()
    found = Document.objects.filter(file__sha256=digest, state__in=_PUBLIC).first()
    return Checked(verify_pdf(content), found)


def _scope(actor: Actor) -> Q | bool:
    """Issued documents to their holders; every document to officials of the issuer."""
    if actor.kind == "platform":
        return True
    if not actor.is_known:
        return False
    held = Q(ref=actor.ref)
    if actor.firm:
        held |= Q(ref__endswith=f"/{actor.firm}")
    mine = DocumentHolder.objects.filter(held).values("document")
    reach = Q(pk__in=mine, state__in=_PUBLIC)
    if actor.kind == "official" and actor.organisation is not None:
        reach |= Q(organisation=actor.organisation)
    return reach


VIEW_DOCUMENTS = permission("document.view", scope=_scope)


def documents_of(subject: Ref | str) -> QuerySet[Document]:
    """All documents of a case or other subject, oldest first."""
    return Document.objects.filter(subject=str(subject)).select_related("file").order_by("pk")
