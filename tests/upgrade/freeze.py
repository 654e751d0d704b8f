"""Freeze a small sample as this release makes it: `python -m tests.upgrade.freeze 0.1.0`.

Run once, when a release is made, and commit what it writes: ``<version>.tar.gz`` with the SQLite
database, the stored files and the log of roots. A frozen file is never made anew: it stands for
databases that are out there. It is sealed with the fixed keys of a server without an environment,
so that ``verify`` can be asked for its word after the upgrade.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
KEPT = ("guanggu.sqlite3", "files", "roots.log", "keys.json")


def make(var: Path) -> None:
    """A few of everything in a database of its own under ``var``."""
    os.environ |= {"GUANGGU_VAR": str(var), "GUANGGU_DATABASE": "", "GUANGGU_LOG": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "guanggu.site.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from guanggu.apps.approvals.tests.test_pages import decide
    from guanggu.kernel.journal.public import run_until_quiet
    from tests.stand.world import a_world

    world = a_world()
    number = world.keys["number"]
    decide(world.house.clerk, number, "accept")
    decide(world.house.reviewer, number, "approve", opinion="符合条件")
    decide(world.house.decider, number, "grant")
    run_until_quiet()
    actors = {name: actor.account for name, actor in world.actors.items()}
    kept = {"keys": world.keys, "accounts": actors}
    (var / "keys.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")


def pack(var: Path, target: Path) -> None:
    whole = var / "whole.sqlite3"
    with sqlite3.connect(var / "guanggu.sqlite3") as store:
        store.execute("DELETE FROM django_session")
        store.commit()
        store.execute("VACUUM INTO ?", [str(whole)])
    with tarfile.open(target, "w:gz") as archive:
        for name in KEPT:
            source = whole if name.endswith(".sqlite3") else var / name
            archive.add(source, name)


def main() -> None:
    (version,) = sys.argv[1:]
    target = HERE / f"{version}.tar.gz"
    if target.exists():
        raise SystemExit(f"{target.name} is frozen already")
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        pack(Path(folder), target)
    print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
