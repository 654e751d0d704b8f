"""A data segment taken apart (HJ 212-2017 6.3): what stands before CP, and CP unparsed.

Devices repeat everything before CP but the request number, so headers are kept and found again by
their bytes: a station costs one look-up a frame. A Header is compared by identity and may key
what a gateway knows of a station.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .checksum import HEX, HIGH, checksum_text, crc8
from .problems import Problem, Unreadable
from .sm4 import open_body

_SEMICOLON = ord(";")
HEADERS_KEPT_MAX = 16_384
_HEADER_KEPT_LENGTH_MAX = 256  # what anybody sends is not kept at any length
PROFILES = {0: "2005", 1: "2017", 2: "2025"}


class Header:
    """Fields before CP without QN. ``flag`` is None where the frame has none (2005).

    profile: "2005", "2017", "2025", or "surface_water" (HJ 1404: ST 21 with version 2, which such
    stations sent since 2019 and which therefore is not HJ 212-2025)
    """

    __slots__ = (
        "answer_tail", "cn", "flag", "is_answer_asked", "is_resent", "mn", "pno", "pnum",
        "profile", "pw", "st", "version",
    )  # fmt: skip

    def __init__(self, fields: dict[bytes, bytes]):
        try:
            self.st = fields[b"ST"].decode("ascii")
            self.cn = fields[b"CN"].decode("ascii")
            self.pw = fields[b"PW"].decode("utf-8")
            self.mn = fields[b"MN"].decode("utf-8")
            flag = fields.get(b"Flag")
            self.flag = int(flag) if flag else None
            self.pnum = int(fields.get(b"PNUM") or 0)
            self.pno = int(fields.get(b"PNO") or 0)
        except (KeyError, ValueError) as missing:
            raise Unreadable(Problem.HEADER, str(missing)) from None
        self.is_resent = fields.get(b"RF") == b"1"  # HJ 212-2025: only ever RF=1
        bits = self.flag or 0
        self.is_answer_asked = bool(bits & 1)
        self.version = bits >> 2
        self.profile = (
            "surface_water"
            if self.st == "21" and self.version == 2
            else PROFILES.get(self.version, "2025")
        )
        self.answer_tail: tuple[bytes, bytes] | None = None  # kept by build.data_answer


class Frame(NamedTuple):
    """qn: bytes of the request number, empty where there is none; body: CP without its ``&&``."""

    qn: bytes
    header: Header
    body: bytes
    is_encrypted: bool = False

    def fields(self) -> dict[str, str]:
        """CP as name to text, in order; the last of a repeated name. For requests and answers."""
        found = {}
        for piece in self.body.replace(b",", b";").split(b";"):
            name, equals, value = piece.partition(b"=")
            if equals:
                found[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        return found


_tuple = tuple.__new__  # what NamedTuple's own constructor calls: this is the hot path
_headers: dict[bytes, Header] = {}


def parse(raw: bytes, key_of: Callable[[Header], bytes | None] | None = None) -> Frame:
    """Of a frame as the Decoder gives it: data segment and checksum. Raises Unreadable.

    ``key_of`` gives the SM4 key of a station (16 bytes) or None; where there is one, the frame is
    opened with it first, and taken as plain only where that fails: ``is_encrypted`` tells.
    """
    start = raw.find(b"CP=&&")
    if start < 0:
        raise Unreadable(Problem.HEADER, "CP")
    if start > 20 and raw[20] == _SEMICOLON and raw[:3] == b"QN=":
        qn, fixed = raw[3:20], raw[21:start]
    else:
        qn, fixed = b"", raw[:start]
    header = _headers.get(fixed)
    if header is None:
        header, qn = _new_header(fixed, qn)
    body = raw[start + 5 : -6]
    if key_of is not None and header.version == 2:
        key = key_of(header)
        if key is not None:
            plain = open_body(body, key)
            if plain is not None and _matches(raw[: start + 5] + plain + raw[-6:]):
                return Frame(qn, header, plain, True)
            if not _matches(raw):
                raise Unreadable(Problem.KEY)
            return Frame(qn, header, body)
    if raw[-4:] != HEX[crc8(raw[:-5], 0xFF, HIGH) ^ raw[-5]] and not _matches(raw):
        raise Unreadable(Problem.CHECKSUM, raw[-4:].decode("ascii", "replace"))
    return _tuple(Frame, (qn, header, body, False))


def _matches(raw: bytes) -> bool:
    """Small letters are forgiven."""
    return raw[-4:].upper() == checksum_text(raw[:-4])


def _new_header(fixed: bytes, qn: bytes) -> tuple[Header, bytes]:
    fields = {}
    for piece in fixed.split(b";"):
        name, equals, value = piece.partition(b"=")
        if equals:
            fields[name.strip()] = value.strip()
        elif piece.strip():
            raise Unreadable(Problem.HEADER, piece[:40].decode("utf-8", "replace"))
    header = Header(fields)
    if b"QN" in fields:  # not where the standard puts it: of use to this one frame
        return header, fields[b"QN"]
    if len(fixed) <= _HEADER_KEPT_LENGTH_MAX:
        if len(_headers) >= HEADERS_KEPT_MAX:
            _headers.clear()
        _headers[fixed] = header
    return header, qn
