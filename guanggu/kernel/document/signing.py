"""Seal a PDF: PAdES B-B with a visible red seal.

B-LT would need time stamps and revocation answers from outside; the district is offline, so a
signature is B-B: who sealed it and that nothing changed since is proven, the hour is the signer's.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from django.conf import settings
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from . import authority
from .declaration import TYPST
from .typesetting import render

SEAL_POINTS = 42 / 25.4 * 72  # 国发〔1999〕25号: the seal of a department is 42 mm across
ANCHOR = "#seal"  # the end of the link that a template lays over the organisation's name and date
NO_PLACE = T("文书模板没有标出用印位置。", "The template marks no place for the seal.")
_RESERVED = 16_384  # hex digits kept for the signature with its two certificates
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where a seal goes: page from 0, box in points from the lower left corner."""

    page: int
    box: tuple[int, int, int, int]


@lru_cache(maxsize=256)
def seal_image(name: str, bottom: str) -> bytes:
    """The round seal as a vector PDF page, the same bytes each time."""
    return render((TYPST / "seal.typ").read_bytes(), {"name": name, "bottom": bottom}, _EPOCH)


class _Drawing(PdfContent):
    """The seal's page inside the signature's appearance; one for each signing, it holds its writer."""

    def __init__(self, page: bytes) -> None:
        super().__init__(box=BoxConstraints(width=SEAL_POINTS, height=SEAL_POINTS))
        self.page = page

    def render(self) -> bytes:
        writer = self._ensure_writer
        drawing = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.page)))
        self.resources.xobject["/Seal"] = drawing
        return b"/Seal Do"


def _style(name: str, bottom: str) -> StaticStampStyle:
    centred = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID)
    return StaticStampStyle(
        background=_Drawing(seal_image(name, bottom)), background_layout=centred, border_width=0
    )


@lru_cache(maxsize=256)
def _signer(code: str, name: str, folder: str) -> signers.SimpleSigner:
    """The organisation's signer, its key and certificates parsed once. ``folder`` tells tests apart."""
    held, top = authority.seal_key(code, name), authority.authority()
    key = held.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    store = SimpleCertificateStore()
    store.register(_asn1(top.certificate))
    return _KeptKey(
        signing_cert=_asn1(held.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=store,
        kept=held.key,
    )


class _KeptKey(signers.SimpleSigner):
    """Signs with the key as loaded: the stock signer parses it again for every signature."""

    def __init__(self, *, kept: rsa.RSAPrivateKey, **arguments: object) -> None:
        super().__init__(**arguments)  # type: ignore[arg-type]
        self._kept = kept

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if dry_run:
            return bytes(self._kept.key_size // 8)
        return self._kept.sign(data, PKCS1v15(), hashes.SHA256())


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def place_of_seal(reader: PdfFileReader) -> Place:
    """The middle of the link that the template laid under the seal. Raises Invalid without one."""
    rectangles: list[tuple[int, list[float]]] = []
    total = int(reader.root["/Pages"]["/Count"])
    for number in range(total - 1, -1, -1):
        page = reader.find_page_for_modification(number)[0].get_object()
        for held in page.get("/Annots", ()):
            act = held.get_object().get("/A")
            if act is not None and str(act.get("/URI", "")).endswith(ANCHOR):
                rectangles.append((number, [float(v) for v in held.get_object()["/Rect"]]))
        if rectangles:
            break
    if not rectangles:
        raise Invalid(NO_PLACE, code="no_seal_place")
    boxes = [box for _, box in rectangles]
    x = (min(min(b[0], b[2]) for b in boxes) + max(max(b[0], b[2]) for b in boxes)) / 2
    y = (min(min(b[1], b[3]) for b in boxes) + max(max(b[1], b[3]) for b in boxes)) / 2
    half = SEAL_POINTS / 2
    return Place(
        rectangles[0][0], (round(x - half), round(y - half), round(x + half), round(y + half))
    )


def seal_pdf(pdf: bytes, *, code: str, name: str, reason: str = "", sample: bool = False) -> bytes:
    """The PDF sealed by the organisation with that code and name.

    A sample seal says so in its lower part. After it no change at all is allowed (certified, no
    changes). Raises Invalid where the template marks no place, Unavailable where the key is locked.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    place = place_of_seal(writer.prev)
    meta = signers.PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        name=name,
        reason=reason or None,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    signer = signers.PdfSigner(
        meta,
        _signer(code, name, str(settings.GUANGGU_KEYS)),
        stamp_style=_style(name, "样例" if sample else ""),
        new_field_spec=fields.SigFieldSpec("Seal", on_page=place.page, box=place.box),
    )
    out = signer.sign_pdf(writer, bytes_reserved=_RESERVED)
    return out.getvalue()
