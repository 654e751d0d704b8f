"""The district's own certificate authority and the seal key of each organisation.

Keys lie under ``GUANGGU_KEYS`` as PEM files encrypted with a passphrase from the environment
(``GUANGGU_SEAL_KEY``): neither a copy of the folder nor of the database can seal anything.
A production district replaces the files with certificates of a licensed authority.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID
from django.conf import settings

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable

_KEY_BITS = 2048  # 1.5 ms a signature; read by every PDF reader
_AUTHORITY_YEARS, _SEAL_YEARS = 20, 5
AUTHORITY = "authority"
WRONG_PASSPHRASE = T(
    "印章密钥无法解锁：GUANGGU_SEAL_KEY 与保存密钥时所用的不一致。请管理员核对后重试。",
    "The seal key cannot be unlocked: GUANGGU_SEAL_KEY differs from the one it was kept with.",
)


class Sealed:
    """A private key with its certificate, and the certificate of who issued it."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self.key = key
        self.certificate = certificate


def _passphrase() -> bytes:
    value = settings.GUANGGU_SEAL_KEY
    return value if isinstance(value, bytes) else str(value).encode()


def _folder() -> Path:
    folder = Path(settings.GUANGGU_KEYS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _file_of(name: str) -> Path:
    """A code may hold any character: the file is named by its digest."""
    stem = name if name == AUTHORITY else hashlib.sha256(name.encode()).hexdigest()[:32]
    return _folder() / f"{stem}.pem"


def authority() -> Sealed:
    """The authority, made at the first call."""
    return _held(AUTHORITY, "光谷区域数字证书签发中心", str(_folder()))


def seal_key(code: str, name: str) -> Sealed:
    """The key of the organisation with that code; made at the first call, kept in memory after."""
    return _held(code, name, str(_folder()))


@lru_cache(maxsize=256)
def _held(code: str, name: str, folder: str) -> Sealed:
    path = _file_of(code)
    if not path.exists():
        _write_once(path, _made(code, name))
    return _read(path)


def _read(path: Path) -> Sealed:
    text = path.read_bytes()
    try:
        key = load_pem_private_key(text, _passphrase())
    except (ValueError, TypeError) as error:
        raise Unavailable(WRONG_PASSPHRASE, code="seal_key") from error
    assert isinstance(key, rsa.RSAPrivateKey)
    return Sealed(key, x509.load_pem_x509_certificate(text))


def _write_once(path: Path, content: bytes) -> None:
    """Whole or not at all; where two processes make a key at once, the first one's stays."""
    scratch = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(scratch, path)
    except FileExistsError:
        return
    finally:
        scratch.unlink()


def _made(code: str, name: str) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    is_authority = code == AUTHORITY
    issuer = None if is_authority else authority()
    subject = _subject(code, name)
    # Begins a year back: the sample district signs documents of the past year.
    start = clock.now() - timedelta(days=400)
    years = _AUTHORITY_YEARS if is_authority else _SEAL_YEARS
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=400 + 365 * years))
        .add_extension(x509.BasicConstraints(is_authority, 0 if is_authority else None), True)
        .add_extension(_usage(is_authority), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
    parent = issuer.key if issuer else key
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(parent.public_key()), False
    )
    certificate = builder.sign(parent, hashes.SHA256())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_passphrase()),
    ) + certificate.public_bytes(serialization.Encoding.PEM)


def _subject(code: str, name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            _attribute(NameOID.ORGANIZATION_NAME, name),
            _attribute(NameOID.ORGANIZATIONAL_UNIT_NAME, code),
            _attribute(NameOID.COMMON_NAME, name),
        ]
    )


def _attribute(kind: x509.ObjectIdentifier, text: str) -> x509.NameAttribute:
    # RFC 5280 A.1 counts characters to 64; the library's own check counts UTF-8 bytes, which would
    # cut the names of Chinese organisations at 21.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return x509.NameAttribute(kind, text[:64], _validate=False)


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=not is_authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=is_authority, crl_sign=is_authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
