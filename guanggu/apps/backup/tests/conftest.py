"""A small house on disk: its database, a file, keys and a lake, and a repository to copy them to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from guanggu.kernel.connector.public import probe_one
from guanggu.kernel.document.public import keep_file, receive
from guanggu.kernel.document.testing import PDF
from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.journal.public import seal


def lay_database(path: Path) -> None:
    """The test database, which lives in memory, as the file that a server would have."""
    with closing(sqlite3.connect(path)) as file:
        connection.connection.backup(file)


@pytest.fixture
def house(transactional_db: None, settings: Any, tmp_path: Path) -> Path:
    """Its var folder. Changes after this are not in the file on SQLite: ``lay_database`` again."""
    var = tmp_path / "house"
    settings.GUANGGU_VAR = var
    settings.GUANGGU_FILES, settings.GUANGGU_KEYS = var / "files", var / "keys"
    settings.GUANGGU_ROOTS_LOG = str(var / "roots.log")
    settings.GUANGGU_BACKUP = str(tmp_path / "repository")
    (var / "keys").mkdir(parents=True)
    (var / "keys" / "seal.pem").write_text("a key")
    official = an_official()
    received = receive(PDF, "a.pdf")
    with transaction.atomic():
        keep_file(official, received, "cases/1", clean=True)
    seal()
    _lay_lake(var / "observations")
    probe_one("backup.restic")
    if connection.vendor == "sqlite":
        path = var / "guanggu.sqlite3"
        lay_database(path)
        settings.DATABASES = {"default": {**settings.DATABASES["default"], "NAME": str(path)}}
    return var


def _lay_lake(folder: Path) -> None:
    import duckdb

    (folder / "lake").mkdir(parents=True)
    with closing(duckdb.connect(str(folder / "hot.duckdb"))) as hot:
        hot.execute("CREATE TABLE late AS SELECT range AS time FROM range(1000)")
        hot.execute(f"COPY late TO '{folder}/lake/part.parquet' (FORMAT parquet)")
    with closing(sqlite3.connect(folder / "lake.sqlite")) as catalogue:
        catalogue.execute("CREATE TABLE files (path TEXT)")
        catalogue.commit()
    (folder / "owner.lock").touch()


@pytest.fixture(autouse=True)
def _no_sample(settings: Any) -> None:
    settings.GUANGGU_SAMPLE = False  # an invented district makes no copies by itself
