"""What a copy is made of: consistent copies of what is written to, and the places of the rest.

Catalogues and the hot file are copied before the Parquet files that they name: those never change,
so the copy always has at least the files of its catalogue.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable

from ..rules import Manifest
from .databases import Step, copy_database, copy_sqlite, is_sqlite
from .restic import folder

MANIFEST, SECRETS = "manifest.json", "secrets.json"
COPY_TRIES = 20
LAKES = ("observations", "lake")  # folders of the var folder that hold DuckLakes
_PASSING = (".lock", ".sock", "-shm", "-wal", "-journal", ".tmp", ".new")
_SECRET_NAMES = (
    "GUANGGU_SECRET_KEY", "GUANGGU_JOURNAL_KEY", "GUANGGU_SEAL_KEY", "GUANGGU_OIDC_KEY",
)  # fmt: skip
RESTLESS = T(
    "监测数据库写入频繁，未能取得一致的副本。将在下次计划时重试。",
    "The observations are written to so often that no consistent copy could be had; the next "
    "one tries again.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that goes into the copy as it lies there, by the name it has in a restored one."""

    name: str
    path: Path


def places() -> list[Place]:
    """Files, keys, and the Parquet files of the lakes."""
    var = Path(settings.GUANGGU_VAR)
    found = [
        Place("files", Path(settings.GUANGGU_FILES)),
        Place("keys", Path(settings.GUANGGU_KEYS)),
    ]
    for lake in LAKES:
        for parts in ("lake", "hours", "data"):
            found.append(Place(f"{lake}/{parts}", var / lake / parts))
    return [each for each in found if each.path.is_dir()]


def lay_stage(step: Step) -> tuple[Path, Manifest]:
    """Make the consistent copies in a fresh folder; answers it and what the copy holds."""
    stage = drop_stage()
    stage.mkdir(parents=True, mode=0o700)
    taken_at = clock.now().isoformat()
    _copy_secrets(stage)  # before the database: every root of the log is then in the copy
    tables = copy_database(stage, step)
    lake = {}
    for name in LAKES:
        lake |= _copy_lake(Path(settings.GUANGGU_VAR) / name, stage / name, step)
    files = dict(files_of(Path(settings.GUANGGU_FILES)))
    manifest = Manifest(taken_at, "sqlite" if is_sqlite() else "postgresql", tables, files, lake)
    told = {**manifest.as_json(), "places": {p.name: str(p.path) for p in places()}}
    (stage / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    return stage, manifest


def lost_parts(manifest: Manifest) -> list[str]:
    """Files of the lakes that were there when the catalogues were copied and are gone now."""
    var = Path(settings.GUANGGU_VAR)
    return [name for name in manifest.lake if not (var / name).exists()]


def drop_stage() -> Path:
    """Remove what was laid out for a copy; answers where that is."""
    stage = folder() / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    return stage


def files_of(root: Path) -> Iterator[tuple[str, int]]:
    """Contents of the store: digest and bytes; what is on its way in is left out."""
    for path in root.glob("??/??/*"):
        if path.is_file():
            yield path.name, path.stat().st_size


def _copy_secrets(stage: Path) -> None:
    """The keys without which nothing sealed can be read; restic encrypts them with the rest."""
    kept = {name: os.environ[name] for name in _SECRET_NAMES if os.environ.get(name)}
    path = stage / SECRETS
    path.touch(mode=0o600)
    path.write_text(json.dumps(kept), encoding="utf-8")
    roots = Path(settings.GUANGGU_ROOTS_LOG)
    if roots.exists():
        shutil.copy2(roots, stage / "roots.log")
    env = Path(settings.GUANGGU_VAR) / "env"
    if env.exists():
        shutil.copy2(env, stage / "env")


def _copy_lake(source: Path, target: Path, step: Step) -> dict[str, int]:
    """Catalogues and hot file, consistent; answers the rows of every Parquet file, by its path."""
    if not source.is_dir():
        return {}
    target.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        step()
        if not path.is_file() or path.name.endswith(_PASSING) or path.suffix == ".wal":
            continue
        if path.suffix in (".sqlite", ".sqlite3"):
            copy_sqlite(path, target / path.name)
        elif path.suffix in (".duckdb", ".db"):
            _copy_duckdb(path, target / path.name)
        else:
            shutil.copy2(path, target / path.name)
    return rows_of_parquet(source, source.name)


def _copy_duckdb(source: Path, target: Path) -> None:
    """The file and its log while the owner writes: appended to, the log is good at any length; a
    checkpoint in between changes the file, and the copy is made again. Raises Unavailable."""
    log, copied_log = (p.with_name(p.name + ".wal") for p in (source, target))
    for _ in range(COPY_TRIES):
        before = _stamp(source)
        shutil.copy2(source, target)
        copied_log.unlink(missing_ok=True)
        if log.exists():
            shutil.copy2(log, copied_log)
        if _stamp(source) == before:
            return
    raise Unavailable(RESTLESS, code="restless")


def _stamp(path: Path) -> tuple[int, int]:
    told = path.stat()
    return told.st_mtime_ns, told.st_size


def rows_of_parquet(root: Path, prefix: str) -> dict[str, int]:
    """Rows of each Parquet file below the folder, read from its footer."""
    paths = sorted(path for path in root.rglob("*.parquet") if path.is_file())
    if not paths:
        return {}
    import pyarrow.parquet as parquet

    return {
        f"{prefix}/{path.relative_to(root).as_posix()}": parquet.read_metadata(path).num_rows
        for path in paths
    }


def lay_out(restored: Path, target: Path) -> dict[str, Any]:
    """Turn what restic gave back into a var folder that the site starts from; answers the manifest.

    restored: where the absolute paths of the snapshot lie below; target: an empty folder.
    """
    stages = list(restored.rglob(f"stage/{MANIFEST}"))
    if len(stages) != 1:
        raise Unavailable(T("备份中没有清单，无法恢复。", "The copy has no manifest."))
    stage = stages[0].parent
    told: dict[str, Any] = json.loads(stages[0].read_text(encoding="utf-8"))
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(stage.iterdir()):
        if path.name != MANIFEST:
            shutil.move(path, target / path.name)
    for name, place in told["places"].items():
        found = restored / place.lstrip("/")
        if found.is_dir():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(found, target / name)
    return told
