"""Files outside the web root, each under the SHA-256 of its content, durable before any row names it."""

from __future__ import annotations

import hashlib
import io
import os
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Missing
from guanggu.base.ids import Ref, new_id
from guanggu.base.limits import FILE_BYTES_MAX, FILE_NAME_CHARACTERS_MAX
from guanggu.kernel.register.public import save_record

from .content_types import detect
from .models import StoredFile
from .screening import demand_released

TOO_LARGE = T(
    f"文件超过{FILE_BYTES_MAX // 1024**2} MB。请压缩图片或拆分后重新上传。",
    f"The file is larger than {FILE_BYTES_MAX // 1024**2} MB. Make it smaller or split it.",
)
GONE = T(
    "文件内容不在存储中。请联系管理员从备份恢复。",
    "The content is not in the store. Ask the administrator to restore it from the backup.",
)
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Received:
    """A content that lies durably in the store and that no row names yet."""

    sha256: str
    size_bytes: int
    media_type: str
    name: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def shown_name(name: str, extension: str = "") -> str:
    """A file's name as people see it: any character but controls and path parts, cut to the limit."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").split("/")[-1])
    # Cc control, Cf direction marks (they make "gpj.exe" look like "exe.jpg"), Cs, Co, Cn
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > FILE_NAME_CHARACTERS_MAX:
        ending = ending[:10] if dot else ""
        kept = FILE_NAME_CHARACTERS_MAX - len(ending) - 1
        plain = f"{(stem or plain)[:kept]}{dot and '.'}{ending}"
    return plain or f"file{extension and '.'}{extension}"


def _root() -> Path:
    return Path(settings.GUANGGU_FILES)


def path_of(sha256: str) -> Path:
    """Two levels of folders, so that none grows past some thousands."""
    return _root() / sha256[:2] / sha256[2:4] / sha256


def receive(source: BinaryIO | bytes | Iterable[bytes], name: str) -> Received:
    """Write what comes in under its digest: temporary file, fsync, rename, fsync of the folder.

    source: bytes, an open file, or pieces of bytes. Raises Invalid for a size or type that is not
    accepted; nothing is left then. Call it before the action; ``keep_file`` inside it.
    """
    incoming = _root() / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    scratch = incoming / new_id().hex
    try:
        with open(scratch, "xb+") as file:
            digest, size = _copy(_pieces(source), file)
            found = detect(file, name)
            file.flush()
            os.fsync(file.fileno())
        _move(scratch, path_of(digest))
    finally:
        scratch.unlink(missing_ok=True)
    return Received(digest, size, found.media_type, shown_name(name, found.extension))


def _pieces(source: BinaryIO | bytes | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    if hasattr(source, "read"):
        return iter(lambda: source.read(_PIECE_BYTES), b"")
    return source


def _copy(pieces: Iterable[bytes], file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        size += len(piece)
        if size > FILE_BYTES_MAX:
            raise Invalid(TOO_LARGE, code="too_large")
        digest.update(piece)
        file.write(piece)
    return digest.hexdigest(), size


def _move(scratch: Path, target: Path) -> None:
    if (
        target.exists()
    ):  # the same content is there; renew its age, so that no clean-up takes it now
        os.utime(target)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch.chmod(0o640)
    os.rename(scratch, target)
    for folder in (target.parent, target.parent.parent, _root()):
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_file(
    actor: Actor, received: Received, owner: Ref | str, *, purpose: str = "", clean: bool = False
) -> StoredFile:
    """The row of a received content, inside the caller's action. ``clean``: we made it ourselves."""
    row = StoredFile(
        key=new_id().hex,
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        media_type=received.media_type,
        name=received.name,
        owner=str(owner),
        purpose=purpose,
        uploaded_by=actor.ref,
        scan_state=StoredFile.Scan.CLEAN if clean else StoredFile.Scan.UNSCANNED,
    )
    save_record(actor, row, "document.file_kept", owner=str(owner))
    return row


def open_content(row: StoredFile) -> BinaryIO:
    """The content, open for reading, for people and for programs that take it apart.

    Raises Forbidden where it is infected or not scanned yet, Missing where it is gone.
    """
    demand_released(row)
    return raw_content(row)


def raw_content(row: StoredFile) -> BinaryIO:
    """The content whatever the scanner says: for the scanner itself. Raises Missing."""
    try:
        return open(path_of(row.sha256), "rb")
    except FileNotFoundError as error:
        raise Missing(GONE, code="content_gone") from error


def files_of(owner: Ref | str) -> list[StoredFile]:
    """The files of a subject in the order in which they came."""
    return list(StoredFile.objects.filter(owner=str(owner)).order_by("pk"))


def remove_orphans(older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete contents that no row names and unfinished uploads; answers how many.

    The age keeps those that an action is about to name.
    """
    before = (clock.now() - older_than).timestamp()
    removed = 0
    for path in _root().rglob("*"):
        if not path.is_file() or path.stat().st_mtime >= before:
            continue
        unfinished = path.parent.name == "incoming"
        if unfinished or not StoredFile.objects.filter(sha256=path.name).exists():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def lost_contents() -> list[StoredFile]:
    """Rows whose content is missing or no longer has its digest: what a restore must bring back."""
    return [row for row in StoredFile.objects.order_by("pk").iterator() if not _is_whole(row)]


def _is_whole(row: StoredFile) -> bool:
    try:
        with open(path_of(row.sha256), "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == row.sha256
    except FileNotFoundError:
        return False
