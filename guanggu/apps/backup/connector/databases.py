"""A copy of the database at one instant, and the digest of every table of it."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable

SQLITE_NAME, POSTGRES_NAME = "guanggu.sqlite3", "guanggu.dump"
PAGES_A_STEP = 4096  # 16 MB; between steps people's writes pass
ROWS_AT_ONCE = 2000
FAILED = T("{} 未完成：{}", "{} did not finish: {}")
NO_PROGRAM = T(
    "找不到程序 {}，请安装 postgresql-client。", "{} is missing: install postgresql-client."
)
Tables = dict[str, tuple[int, str]]
Step = Callable[[], None]


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def copy_database(target: Path, step: Step) -> Tables:
    """Write the copy into the folder; answers the tables of that very instant."""
    if not is_sqlite():
        return _dump_postgres(target / POSTGRES_NAME, step)
    path = target / SQLITE_NAME
    path.unlink(missing_ok=True)
    copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), path, step)
    return tables_of_sqlite(path, step)


def copy_sqlite(source: Path, target: Path, step: Step = lambda: None) -> None:
    """SQLite's online backup: writers go on, the copy is of one instant."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        # The whole of a database that is being written to: in one transaction of the reader, so
        # that no write makes the copy begin anew.
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        live.backup(copy, pages=PAGES_A_STEP, progress=lambda *_: step())
        copy.execute("PRAGMA journal_mode=DELETE")


def tables_of_sqlite(path: Path, step: Step = lambda: None) -> Tables:
    """Rows and SHA-256 over all rows in the order of their row ids, of every table."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.text_factory = bytes
        names = [
            row[0].decode()
            for row in database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE "
                "'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        found = {}
        for name in names:
            found[name] = _digest(database.execute(f'SELECT * FROM "{name}"'), step)
    return found


def _digest(cursor: sqlite3.Cursor, step: Step) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    while batch := cursor.fetchmany(ROWS_AT_ONCE):
        rows += len(batch)
        digest.update(repr(batch).encode())
        step()
    return rows, digest.hexdigest()


def check_sqlite(path: Path) -> str:
    """ "ok", or what SQLite finds wrong with the file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return str(database.execute("PRAGMA quick_check(1)").fetchone()[0])


def _program(name: str) -> str:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    if found is None:
        raise Unavailable(NO_PROGRAM.format(name), code="program_absent")
    return found


def _environment(name: str) -> dict[str, str]:
    told = settings.DATABASES["default"]
    given = {
        "PGHOST": told["HOST"], "PGPORT": str(told["PORT"]), "PGUSER": told["USER"],
        "PGPASSWORD": told["PASSWORD"], "PGDATABASE": name,
    }  # fmt: skip
    return {**os.environ, **{key: value for key, value in given.items() if value}}


def _call(program: str, *arguments: str, database: str) -> None:
    done = subprocess.run([_program(program), *arguments], env=_environment(database),
                          capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode:
        raise Unavailable(FAILED.format(program, done.stderr[-400:].strip()), code="dump_failed")


def _dump_postgres(path: Path, step: Step) -> Tables:
    """pg_dump and the digests see one exported snapshot."""
    import psycopg

    with psycopg.connect(**_psycopg(connection.settings_dict["NAME"])) as link:
        link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = link.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        _call("pg_dump", "--format=custom", f"--snapshot={row[0]}", f"--file={path}",
              database=connection.settings_dict["NAME"])  # fmt: skip
        step()
        return tables_of_postgres(link, step)


def _psycopg(name: str) -> dict[str, Any]:
    told = connection.settings_dict
    given = {"host": told["HOST"], "port": told["PORT"], "user": told["USER"],
             "password": told["PASSWORD"], "dbname": name}  # fmt: skip
    return {key: value for key, value in given.items() if value}


def tables_of_postgres(link: Any, step: Step = lambda: None) -> Tables:
    """Rows and a sum of the rows' hashes, which no order of rows changes."""
    names = [
        row[0]
        for row in link.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
    ]
    found = {}
    for name in names:
        quoted = '"' + name.replace('"', '""') + '"'
        row = link.execute(
            f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 7)::numeric), 0)::text "
            f"FROM {quoted} t"
        ).fetchone()
        found[name] = (int(row[0]), str(row[1]))
        step()
    return found


@contextmanager
def restored_postgres(dump: Path, name: str) -> Iterator[Tables]:
    """The dump in a database of its own, gone at the end; its tables."""
    import psycopg

    main = connection.settings_dict["NAME"]
    with psycopg.connect(**_psycopg(main), autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')
    try:
        _call("pg_restore", "--no-owner", "--exit-on-error", "--dbname", name, str(dump),
              database=name)  # fmt: skip
        with psycopg.connect(**_psycopg(name)) as link:
            yield tables_of_postgres(link)
    finally:
        with psycopg.connect(**_psycopg(main), autocommit=True) as link:
            link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
