"""`make bench`: every script in bench/, one after another; each prints its own table.

``--short`` runs the short form of those that say ``CI = True``: proofs, quick enough for CI.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import assets
import environment
from say import say
from stamps import ROOT

FRAME = {"__init__.py", "machine.py", "server.py", "readers.py", "bare_site.py", "conftest.py"}


def scripts() -> list[Path]:
    return sorted(p for p in (ROOT / "bench").glob("*.py") if p.name not in FRAME)


def is_for_ci(script: Path) -> bool:
    for node in ast.parse(script.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node) == "CI = True":
            return True
    return False


def main() -> None:
    os.chdir(ROOT)
    short = "--short" in sys.argv
    environment.ensure_packages()
    environment.ensure_packages("requirements-dev.lock")
    assets.ensure_assets(for_tests=True)
    chosen = [script for script in scripts() if is_for_ci(script) or not short]
    failed = []
    for script in chosen:
        say(f"—— {script.stem}", f"bench/{script.name}")
        command = [str(environment.PYTHON), "-m", f"bench.{script.stem}"]
        if subprocess.run([*command, *(["--short"] if short else [])], check=False).returncode:
            failed.append(script.stem)
    if failed:
        say(f"未达到或出错:{failed}", "failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
