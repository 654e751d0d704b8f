"""The scanner: ClamAV's daemon, spoken to over its socket, as an engine outside."""

from .clamd import KEY, ping, scan, screen_content, version
from .program import address, configuration, folder, write_signatures

__all__ = [
    "KEY", "address", "configuration", "folder", "ping", "scan", "screen_content", "version",
    "write_signatures",
]  # fmt: skip
