"""Quarantine and own signatures as registers, the app's ways in, and the words of its events."""

from __future__ import annotations

from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.base.ids import readable_code
from guanggu.kernel.journal.public import enqueue
from guanggu.kernel.register.public import Register, Section, register
from guanggu.web import addresses, event_words, navigation

from .models import QuarantinedFile, VirusSignature
from .queries import DECIDE, SEE_QUARANTINE
from .rules import signature_error

HOME = "/antivirus/"
DO_NOT_FIT = T("特征填写有误，请按提示修改。", "The signature needs mending.")


def check_signature(row: VirusSignature) -> None:
    row.pattern = row.pattern.strip().lower()
    if errors := signature_error(row.kind, row.name, row.pattern):
        raise Invalid(DO_NOT_FIT, fields=errors)


def give_to_the_engine(actor: Actor, row: Any) -> None:
    enqueue("antivirus.write_signatures")


register(
    Register(
        model=QuarantinedFile,
        title=T("隔离文件", "Quarantine"),
        one=T("隔离文件", "Quarantined file"),
        view=SEE_QUARANTINE,
        columns=("name", "state", "held_for", "finding", "owner", "found_at"),
        filters=("state", "held_for"),
        sections=(
            Section(
                T("文件", "File"),
                ("name", "owner", "uploaded_by", "size_bytes", "sha256"),
            ),
            Section(
                T("查毒", "Scan"), ("state", "held_for", "finding", "engine", "found_at"),
            ),
            Section(T("处理", "Decision"), ("decided_by", "decided_at", "reason")),
        ),
        search=("key", "name"),
        scopes=lambda row: (),
        order="-found_at",
        in_menu=False,
        extra={"area": "administration"},
    )
)  # fmt: skip
register(
    Register(
        model=VirusSignature,
        title=T("自有病毒特征", "Own virus signatures"),
        one=T("病毒特征", "Virus signature"),
        view=SEE_QUARANTINE,
        change=DECIDE,
        columns=("key", "name", "kind", "warned_by", "is_active"),
        filters=("kind", "is_active"),
        sections=(
            Section(
                T("特征", "Signature"), ("name", "kind", "pattern", "warned_by", "is_active"),
            ),
        ),
        search=("key", "name"),
        scopes=lambda row: (),
        check=check_signature,
        then=give_to_the_engine,
        new_key=lambda row: f"BD-{readable_code(8)}",
        in_menu=False,
        help=T(
            "不联网也可更新：按安全通报逐条登记或批量导入，几秒后生效。",
            "Kept without any network: enter or import what warnings name; in force in seconds.",
        ),
        extra={"area": "administration"},
    )
)  # fmt: skip
addresses.declare("quarantined_files", "/antivirus/files/{key}/")
navigation.entry(
    "administration", T("查毒与隔离", "Antivirus"), HOME, order=52,
    allows=SEE_QUARANTINE.is_possible,
)  # fmt: skip
navigation.account_link(T("我上传的文件", "My uploads"), "/antivirus/mine/", order=45)
for _kind, _said, _tone in (
    ("infected", T("文件查出病毒，已隔离", "A file was infected: quarantined"), "bad"),
    ("held", T("文件未能查毒，暂存", "A file could not be scanned: held"), "warn"),
    ("cleared", T("文件复查通过", "A file was clean when scanned again"), "ok"),
    ("released", T("文件经人工放行", "A file was released by an officer"), "warn"),
    ("confirmed", T("确认文件有毒", "An infection was confirmed"), "bad"),
    ("rescan_asked", T("要求重新查毒", "Scan asked for again"), ""),
    ("engine_waited_for", T("等待杀毒引擎", "The scanner was waited for"), "warn"),
    ("signatures_aged", T("病毒特征过期", "The signatures are old"), "bad"),
    ("created", T("登记特征", "Signature entered"), ""),
    ("changed", T("修改特征", "Signature changed"), ""),
):
    event_words.say(f"antivirus.{_kind}", _said, _tone)
event_words.say("document.file_kept", T("接收文件", "File received"))
event_words.say("document.file_scanned", T("查毒", "Scanned"))
event_words.say("document.file_released", T("放行文件", "File released"), "warn")
