"""Keys of devices: random and long, kept as digests; what must be read again is encrypted.

The encryption is the journal's (``encrypt_secret``), with a key used for nothing else, and bound
to the device, so that one copied to another row does not open.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets

from guanggu.kernel.journal.public import decrypt_secret, encrypt_secret

_PURPOSE = "guanggu.observation.device_secrets"
# HJ 212-2017 6.3.1: PW is six characters; no letters that are read wrong from a label.
_PASSWORD_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def seal(plain: bytes, bound_to: str) -> bytes:
    return encrypt_secret(plain, purpose=_PURPOSE, bound_to=bound_to)


def unseal(sealed: bytes | memoryview, bound_to: str) -> bytes | None:
    """None for nothing, and where the server's secret is another than when it was sealed."""
    return decrypt_secret(sealed, purpose=_PURPOSE, bound_to=bound_to)


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
