"""`make check`: format, lint, types, layers and style; everything is run, then the verdict."""

from __future__ import annotations

import os
import subprocess
import time

import environment
from stamps import ROOT

BIN = environment.VENV / "bin"
CHECKS = (
    ("格式 format", (BIN / "ruff", "format", "--check", "--quiet", ".")),
    ("静态检查 lint", (BIN / "ruff", "check", "--quiet", ".")),
    ("类型 types", (BIN / "mypy",)),
    ("分层 layers", (BIN / "lint-imports", "--no-logo")),
    ("风格与文档 style", (BIN / "python", "-m", "pytest", "-p", "no:xdist",
                         "tests/test_tidy.py", "tests/test_tidy_samples.py", "tests/test_docs.py")),
)  # fmt: skip


def main() -> None:
    os.chdir(ROOT)
    environment.ensure_packages()
    environment.ensure_packages("requirements-dev.lock")
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    failed = []
    for name, command in CHECKS:
        started = time.monotonic()
        done = subprocess.run(
            [str(part) for part in command], env={**os.environ, "PATH": path}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        verdict = "未通过 FAILED" if done.returncode else "通过 ok"
        print(f"{name}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout, flush=True)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
