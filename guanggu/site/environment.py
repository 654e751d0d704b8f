"""Reading the environment: secrets only from there, and never a development key in production."""

from __future__ import annotations

import functools
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# ``guanggu keys`` writes this mark beside the keys that it generates for a developer's machine.
DEVELOPMENT_MARK = "GUANGGU_KEYS_ARE_FOR_DEVELOPMENT"


class Misconfigured(SystemExit):
    """The server cannot start like this; the message says what to set."""


@dataclass(frozen=True)
class Environment:
    root: Path
    var: Path
    is_production: bool

    @classmethod
    @functools.cache
    def load(cls) -> Environment:
        """Reads GUANGGU_*; in development also the file var/env that ``make up`` has written."""
        root = Path(__file__).resolve().parent.parent.parent
        var = Path(os.environ.get("GUANGGU_VAR") or root / "var")
        # What knows no settings, as the working calendar, finds the folder by this too.
        os.environ.setdefault("GUANGGU_VAR", str(var))
        is_production = os.environ.get("GUANGGU_MODE", "development") == "production"
        if not is_production:
            _read_file(var / "env")
        elif os.environ.get(DEVELOPMENT_MARK):
            raise Misconfigured(
                "正式环境不得使用开发密钥。请设置 GUANGGU_SECRET_KEY 等自己的密钥后再启动。\n"
                "Production refuses generated development keys. Set your own GUANGGU_SECRET_KEY, "
                "GUANGGU_JOURNAL_KEY, GUANGGU_SEAL_KEY and GUANGGU_OIDC_KEY."
            )
        return cls(root, var, is_production)

    def text(self, name: str, default: str) -> str:
        return os.environ.get(name) or default

    def list(self, name: str, default: str) -> list[str]:
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def flag(self, name: str) -> bool:
        return os.environ.get(name, "") in ("1", "true", "yes")

    def path(self, name: str, default: Path) -> Path:
        return Path(os.environ.get(name) or default)

    def secret(self, name: str) -> str:
        """64 hexadecimal digits. Exits with what to do where it is not set."""
        value = os.environ.get(name, "")
        if value:
            return value
        if self.is_production:
            raise Misconfigured(f"请设置环境变量 {name}。/ Set the environment variable {name}.")
        # Without var/env (a test, a check of types) nothing is kept, so a fixed value does.
        return name.encode().hex().ljust(64, "0")[:64]


def clamd() -> str | None:
    """Path of the virus scanner's program; distributions keep it off people's path."""
    return shutil.which("clamd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))


def antivirus_mode(env: Environment) -> str:
    """Answers "required" or "off": chosen, or required in production and wherever there is a scanner.

    Raises Misconfigured for another word.
    """
    is_there = bool(os.environ.get("GUANGGU_CLAMD") or clamd())
    default = "required" if env.is_production or is_there else "off"
    chosen = env.text("GUANGGU_ANTIVIRUS", default)
    if chosen not in ("required", "off"):
        raise Misconfigured(f"GUANGGU_ANTIVIRUS: {chosen}? required / off")
    return chosen


def _read_file(path: Path) -> None:
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def database_from_url(url: str, var: Path) -> dict[str, Any]:
    """sqlite:///path or postgresql://user:password@host:port/name, as Django wants it.

    Raises Misconfigured for any other engine.
    """
    if not url:
        return _sqlite(var / "guanggu.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":  # three slashes for a relative path, four for an absolute one
        return _sqlite(Path(unquote(parts.path.removeprefix("/"))))
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise Misconfigured(f"GUANGGU_DATABASE: {parts.scheme}? sqlite:///… / postgresql://…")


def _sqlite(path: Path) -> dict[str, Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Writers queue at BEGIN instead of failing half way through a transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; "
                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; "
                # 16 MB of log between check points: a page that many commits touch goes over once.
                "PRAGMA wal_autocheckpoint=4000;"
            ),
        },
        "TEST": {"NAME": None},
    }
