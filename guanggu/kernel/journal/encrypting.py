"""Secrets that must be read again, encrypted at rest: passwords, tokens, parked messages.

The key comes from GUANGGU_SECRET_KEY by HKDF-SHA-256 (RFC 5869), a different one for each
``purpose``. What is kept is a nonce of 12 bytes and AES-256-GCM's text (NIST SP 800-38D), bound
to the row that bears it, so that one copied to another row does not open.
"""

from __future__ import annotations

import functools
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE_BYTES = 12


@functools.lru_cache(maxsize=16)
def _cipher(secret: str, purpose: str) -> AESGCM:
    made = HKDF(SHA256(), 32, salt=None, info=purpose.encode())
    return AESGCM(made.derive(secret.encode()))


def encrypt_secret(plain: bytes, *, purpose: str, bound_to: str) -> bytes:
    """The secret as it is kept; ``purpose`` names the kind of use, ``bound_to`` the row."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = _cipher(settings.SECRET_KEY, purpose)
    return nonce + cipher.encrypt(nonce, plain, bound_to.encode())


def decrypt_secret(sealed: bytes | memoryview, *, purpose: str, bound_to: str) -> bytes | None:
    """None for nothing, and where the server's secret is another than when it was encrypted."""
    if not sealed:
        return None
    nonce, text = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
    try:
        return _cipher(settings.SECRET_KEY, purpose).decrypt(nonce, text, bound_to.encode())
    except InvalidTag:
        return None
