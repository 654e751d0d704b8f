"""Speaking with clamd (clamd(8)): one connection a question, bounded in time.

Our own few lines rather than a library: what a broken pipe means is decided here, and it never
means clean.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import BinaryIO

from guanggu.base.bilingual import T
from guanggu.base.errors import TooMany, Unavailable
from guanggu.kernel.connector.public import (
    Absent,
    Access,
    Proof,
    call,
    declare_connector,
    gate_of,
)
from guanggu.kernel.document.public import Screened, screen_by

from ..rules import CHUNK_BYTES, Verdict, Version, framed, verdict_of, version_of
from .program import address

KEY = "antivirus.clamd"
REPLY_BYTES_MAX = 64 * 1024
PING_SECONDS_MAX = 15  # it may be reading its signatures
SCAN_SECONDS_MAX = 120  # a file of 50 MB full of archives
ABSENT = T(
    "杀毒引擎 clamd 没有运行。Debian、Ubuntu 上执行：sudo apt-get install clamav-daemon，再重新启动；"
    "或用 GUANGGU_CLAMD 指定已有的引擎。此前上传的文件一律暂存，引擎恢复后自动补查。",
    "The scanner clamd does not run. On Debian or Ubuntu: sudo apt-get install clamav-daemon and "
    "start again, or name your own by GUANGGU_CLAMD. Files wait until then and are scanned after.",
)
NOT_CLAMD = T("该地址上应答的不是 clamd。", "What answers there is not clamd.")
ANSWERS = T("可以查毒", "It scans")


def _connected(access: Access) -> socket.socket:
    kind, _, place = access.address.partition(":")
    try:
        if kind == "unix":
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(access.timeout_s)
            link.connect(place)
        else:
            host, _, port = place.removeprefix("//").rpartition(":")
            link = socket.create_connection((host, int(port)), timeout=access.timeout_s)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise Absent(ABSENT) from error
    return link


def _reply(link: socket.socket) -> str:
    """Until the zero or the end. Raises OSError, also where nothing came at all."""
    got = b""
    while not got.endswith(b"\0") and len(got) < REPLY_BYTES_MAX:
        piece = link.recv(4096)
        if not piece:
            break
        got += piece
    if not got:
        raise ConnectionResetError("clamd closed without an answer")
    return got.decode("utf-8", "replace")


def _ask(access: Access, command: str) -> str:
    with _connected(access) as link:
        link.sendall(f"z{command}\0".encode())
        return _reply(link)


def ping(access: Access) -> bool:
    """Whether it lives; raises Absent, OSError."""
    return _ask(access, "PING").strip("\0\n") == "PONG"


def reload(access: Access) -> str:
    """Have it read its signatures again."""
    return _ask(access, "RELOAD").strip("\0\n")


def version(access: Access) -> Version:
    """Raises Absent, Unavailable where something else answers."""
    found = version_of(_ask(access, "VERSION"))
    if found is None:
        raise Unavailable(NOT_CLAMD)
    return found


def scan(access: Access, content: BinaryIO) -> Verdict:
    """What the engine says of the content, from its first byte to its last.

    A pipe that breaks is asked a second time: an engine that lives and breaks it again finds the
    stream too long; one that does not live is a failure. Raises Absent, OSError.
    """
    broken: OSError | None = None
    for _ in range(2):
        try:
            return verdict_of(_stream(access, content))
        except (BrokenPipeError, ConnectionResetError) as error:
            broken = error
            if not ping(access):
                raise
    assert broken is not None
    return Verdict("held", "held_large", str(broken)[:200])


def _stream(access: Access, content: BinaryIO) -> str:
    content.seek(0)
    with _connected(access) as link:
        try:
            for frame in framed(_pieces(content)):
                link.sendall(frame)
        except (BrokenPipeError, ConnectionResetError):
            return _reply(link)  # it may have said why before it closed
        return _reply(link)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: content.read(CHUNK_BYTES), b"")


def screen_content(content: BinaryIO) -> Screened:
    """For the doors: the verdict, or held where the engine does not give one."""
    try:
        found = call(KEY, lambda access: scan(access, content), idempotent=True,
                     timeout_s=SCAN_SECONDS_MAX)  # fmt: skip
    except (Unavailable, TooMany) as problem:
        return Screened("held", "held_away", problem.code)
    state = found.state
    assert state in ("clean", "infected", "held")
    return Screened(state, found.held_for, found.finding, KEY)  # type: ignore[arg-type]


def is_awake() -> bool:
    """Whether a scan may be tried now; costs one PING."""
    try:
        return call(KEY, ping, timeout_s=PING_SECONDS_MAX)
    except (Unavailable, TooMany):
        return False


def _prove(access: Access) -> Proof:
    found = version(access)
    gate_of(KEY).answered()  # asked in the worker: what rested there need rest no longer
    told = T(f"官方病毒库 {found.number} {found.built}", f"official signatures {found.number} "
             f"{found.built}") if found.number else ANSWERS  # fmt: skip
    return Proof(f"ClamAV {found.engine}", told)


declare_connector(
    KEY, T("杀毒引擎 ClamAV", "Virus scanner ClamAV"), "program", check=_prove,
    default_address=address, in_flight_max=4, breaker_rest_s=15,
    help=T(
        "所有上传的文件须经该引擎查毒后才能打开。引擎缺席时文件暂存，恢复后自动补查。",
        "Every uploaded file is scanned before anyone opens it. Files wait while it is absent and "
        "are scanned once it is back.",
    ),
)  # fmt: skip
screen_by(screen_content)
