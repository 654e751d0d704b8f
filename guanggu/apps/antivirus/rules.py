"""What clamd's words mean, how its stream is framed, and how its own signatures are written.

Source: clamd(8) and the signature formats of ClamAV's manual (hash and body-based signatures).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from guanggu.base.bilingual import T

CHUNK_BYTES = 64 * 1024
AGE_DAYS_WARN, AGE_DAYS_BAD = 7, 30
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,79}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# At least ten whole bytes; ?? stands for any byte, {n} or {n-m} for a gap, * for any gap.
_BODY = re.compile(r"(?:[0-9a-f]{2}|\?\?|\*|\{\d{1,4}(?:-\d{1,4})?\}){10,2000}")
_VERSION = re.compile(r"ClamAV (?P<engine>[\w.\-+]+)(?:/(?P<number>\d+)/(?P<built>.+))?")

BAD_NAME = T(
    "名称以字母开头，只含字母、数字、点、横线和下划线，3至80个字符。",
    "A name begins with a letter and has 3 to 80 letters, digits, points, dashes or underscores.",
)
BAD_SHA256 = T("应为文件的SHA-256摘要：64位十六进制数。", "The SHA-256 of a file: 64 hex digits.")
BAD_BODY = T(
    "应为十六进制特征，至少10个字节；可用 ?? 表示任意字节、{n} 或 {n-m} 表示间隔、* 表示任意间隔。",
    "Hex of at least 10 bytes; ?? is any byte, {n} or {n-m} a gap, * any gap.",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """state: clean, infected or held; held_for as the document kernel names it."""

    state: str
    held_for: str = ""
    finding: str = ""


def verdict_of(reply: str) -> Verdict:
    """What an answer to INSTREAM means; anything that is not understood is held, never clean."""
    text = reply.strip("\0\r\n ")
    said = text.removeprefix("stream:").strip()
    if said == "OK":
        return Verdict("clean")
    if said.endswith(" FOUND"):
        name = said.removesuffix(" FOUND").strip()
        if name.startswith("Heuristics.Encrypted"):
            return Verdict("held", "held_crypt", name)
        if name.startswith("Heuristics.Limits.Exceeded"):
            return Verdict("held", "held_fail", name)
        return Verdict("infected", "", name)
    if "size limit exceeded" in text:
        return Verdict("held", "held_large", text[:200])
    return Verdict("held", "held_fail", text[:200])


def framed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The INSTREAM command: each piece behind its length (32 bits, big endian), then a zero."""
    yield b"zINSTREAM\0"
    for piece in pieces:
        for first in range(0, len(piece), CHUNK_BYTES):
            part = piece[first : first + CHUNK_BYTES]
            yield struct.pack("!L", len(part)) + part
    yield struct.pack("!L", 0)


@dataclass(frozen=True, slots=True)
class Version:
    """number and built are those of the official signatures, "" where only our own are loaded."""

    engine: str
    number: str = ""
    built: str = ""


def version_of(reply: str) -> Version | None:
    found = _VERSION.match(reply.strip("\0\r\n "))
    if found is None:
        return None
    return Version(found["engine"], found["number"] or "", (found["built"] or "").strip())


def built_at(version: Version) -> datetime | None:
    """When the official signatures were built ("Wed Nov 18 08:26:03 2026"), taken as UTC."""
    try:
        return datetime.strptime(version.built, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def signature_error(kind: str, name: str, pattern: str) -> dict[str, T]:
    """Which fields of a signature do not fit, and why; {} where all do."""
    errors = {}
    if not _NAME.fullmatch(name):
        errors["name"] = BAD_NAME
    if kind == "sha256" and not _SHA256.fullmatch(pattern):
        errors["pattern"] = BAD_SHA256
    if kind == "body" and not _fits_body(pattern):
        errors["pattern"] = BAD_BODY
    return errors


def _fits_body(pattern: str) -> bool:
    if not _BODY.fullmatch(pattern):
        return False
    # A wildcard at either end would fit everything, or cost the engine its speed.
    whole = re.findall(r"[0-9a-f]{2}", re.sub(r"\{[^}]*\}", "", pattern))
    ends = pattern[:2] + pattern[-2:]
    return len(whole) >= 10 and re.fullmatch(r"[0-9a-f]{4}", ends) is not None


def signature_line(kind: str, name: str, pattern: str) -> str:
    """A line of an .hsb file (any size, engine level 73) or of an .ndb file (any place and type)."""
    if kind == "sha256":
        return f"{pattern}:*:{name}:73"
    return f"{name}:0:*:{pattern}"


def age_tone(days: int | None) -> str:
    if days is None or days > AGE_DAYS_BAD:
        return "bad"
    return "warn" if days > AGE_DAYS_WARN else "ok"
