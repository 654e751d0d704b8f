"""Our own clamd: where it listens, how it is set, and which signatures it is given.

It reads no network: signatures are files in its folder, those that are shipped, the district's own,
and whatever official databases (*.cvd, *.cld) an officer has put there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from guanggu.base.limits import FILE_BYTES_MAX

from ..models import VirusSignature
from ..rules import signature_line

SHIPPED = Path(__file__).resolve().parent.parent / "data"
STREAM_BYTES_MAX = FILE_BYTES_MAX + 1024**2  # whatever may be uploaded may be scanned


def folder() -> Path:
    return Path(settings.GUANGGU_VAR) / "antivirus"


def address() -> str:
    """unix:/path or tcp://host:port: the district's own clamd, or ours."""
    return settings.GUANGGU_CLAMD or f"unix:{folder() / 'clamd.sock'}"


def configuration(where: Path, *, stream_bytes_max: int = STREAM_BYTES_MAX) -> str:
    """clamd.conf(5): few threads, one signature set in memory, and nothing passed by silence –
    what is encrypted or exceeds a limit is told, so that it can be held."""
    lines = [
        f"DatabaseDirectory {where / 'signatures'}",
        f"TemporaryDirectory {where / 'tmp'}",
        f"LocalSocket {where / 'clamd.sock'}",
        "LocalSocketMode 600",
        "FixStaleSocket yes",
        "Foreground yes",
        f"StreamMaxLength {stream_bytes_max}",
        f"MaxFileSize {stream_bytes_max}",
        "MaxScanSize 400M",
        "MaxFiles 10000",
        "AlertExceedsMax yes",
        "AlertEncrypted yes",
        "MaxThreads 2",
        "MaxQueue 50",
        "ReadTimeout 60",
        "CommandReadTimeout 30",
        "SelfCheck 3600",
        "ConcurrentDatabaseReload no",
        "Bytecode no",
        "IdleTimeout 1",
    ]
    return "\n".join(lines) + "\n"


def write_signatures(where: Path, own: Iterable[VirusSignature]) -> int:
    """Put the shipped and the given signatures into the folder; answers how many are the given."""
    target = where / "signatures"
    target.mkdir(parents=True, exist_ok=True)
    (where / "tmp").mkdir(exist_ok=True)
    for shipped in sorted(SHIPPED.glob("shipped.*")):
        _replace(target / shipped.name, shipped.read_text(encoding="ascii"))
    lines: dict[str, list[str]] = {"sha256": [], "body": []}
    for each in own:
        lines[each.kind].append(signature_line(each.kind, each.name, each.pattern))
    for kind, name in (("sha256", "own.hsb"), ("body", "own.ndb")):
        if lines[kind]:
            _replace(target / name, "\n".join(sorted(lines[kind])) + "\n")
        else:
            (target / name).unlink(missing_ok=True)
    return sum(map(len, lines.values()))


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: the engine may read at any moment."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="ascii")
    os.replace(fresh, path)
