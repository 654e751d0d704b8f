"""What a file is, by its content. The name and the browser's word for it decide nothing."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import filetype

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OOXML}wordprocessingml.document"
XLSX = f"{_OOXML}spreadsheetml.sheet"
ALLOWED: dict[str, tuple[str, T]] = {
    "application/pdf": ("pdf", T("PDF文档", "PDF")),
    "image/jpeg": ("jpg", T("JPEG图片", "JPEG image")),
    "image/png": ("png", T("PNG图片", "PNG image")),
    "image/webp": ("webp", T("WebP图片", "WebP image")),
    DOCX: ("docx", T("Word文档", "Word document")),
    XLSX: ("xlsx", T("Excel表格", "Excel sheet")),
    "application/ofd": ("ofd", T("OFD版式文件", "OFD document")),
    "text/plain": ("txt", T("文本", "Text")),
    "text/csv": ("csv", T("CSV表格", "CSV table")),
}
LIST = "PDF、OFD、DOCX、XLSX、JPG、PNG、WebP、TXT、CSV"
REFUSED = T(
    f"不接受该类文件。请将材料存为以下格式之一后重新上传：{LIST}。",
    f"This kind of file is not accepted. Save it as one of {LIST} and upload again.",
)
PACKED = T(
    f"不接受压缩包。请解压后逐个上传，可用格式：{LIST}。",
    f"Archives are not accepted. Unpack and upload the files one by one: {LIST}.",
)
ACTIVE = T(
    "文件含有程序、脚本或宏，为安全起见不予接收。请另存为PDF,或另存为不含宏的文档后重新上传。",
    "The file holds a program, script or macro and is refused. Save it as PDF or without macros.",
)
EMPTY = T("文件是空的。请检查后重新上传。", "The file is empty. Check it and upload again.")
BROKEN = T(
    "文件已损坏，无法打开。请在本机确认能正常打开后重新上传。",
    "The file is broken. Make sure that it opens on your machine and upload again.",
)
_PARTS_MAX, _UNPACKED_BYTES_MAX = 5_000, 400 * 1024 * 1024  # beyond these it is a zip bomb
_HEAD_BYTES = 8_192
_MARKUP = re.compile(rb"^\s*(<\?xml|<!doctype|<html|<svg|<script|<head|<body|<\?php|<!--|#!)", re.I)
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa",
    b"\x00asm",
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Detected:
    media_type: str
    extension: str


def detect(stream: BinaryIO, name: str) -> Detected:
    """The type of the content from its start to its end. Raises Invalid, saying what to do."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    if not head:
        raise Invalid(EMPTY, code="empty_file")
    if head.startswith(_PROGRAMS) or _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise Invalid(ACTIVE, code="active_file")
    found = _of_zip(stream) if head.startswith(b"PK") else _of_bytes(stream, head, name)
    return Detected(found, ALLOWED[found][0])


def _of_bytes(stream: BinaryIO, head: bytes, name: str) -> str:
    guess = filetype.guess_mime(head)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if guess in ("image/jpeg", "image/png", "image/webp"):
        return guess
    if (guess is not None and "zip" in guess) or guess in _ARCHIVES:
        raise Invalid(PACKED, code="archive")
    if guess is not None:
        raise Invalid(REFUSED, code="file_type")
    if _is_text(stream):
        return "text/csv" if name.lower().endswith(".csv") else "text/plain"
    raise Invalid(REFUSED, code="file_type")


_ARCHIVES = frozenset(
    {
        "application/x-rar-compressed",
        "application/x-7z-compressed",
        "application/gzip",
        "application/x-tar",
        "application/x-bzip2",
        "application/x-xz",
    }
)


def _is_text(stream: BinaryIO) -> bool:
    """UTF-8 or GB 18030 without control characters, to the last byte."""
    stream.seek(0)
    content = stream.read()
    if _CONTROL.search(content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _of_zip(stream: BinaryIO) -> str:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
        raise Invalid(BROKEN, code="broken_file") from error
    names = {part.filename for part in parts}
    if len(parts) > _PARTS_MAX or sum(part.file_size for part in parts) > _UNPACKED_BYTES_MAX:
        raise Invalid(REFUSED, code="file_type")
    if any("vbaproject" in n.lower() or "/activex/" in n.lower() for n in names):
        raise Invalid(ACTIVE, code="active_file")
    if "OFD.xml" in names:
        return "application/ofd"
    if "[Content_Types].xml" in names:
        if "word/document.xml" in names:
            return DOCX
        if "xl/workbook.xml" in names:
            return XLSX
    raise Invalid(PACKED, code="archive")
