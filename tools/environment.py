"""The virtual environment: made, filled by hash-locked packages, with `guanggu` in its bin.

Needs only the standard library: it runs before anything is installed.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from say import stop, working
from stamps import ROOT, VAR, digest, forget, is_done, mark_done

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VAR / "log" / "setup.log"
# Published as source only; needed by clients that the tests run against the interface, and the
# distributed engine (400 MB, of Java for the most part).
FROM_SOURCE = ("demjson3", "docopt", "pyspark")
LAUNCHER = """#!/bin/sh
exec "$(dirname "$0")/python" -m guanggu.site.command "$@"
"""


def run(*command: str | Path, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run quietly; where it fails, show the end of what it said and stop."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd, env={**os.environ, **(env or {})}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(str(part) for part in command)}\n{done.stdout}\n")
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-25:]), file=sys.stderr)
        stop(
            f"这一步没有成功(上面是原因,全文见 {LOG.relative_to(ROOT)})。改正后再运行一次即可。",
            f"This step failed (the reason is above, in full in {LOG.relative_to(ROOT)}). "
            "Mend it and run the same command again.",
        )


def _fits(python: Path) -> bool:
    """It starts and is the version it was made for: a system upgrade breaks environments."""
    if not python.exists():
        return False
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0


def _has_pip() -> bool:
    check = [sys.executable, "-m", "pip", "--version"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def _install_venv_by_apt() -> bool:
    """On Debian as root, the package that Debian splits off is installed; else False."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    package = f"python3.{sys.version_info.minor}-venv"
    with working(f"用 apt 安装 {package}", f"installing {package} by apt"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", env=quiet)
        run("apt-get", "install", "-y", "--no-install-recommends", package, env=quiet)
    return True


def _make_venv() -> list[str | Path]:
    """The command that installs into the new environment."""
    inside: list[str | Path] = [PYTHON, "-m", "pip"]
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", "--clear", VENV)
        return inside
    if importlib.util.find_spec("venv") and _has_pip():
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    if _install_venv_by_apt():
        run(sys.executable, "-m", "venv", "--clear", VENV)
        return inside
    minor = sys.version_info.minor
    stop(
        f"本机的 Python 缺少 venv。请安装后再试:apt-get install python3.{minor}-venv"
        "(Debian、Ubuntu);其他系统请安装带 venv 与 pip 的 Python。",
        f"Python here lacks venv. Install it and try again: apt-get install python3.{minor}-venv "
        "(Debian, Ubuntu); elsewhere install a Python with venv and pip.",
    )


def _link_package() -> None:
    """Make `import guanggu` and `.venv/bin/guanggu` work without building anything."""
    site = VENV / "lib" / f"python3.{_minor()}" / "site-packages"
    (site / "guanggu.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    launcher = VENV / "bin" / "guanggu"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)


def _minor() -> int:
    code = "import sys; print(sys.version_info.minor)"
    said = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True)
    return int(said.stdout)


def ensure_packages(lock: str = "requirements.lock", extras: Sequence[str] = ()) -> None:
    """Environment and packages of the lock file, once for each content of it."""
    step = lock.removesuffix(".lock")
    made_from = digest([ROOT / lock], str(ROOT))
    if PYTHON.exists() and is_done(step, made_from):
        return
    pip: list[str | Path] = [PYTHON, "-m", "pip"]
    if not _fits(PYTHON):
        forget("requirements", "requirements-dev")
        with working("建立 Python 虚拟环境", "making the virtual environment"):
            pip = _make_venv()
    count = len(re.findall(r"(?m)^[\w.-]+==", (ROOT / lock).read_text(encoding="utf-8")))
    with working(f"安装 {count} 个锁定版本的软件包", f"installing {count} locked packages"):
        run(
            *pip, "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
            "--only-binary", ":all:", "--no-binary", ",".join(FROM_SOURCE),
            "--require-hashes", "-r", ROOT / lock, *extras,
        )  # fmt: skip
    _link_package()
    mark_done(step, made_from)
