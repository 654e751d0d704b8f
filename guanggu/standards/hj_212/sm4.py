"""Encryption of HJ 212-2025: SM4 (GB/T 32907), ECB without padding, over the text of CP.

Whole groups of 16 bytes between ``CP=&&`` and ``&&`` are encrypted and the tail stays plain; the
checksum is that of the PLAIN data segment. The annex prints cipher bytes as ``{0xE4,0x3E,…}``
while its declared length counts one byte a cipher byte: raw bytes are sent, all are read.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

GROUP = 16
KEY_DAYS_MAX = 90  # a key is renewed after 90 days (CN 1014)
_LISTED = re.compile(rb"\{\s*((?:0[xX][0-9A-Fa-f]{2}\s*,?\s*)+)\}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{32})+")


@lru_cache(maxsize=4096)
def _cipher(key: bytes) -> Cipher[modes.ECB]:
    if len(key) != GROUP:
        raise ValueError("an SM4 key has 16 bytes")
    return Cipher(algorithms.SM4(key), modes.ECB())


def close_body(body: bytes, key: bytes) -> bytes:
    """Encrypted; as long as it was."""
    whole = len(body) - len(body) % GROUP
    return _cipher(key).encryptor().update(body[:whole]) + body[whole:]


def open_body(body: bytes, key: bytes) -> bytes | None:
    """Decrypted, from raw bytes or either text form; None where no text comes out."""
    for cipher, tail in _readings(body):
        whole = len(cipher) - len(cipher) % GROUP
        plain = _cipher(key).decryptor().update(cipher[:whole]) + cipher[whole:] + tail
        try:
            plain.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return plain
    return None


def _readings(body: bytes) -> list[tuple[bytes, bytes]]:
    """Ways to read the bytes, the likelier first: cipher bytes and what follows them plain."""
    listed = _LISTED.match(body)
    if listed:
        digits = re.sub(rb"0[xX]|[\s,]", b"", listed.group(1))
        return [(bytes.fromhex(digits.decode()), body[listed.end() :]), (body, b"")]
    written = _HEX.match(body)
    if written:
        return [(bytes.fromhex(written.group().decode()), body[written.end() :]), (body, b"")]
    return [(body, b"")]
