"""`make bench`: every script in bench/, one after another; each prints its own table.

``--short`` runs the short form of those that say ``CI = True``: proofs, quick enough for CI. Those
that also say ``UNTIMED = True`` judge no figure; two of them run side by side then.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
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


def says(script: Path, word: str) -> bool:
    """Whether it has a line such as ``CI = True``."""
    body = ast.parse(script.read_text(encoding="utf-8")).body
    return any(isinstance(n, ast.Assign) and ast.unparse(n) == f"{word} = True" for n in body)


def _is_good(script: Path, short: bool, more: dict[str, str]) -> bool:
    say(f"—— {script.stem}", f"bench/{script.name}")
    return not subprocess.run(
        _command(script, short), env=os.environ | more, check=False
    ).returncode


def _is_good_beside_others(script: Path, more: dict[str, str]) -> bool:
    """What it prints is shown when it ends: lines of two would mix."""
    done = subprocess.run(
        _command(script, short=True), env=os.environ | more, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    print(f"—— {script.stem}  ·  bench/{script.name}\n{done.stdout}", end="", flush=True)
    return not done.returncode


def _command(script: Path, short: bool) -> list[str]:
    return [str(environment.PYTHON), "-m", f"bench.{script.stem}", *["--short"] * short]


def failed_of(chosen: list[Path], short: bool, more: dict[str, str]) -> list[str]:
    # The longest stand last; among those that run side by side they come first.
    untimed = [script for script in reversed(chosen) if short and says(script, "UNTIMED")]
    timed = [script for script in chosen if script not in untimed]
    failed = [script.stem for script in timed if not _is_good(script, short, more)]
    with ThreadPoolExecutor(2) as pool:
        good = pool.map(partial(_is_good_beside_others, more=more), untimed)
        return failed + [s.stem for s, is_good in zip(untimed, good, strict=True) if not is_good]


def main() -> None:
    os.chdir(ROOT)
    short = "--short" in sys.argv
    environment.ensure_packages()
    environment.ensure_packages("requirements-dev.lock")
    debian.ensure_needs()
    assets.ensure_assets(for_tests=True)
    chosen = [script for script in scripts() if says(script, "CI") or not short]
    with tempfile.TemporaryDirectory(prefix="guanggu-bench-") as folder:
        failed = failed_of(
            chosen, short, {"GUANGGU_BENCH_EMPTY": str(Path(folder, "empty.sqlite3"))}
        )
    if failed:
        say(f"未达到或出错:{failed}", "failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
