"""Generate the keys of a developer's machine into var/env, readable by its owner only."""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path

from guanggu.base.bilingual import T
from guanggu.site.command import both
from guanggu.site.environment import DEVELOPMENT_MARK, Environment

NEEDS_DJANGO = False
SEEDS = (
    "GUANGGU_SECRET_KEY", "GUANGGU_JOURNAL_KEY", "GUANGGU_SEAL_KEY", "GUANGGU_BACKUP_KEY",
)  # fmt: skip
HEADING = """# Keys of this development machine, generated. Never for production, never in git.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none: what exists is never written over, sealed records would be lost with it."""


def _oidc_key() -> str:
    """An RSA key as PEM on one line: OpenID Connect clients expect RS256."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem.decode().replace("\n", "\\n")


def write_keys(path: Path) -> bool:
    """Answers False where the file exists: it is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{name}={secrets.token_hex(32)}" for name in SEEDS]
    lines += [f"GUANGGU_OIDC_KEY={_oidc_key()}", f"{DEVELOPMENT_MARK}=1", "GUANGGU_SAMPLE=1"]
    try:
        # Exclusive and 600 from the first byte: no moment in which others could read it.
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(HEADING + "\n".join(lines) + "\n")
    return True


def run(options: argparse.Namespace) -> int:
    env = Environment.load()
    path = env.var / "env"
    if env.is_production:
        print(both(T("正式环境请自备密钥", "production brings its own keys")))
        return 1
    if write_keys(path):
        print(both(T("开发密钥已写入 {}", "development keys written to {}").format(path)))
    else:
        print(both(T("{} 已存在，未改动", "{} exists and was left as it is").format(path)))
    return 0
