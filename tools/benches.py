"""`make bench`: every script in bench/, one after another; each prints its own table.

``--short`` runs the short form of those that say ``CI = True``: proofs, quick enough for CI.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import assets
import debian
import environment
from say import say
from stamps import ROOT

# Those that take minutes come last.
LONG = ("worklist", "pages", "survival")


def scripts() -> list[Path]:
    """What has a ``main``; the other files of bench/ are parts of these."""
    found = [p for p in (ROOT / "bench").glob("*.py") if _has_main(p)]
    return sorted(found, key=lambda p: (p.stem in LONG, p.stem))


def _has_main(script: Path) -> bool:
    body = ast.parse(script.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in body)


def is_for_ci(script: Path) -> bool:
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node) == "CI = True":
            return True
    return False


def _is_good(script: Path, short: bool, more: dict[str, str]) -> bool:
    say(f"—— {script.stem}", f"bench/{script.name}")
    command = [str(environment.PYTHON), "-m", f"bench.{script.stem}", *["--short"] * short]
    return not subprocess.run(command, env={**os.environ, **more}, check=False).returncode


def main() -> None:
    os.chdir(ROOT)
    short = "--short" in sys.argv
    environment.ensure_packages()
    environment.ensure_packages("requirements-dev.lock")
    debian.ensure_needs()
    assets.ensure_assets(for_tests=True)
    chosen = [script for script in scripts() if is_for_ci(script) or not short]
    with tempfile.TemporaryDirectory(prefix="guanggu-bench-") as folder:
        empty = {"GUANGGU_BENCH_EMPTY": str(Path(folder, "empty.sqlite3"))}
        failed = [script.stem for script in chosen if not _is_good(script, short, empty)]
    if failed:
        say(f"未达到或出错:{failed}", "failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
