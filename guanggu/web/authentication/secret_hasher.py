"""A fast hash for secrets that are long and random: stretching adds nothing to 288 bits.

PBKDF2 would allow four token requests a second. Never used for what people choose.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare

from guanggu.base.bilingual import T

SECRET_LENGTH_MIN = 40


class LongSecretHasher(BasePasswordHasher):
    algorithm = "sha256_long_secret"

    def encode(self, password: str, salt: str) -> str:
        """Raises ValueError for a secret that is too short for a fast hash."""
        if len(password) < SECRET_LENGTH_MIN:
            raise ValueError("only for long random secrets")
        return f"{self.algorithm}${salt}${_digest(password, salt)}"

    def decode(self, encoded: str) -> dict[str, str]:
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        parts = self.decode(encoded)
        return constant_time_compare(parts["hash"], _digest(password, parts["salt"]))

    def safe_summary(self, encoded: str) -> dict[Any, str]:
        return {T("算法", "algorithm"): self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to even out: the time does not depend on the secret."""


def _digest(password: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}${password}".encode()).hexdigest()
