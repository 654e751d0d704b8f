"""Nothing that came from outside is opened before a scanner has let it pass.

The scanner is an app's (``antivirus``); this kernel holds the door. Where scanning is required and
nobody scans, files are held: never passed. GUANGGU_ANTIVIRUS says "required" or "off".
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from django.conf import settings

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid, Unavailable
from guanggu.base.limits import FILE_BYTES_MAX
from guanggu.kernel.register.public import save_record

from .models import HELD_TITLES, StoredFile

INFECTED = T("该文件查出病毒，已隔离，不能打开。", "The file is infected and in quarantine.")
WAITING = T(
    "文件正在查毒，通常几秒内完成，请稍后刷新。",
    "The file is being scanned for viruses; reload in a few seconds.",
)
HELD = T(
    "文件未能查毒（{}），暂不能打开。查毒完成或经安全管理员放行后自动开放。",
    "The file could not be scanned ({}) and is held. It opens once it is scanned or the security "
    "officer has released it.",
)
UPLOAD_INFECTED = T(
    "该文件查出病毒（{}），未予接收。请清除病毒后重新上传。",
    "The file is infected ({}) and was refused. Clean it and upload it again.",
)
UPLOAD_HELD = T(
    "暂时无法查毒（{}），未读取该文件。请稍后重试，或联系安全管理员。",
    "The file cannot be scanned now ({}) and was not read. Try again later, or ask the security "
    "officer.",
)
TOO_LARGE = T(
    "文件超过{} MB，请拆分后重新上传。", "The file is larger than {} MB; split it and upload again."
)


@dataclass(frozen=True, slots=True)
class Screened:
    """What the scanner says of one content.

    held_for: a key of HELD_TITLES where it is held; finding: the name of the virus, or what the
    engine said.
    """

    state: Literal["clean", "infected", "held"]
    held_for: str = ""
    finding: str = ""
    engine: str = ""


class Upload(Protocol):
    """What a form hands over as a file."""

    size: int | None

    def read(self, num_bytes: int | None = None) -> bytes:
        """The content."""


Screen = Callable[[BinaryIO], Screened]
_screens: list[Screen] = []


def screen_by(screen: Screen) -> None:
    """Have contents scanned by this function from now on."""
    _screens[:] = [screen]


def screening_is_required() -> bool:
    return settings.GUANGGU_ANTIVIRUS == "required"


def screen(content: BinaryIO) -> Screened:
    """Ask the scanner now; held where there is none."""
    if not _screens:
        return Screened("held", "held_away")
    return _screens[0](content)


def demand_released(row: StoredFile) -> None:
    """Raises Forbidden where nobody may open the file (yet), saying why."""
    if row.scan_state == StoredFile.Scan.INFECTED:
        raise Forbidden(INFECTED, code="infected")
    if not screening_is_required():
        return
    if row.scan_state in HELD_TITLES:
        raise Forbidden(HELD.format(HELD_TITLES[row.scan_state]), code="held")
    if row.scan_state == StoredFile.Scan.UNSCANNED:
        raise Forbidden(WAITING, code="being_scanned")


def read_upload(upload: Upload, *, bytes_max: int = FILE_BYTES_MAX) -> bytes:
    """The bytes of a file that is read at once and not kept (a sheet, a layer), scanned before.

    Raises Invalid where it is too large or infected, Unavailable where it cannot be scanned.
    """
    if (upload.size or 0) > bytes_max:
        text = TOO_LARGE.format(bytes_max // 1024**2)
        raise Invalid(text, code="too_large", fields={"file": text})
    content = upload.read()
    if screening_is_required():
        found = screen(io.BytesIO(content))
        if found.state == "infected":
            text = UPLOAD_INFECTED.format(found.finding)
            raise Invalid(text, code="infected", fields={"file": text})
        if found.state == "held":
            text = UPLOAD_HELD.format(HELD_TITLES[found.held_for])
            raise Unavailable(text, code="held", fields={"file": text})
    return content


def settle_file(actor: Actor, row: StoredFile, found: Screened) -> None:
    """Write down what the scanner found, inside the caller's action."""
    row.scan_state = found.held_for if found.state == "held" else found.state
    save_record(
        actor, row, "document.file_scanned", engine=found.engine, finding=found.finding[:200]
    )


def release_file(actor: Actor, row: StoredFile, *, reason: str) -> None:
    """An officer lets a held or wrongly accused file pass, inside the caller's action."""
    row.scan_state = StoredFile.Scan.RELEASED
    save_record(actor, row, "document.file_released", reason=reason)
