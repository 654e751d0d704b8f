"""The files of the house, as git sees them, with their text."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
TEXT_SUFFIXES = {
    ".cfg", ".css", ".csv", ".html", ".js", ".json", ".lock", ".md", ".npmrc", ".py", ".sh",
    ".sql", ".svg", ".toml", ".txt", ".typ", ".yaml", ".yml", "",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One file: path relative to the root, with forward slashes, and text."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def parts(self) -> tuple[str, ...]:
        return self.path.parts

    @property
    def is_python(self) -> bool:
        return self.path.suffix == ".py"

    @property
    def is_template(self) -> bool:
        return self.path.suffix == ".html" and "templates" in self.parts

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @property
    def is_test(self) -> bool:
        return "tests" in self.parts or self.path.name in {"conftest.py", "testing.py"}

    @property
    def is_product(self) -> bool:
        """Code that runs at a district: the package without its tests and migrations."""
        return self.parts[0] == "guanggu" and not self.is_test and not self.is_migration

    @property
    def app(self) -> str:
        """Name of the app that holds the file, "" elsewhere."""
        return (
            self.parts[2] if self.parts[:2] == ("guanggu", "apps") and len(self.parts) > 3 else ""
        )

    @property
    def kernel(self) -> str:
        inside = self.parts[:2] == ("guanggu", "kernel") and len(self.parts) > 3
        return self.parts[2] if inside else ""


@dataclass(frozen=True)
class Breach:
    path: PurePosixPath
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


Rule = Callable[[Source], Iterable[Breach]]


def source(path: str, text: str) -> Source:
    return Source(PurePosixPath(path), text)


@lru_cache(maxsize=1)
def tracked_paths() -> tuple[str, ...]:
    """Every file git tracks or would track, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    names = sorted(set(filter(None, listing.stdout.split("\0"))))
    return tuple(name for name in names if (ROOT / name).is_file())


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Text files only; a binary file is nobody's style."""
    found = []
    for name in tracked_paths():
        if Path(name).suffix not in TEXT_SUFFIXES:
            continue
        try:
            found.append(source(name, (ROOT / name).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return tuple(found)
