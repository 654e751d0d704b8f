"""Claim: backup and proven restore of the sample district take at most 60 s.

Backup: a consistent copy of the database with the digest of every table, files, keys and lake,
encrypted into a fresh repository. Proof: every byte of the repository is read, the copy restored
into an empty folder, all tables, files and lake files compared, and `guanggu verify` run on it.
With --short the database is migrated and otherwise empty; --var FOLDER takes a loaded one (read
only). A second copy shows what is sent when nothing changed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.machine import SHORT, own_server, print_table
from bench.server import COMMAND, ROOT

CI = True
SECONDS_MAX = 60


def load(var: Path) -> None:
    """The sample district, or a copy of the folder that --var names."""
    if "--var" in sys.argv:
        source = Path(sys.argv[sys.argv.index("--var") + 1])
        for name in (
            "guanggu.sqlite3",
            "files",
            "keys",
            "observations",
            "lake",
            "env",
            "roots.log",
        ):
            path = source / name
            if path.is_dir():
                shutil.copytree(path, var / name, dirs_exist_ok=True)
            elif path.exists():
                shutil.copy2(path, var / name)
        subprocess.run([*COMMAND, "migrate"], cwd=ROOT, check=True, capture_output=True)
        return
    own_server(str(var))
    if not SHORT:
        subprocess.run([*COMMAND, "sample"], cwd=ROOT, check=True, capture_output=True)


def timed(*arguments: str) -> float:
    started = time.perf_counter()
    done = subprocess.run([*COMMAND, "backup", *arguments], cwd=ROOT, check=False,
                          capture_output=True, text=True)  # fmt: skip
    if done.returncode:
        raise SystemExit(f"guanggu backup {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return time.perf_counter() - started


def figures() -> dict[str, dict[str, int]]:
    """Of the last run of each kind."""
    code = (
        "import django, json; django.setup()\n"
        "from guanggu.apps.backup.models import BackupRun\n"
        "rows = BackupRun.objects.order_by('ended_at')\n"
        "print(json.dumps({r.kind: {**r.figures, 'state': r.state} for r in rows}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True,
                          text=True)  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    if shutil.which("restic") is None:
        raise SystemExit("restic is not installed: sudo apt-get install restic")
    var = Path(tempfile.mkdtemp(prefix="guanggu-bench-"))
    os.environ |= {"GUANGGU_VAR": str(var), "GUANGGU_LOG": "ERROR", "GUANGGU_ANTIVIRUS": "off",
                   "DJANGO_SETTINGS_MODULE": "guanggu.site.settings"}  # fmt: skip
    try:
        load(var)
        first = timed()
        again = timed()
        proven = timed("--only-drill")
        told = figures()
        rows = told["backup"]["rows"]
        whole = told["backup"]["bytes_whole"] / 1e6
        print_table(
            f"backup and proven restore in <= {SECONDS_MAX} s",
            ["what", "seconds", "of"],
            [
                ["first copy", f"{first:.1f}", f"{rows:,} rows, {whole:.0f} MB"],
                ["copy again", f"{again:.1f}", f"{told['backup']['bytes_added'] / 1e6:.1f} MB new"],
                ["restore and proof", f"{proven:.1f}", f"{told['drill']['tables']} tables equal"],
                ["first copy and proof", f"{first + proven:.1f}", told["drill"]["state"]],
            ],
        )
    finally:
        shutil.rmtree(var, ignore_errors=True)
    if first + proven > SECONDS_MAX:
        raise SystemExit(f"{first + proven:.1f} s, at most {SECONDS_MAX}")


if __name__ == "__main__":
    main()
