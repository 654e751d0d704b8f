"""Keys of devices: random and long, kept as digests; what must be read again is encrypted.

The key of the encryption comes from GUANGGU_SECRET_KEY by HKDF-SHA-256 (RFC 5869) and is used
for nothing else. A sealed secret is a nonce of 12 bytes and AES-256-GCM's text (NIST SP 800-38D);
it is bound to the device, so that one copied to another row does not open.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12
# HJ 212-2017 6.3.1: PW is six characters; no letters that are read wrong from a label.
_PASSWORD_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@functools.lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    made = HKDF(SHA256(), 32, salt=None, info=b"guanggu.observation.device_secrets")
    return AESGCM(made.derive(secret.encode()))


def seal(plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, plain, bound_to.encode())


def unseal(sealed: bytes | memoryview, bound_to: str) -> bytes | None:
    """None for nothing, and where the server's secret is another than when it was sealed."""
    if not sealed:
        return None
    try:
        return _cipher(settings.SECRET_KEY).decrypt(
            bytes(sealed[:_NONCE]), bytes(sealed[_NONCE:]), bound_to.encode()
        )
    except InvalidTag:
        return None


def new_key() -> str:
    """256 random bits as text that fits a header and a form."""
    return secrets.token_urlsafe(32)


def new_password() -> str:
    return "".join(secrets.choice(_PASSWORD_LETTERS) for _ in range(6))


def key_digest(key: str) -> str:
    """A plain digest does: nobody can try 2^256 keys."""
    return hashlib.sha256(key.encode()).hexdigest()


def broker_digest(key: str) -> str:
    """As a line of mosquitto's password file wants it: salted SHA-512 (its type 6)."""
    salt = os.urandom(12)
    digest = hashlib.sha512(key.encode() + salt).digest()
    return f"$6${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
