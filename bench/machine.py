"""What every benchmark shares: the machine's line, a table, a database of its own, percentiles."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

SHORT = "--short" in sys.argv


def own_server(folder: str | None = None) -> Path:
    """A fresh platform in a temporary folder, migrated; nothing of a real one is touched.

    GUANGGU_DATABASE may name a PostgreSQL database to use instead of SQLite.
    """
    var = Path(folder or tempfile.mkdtemp(prefix="guanggu-bench-"))
    os.environ["GUANGGU_VAR"] = str(var)
    os.environ.setdefault("GUANGGU_LOG", "ERROR")
    os.environ["DJANGO_SETTINGS_MODULE"] = "guanggu.site.settings"
    import django
    from django.core.management import call_command

    django.setup()
    _lay_database(lambda: call_command("migrate", verbosity=0))
    return var


def _lay_database(migrate: Callable[[], object]) -> None:
    """`make bench` names a file in GUANGGU_BENCH_EMPTY: the first benchmark keeps its migrated
    database there, and those after it begin from a copy. Migrating takes ten seconds."""
    from django.conf import settings
    from django.db import connection

    kept = Path(os.environ.get("GUANGGU_BENCH_EMPTY") or os.devnull)
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    if connection.vendor != "sqlite" or kept == Path(os.devnull) or database.exists():
        migrate()
    elif kept.exists():
        database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, database)
    else:
        migrate()
        made = kept.with_name(f"{kept.name}.{os.getpid()}")
        with closing(sqlite3.connect(made)) as copy, closing(sqlite3.connect(database)) as whole:
            whole.backup(copy)
        made.replace(kept)  # another that runs beside this one finds a whole file or none


def machine() -> str:
    """One line that says on what the figures were taken."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory_gib = 0.0
    if Path("/proc/meminfo").exists():
        memory_gib = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    return (
        f"{model}, {os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}"
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value under which this share of the values lies, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def print_table(claim: str, heading: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The claim, the machine, and the rows as a Markdown table."""
    print(f"\n**{claim}**\n\n{machine()}\n")
    cells = [[str(cell) for cell in row] for row in [heading, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heading))]
    for number, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |")
        if not number:
            print("|" + "|".join("-" * (w + 2) for w in widths) + "|")
    print(flush=True)
