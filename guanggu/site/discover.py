"""Finding the apps: a folder with an ``app.toml`` is an app, and nothing else lists it."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from guanggu.base.bilingual import T

APPS_FOLDER = Path(__file__).resolve().parent.parent / "apps"

# A file named for what it plugs into; loaded when the server starts, in this order.
PLUGS = (
    "register", "feature", "observation", "case", "document", "indicator", "connector", "tasks",
    "rest",
)  # fmt: skip


@dataclass(frozen=True)
class App:
    name: str
    title: T
    section: str
    kernels: tuple[str, ...]
    manifest: dict[str, Any]

    @property
    def module(self) -> str:
        return f"guanggu.apps.{self.name}"


@functools.cache
def apps() -> tuple[App, ...]:
    """Every app of this install, by name."""
    return tuple(_read(path) for path in sorted(APPS_FOLDER.glob("*/app.toml")))


def _read(path: Path) -> App:
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    return App(
        name=path.parent.name,
        title=T(manifest["title"]["zh"], manifest["title"]["en"]),
        section=manifest["section"],
        kernels=tuple(manifest["kernels"]),
        manifest=manifest,
    )


def load_plugs(module: str) -> None:
    """Import the plug files that the app or kernel has."""
    for plug in PLUGS:
        name = f"{module}.{plug}"
        if find_spec(name) is not None:
            import_module(name)
