"""Frames of every kind, written (HJ 212-2017 6.2 to 6.6, annex C; HJ 212-2025 for version 2).

A platform's answers carry the request number of what they answer, ST=91 and the version of the
frame answered. In HJ/T 212-2005 the request number of an answer stands inside CP.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .checksum import checksum_text
from .segment import Frame, Header
from .sm4 import close_body

ANSWER_ASKED = 1
IS_DIVIDED = 2
VERSION_2005, VERSION_2017, VERSION_2025 = 0, 1, 2
SYSTEM_INTERACTION = "91"  # ST of answers and of commands between platform and station
SEGMENT_LENGTH_MAX = 1024
BODY_LENGTH_MAX = 950


def framed(segment: bytes, checksum: bytes | None = None) -> bytes:
    """Header, length, data segment, checksum, CR LF."""
    return b"##%04d%b%b\r\n" % (len(segment), segment, checksum or checksum_text(segment))


def build(
    body: bytes,
    *,
    cn: str,
    mn: str,
    pw: str,
    st: str = SYSTEM_INTERACTION,
    qn: bytes = b"",
    flag: int | None = None,
    parts: tuple[int, int] | None = None,
    is_resent: bool = False,
    key: bytes | None = None,
) -> bytes:
    """One frame. ``flag`` None leaves it out (2005); ``parts`` is (PNUM, PNO), and sets its bit.

    With ``key`` CP is sent encrypted, the checksum being that of the plain segment.
    """
    if parts is not None:
        flag = (flag or 0) | IS_DIVIDED
    fields = [("ST", st), ("CN", cn), ("PW", pw), ("MN", mn)]
    if flag is not None:
        fields.append(("Flag", str(flag)))
    if parts is not None:
        fields += [("PNUM", str(parts[0])), ("PNO", str(parts[1]))]
    if is_resent:
        fields.append(("RF", "1"))
    head = b"QN=" + qn + b";" if qn else b""
    head += "".join(f"{name}={value};" for name, value in fields).encode()
    plain = b"%bCP=&&%b&&" % (head, body)
    if key is None:
        return framed(plain)
    return framed(b"%bCP=&&%b&&" % (head, close_body(body, key)), checksum_text(plain))


def body_of(
    data_time: bytes, factors: Mapping[str, Mapping[str, object]] | None = None, **fields: str
) -> bytes:
    """``body_of(b"2026…", {"w01018": {"Rtd": 12.5, "Flag": "N"}})``: CP of an upload."""
    pieces = [b"DataTime=" + data_time] if data_time else []
    pieces += [f"{name}={value}".encode() for name, value in fields.items()]
    for code, items in (factors or {}).items():
        pieces.append(",".join(f"{code}-{name}={value}" for name, value in items.items()).encode())
    return b";".join(pieces)


def divided(data_time: bytes, pieces: Iterable[bytes]) -> Iterator[tuple[tuple[int, int], bytes]]:
    """((PNUM, PNO), CP) of each packet, no CP over 950 characters; factors stay whole."""
    room = BODY_LENGTH_MAX - len(b"DataTime=;") - len(data_time)
    packets: list[list[bytes]] = [[]]
    used = 0
    for piece in pieces:
        if packets[-1] and used + len(piece) + 1 > room:
            packets.append([])
            used = 0
        packets[-1].append(piece)
        used += len(piece) + 1
    for number, packet in enumerate(packets, start=1):
        yield (len(packets), number), b";".join([b"DataTime=" + data_time, *packet])


def data_answer(frame: Frame) -> bytes:
    """9014, for an upload that asked for an answer; kept by header, so nearly free."""
    header = frame.header
    if header.answer_tail is None:
        header.answer_tail = _answer_parts(header, "9014")
    return _finished(header.answer_tail, frame.qn)


def notice_answer(frame: Frame) -> bytes:
    """9013, for a notice (2012, 2022, 1013) or a heartbeat (9015 of 2025)."""
    return _finished(_answer_parts(frame.header, "9013"), frame.qn)


def request_answer(frame: Frame, qn_rtn: int) -> bytes:
    """9011: whether a request will be carried out (table of QnRtn)."""
    return _finished(_answer_parts(frame.header, "9011", f"QnRtn={qn_rtn}"), frame.qn)


def execution_result(frame: Frame, exe_rtn: int) -> bytes:
    """9012: how the carrying out of a request ended (table of ExeRtn)."""
    return _finished(_answer_parts(frame.header, "9012", f"ExeRtn={exe_rtn}"), frame.qn)


def _answer_parts(header: Header, cn: str, result: str = "") -> tuple[bytes, bytes]:
    """What stands before and behind the request number, the length already counted."""
    fixed = f"ST={SYSTEM_INTERACTION};CN={cn};PW={header.pw};MN={header.mn};"
    if header.version == VERSION_2005:
        flag = "" if header.flag is None else "Flag=0;"
        tail = ";" + result if result else ""
        before, behind = f"{fixed}{flag}CP=&&QN=", f"{tail}&&"
    else:
        before, behind = "QN=", f";{fixed}Flag={header.version << 2};CP=&&{result}&&"
    return before.encode(), behind.encode()


def _finished(parts: tuple[bytes, bytes], qn: bytes) -> bytes:
    segment = parts[0] + qn + parts[1]
    return b"##%04d%b%b\r\n" % (len(segment), segment, checksum_text(segment))


def request(
    cn: str,
    header: Header,
    qn: bytes,
    body: bytes = b"",
    *,
    key: bytes | None = None,
    is_answer_asked: bool = True,
) -> bytes:
    """A command from the platform to the station of ``header``, in its edition and by its ST.

    qn: the instant of the request, see :func:`times.request_number`; the answers carry it
    """
    return build(
        body,
        cn=cn,
        mn=header.mn,
        pw=header.pw,
        st=header.st,
        qn=qn,
        flag=header.version << 2 | (ANSWER_ASKED if is_answer_asked else 0),
        key=key,
    )


def history_request(
    cn: str, header: Header, qn: bytes, begin: bytes, end: bytes, key: bytes | None = None
) -> bytes:
    """2031, 2041, 2051 or 2061 between two times (``YYYYMMDDhhmmss``; tables of annex C)."""
    return request(cn, header, qn, b"BeginTime=" + begin + b",EndTime=" + end, key=key)


def calibration_command(header: Header, qn: bytes, now: bytes, code: str = "") -> bytes:
    """1012: set the clock of the station (or of instrument ``code``) to ``now``."""
    of = f"PolId={code}," if code and header.version else ""
    return request("1012", header, qn, f"{of}SystemTime=".encode() + now)
