"""The papers of an application, typeset by the house's shared layouts."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.kernel.document.public import (
    CERTIFICATE_DATA,
    NOTICE_DATA,
    RECEIPT_DATA,
    TYPST,
    DocumentTemplate,
    register_template,
)

_LAYOUTS = {
    "notice": (TYPST / "notice.typ", NOTICE_DATA),
    "receipt": (TYPST / "receipt.typ", RECEIPT_DATA),
    "certificate": (TYPST / "certificate.typ", CERTIFICATE_DATA),
}
_PAPERS = (
    ("receipt_slip", T("收件凭证", "Receipt slip"), "receipt", "10_years"),
    ("one_time_notice", T("补正材料一次性告知书", "One-time notice"), "notice", "10_years"),
    ("acceptance", T("行政许可受理通知书", "Notice of acceptance"), "notice", "10_years"),
    ("non_acceptance", T("行政许可不予受理决定书", "Decision to decline"), "notice", "30_years"),
    ("excluded_time", T("特别程序告知书", "Notice of excluded time"), "notice", "10_years"),
    ("extension", T("延长审批期限告知书", "Notice of extension"), "notice", "10_years"),
    ("grant", T("准予行政许可决定书", "Decision to grant"), "notice", "30_years"),
    ("refusal", T("不予行政许可决定书", "Decision to refuse"), "notice", "30_years"),
    ("termination", T("终止办理通知书", "Notice of termination"), "notice", "30_years"),
    ("fee_notice", T("缴费通知书", "Fee notice"), "notice", "10_years"),
    ("delivery_receipt", T("送达回证", "Proof of delivery"), "receipt", "30_years"),
    ("certificate", T("行政许可证件", "Certificate"), "certificate", "permanent"),
)
for _code, _title, _layout, _retention in _PAPERS:
    _path, _schema = _LAYOUTS[_layout]
    register_template(
        DocumentTemplate(
            f"approvals.{_code}", _title, _path, _schema,
            numbering="{year}{number:06d}", retention=_retention,
        )
    )  # fmt: skip
