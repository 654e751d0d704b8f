"""Where the lake lies and how an engine comes to it."""

from __future__ import annotations

import importlib.metadata
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable

if TYPE_CHECKING:
    import duckdb

MEMORY = "512MB"
THREADS = 2
LOCK_WAIT_MS = 5000
TRIES = 6
# What a lake is attached as everywhere, so that its own views name its tables.
ALIAS = "lake"
SENSED = "sensed"

NO_LAKE = T(
    "数据湖尚未建立：请启动 guanggu serve（或 guanggu ingest），首次入湖完成后即可查询。",
    "There is no lake yet: start guanggu serve (or guanggu ingest); it can be asked once the "
    "first intake is done.",
)
BUSY = T("数据湖目录暂时繁忙，请稍后再试。", "The lake's catalogue is busy; try again in a moment.")
_SQLITE, _POSTGRES = "ducklake:sqlite:", "ducklake:postgres:"
NOT_A_LAKE = T("GUANGGU_LAKE 应以 {} 或 {} 开头。", "GUANGGU_LAKE must start with {} or {}.")
R = TypeVar("R")


@dataclass(frozen=True)
class Place:
    """catalogue: what DuckLake attaches; data: the folder of the Parquet files; sensed: the folder
    of the observations, empty where there are none."""

    catalogue: str
    data: Path
    sensed: Path | None = None

    @classmethod
    def of(cls, var: Path, catalogue: str = "", data: str = "") -> Place:
        """That of a var folder, or by GUANGGU_LAKE and GUANGGU_LAKE_DATA. Raises Unavailable."""
        catalogue = catalogue or f"{_SQLITE}{var / 'lake' / 'catalogue.sqlite'}"
        if not catalogue.startswith((_SQLITE, _POSTGRES)):
            raise Unavailable(NOT_A_LAKE.format(_SQLITE, _POSTGRES))
        return cls(catalogue, Path(data) if data else var / "lake" / "data", var / "observations")

    @property
    def file(self) -> Path | None:
        """The catalogue's file; None where PostgreSQL keeps it."""
        if self.catalogue.startswith(_SQLITE):
            return Path(self.catalogue.removeprefix(_SQLITE))
        return None

    @property
    def exists(self) -> bool:
        return self.file is None or self.file.exists()

    @property
    def sensed_catalogue(self) -> Path | None:
        """Of the sealed observations, where there are any."""
        path = self.sensed / "lake.sqlite" if self.sensed else None
        return path if path is not None and path.exists() else None

    def extensions(self) -> list[str]:
        """Paths of the files to load; the network is never asked."""
        names = ["sqlite_scanner", "ducklake"]
        if self.file is None:
            names.append("postgres_scanner")
        return [str(extension_file(name)) for name in names]

    def attaching(self, *, read_only: bool, version: int | None = None) -> list[str]:
        """The statements that attach it, and the observations beside it for a reader."""
        options = [f"DATA_PATH '{quoted(self.data)}/'", "DATA_INLINING_ROW_LIMIT 0"]
        if self.file is not None:
            # A reader then never waits for the writer, and a second writer waits in turn.
            options += ["META_JOURNAL_MODE 'WAL'", f"META_BUSY_TIMEOUT {LOCK_WAIT_MS}"]
        options += ["READ_ONLY"] if read_only else []
        options += [f"SNAPSHOT_VERSION {version}"] if version is not None else []
        found = [f"ATTACH '{quoted(self.catalogue)}' AS {ALIAS} ({', '.join(options)})"]
        if read_only and self.sensed_catalogue:
            found.append(
                f"ATTACH 'ducklake:sqlite:{quoted(self.sensed_catalogue)}' AS {SENSED} "
                f"(READ_ONLY, META_BUSY_TIMEOUT {LOCK_WAIT_MS})"
            )
        return found

    def folders(self) -> list[str]:
        """What a reader may open."""
        found = [f"{self.data}/"]
        return [*found, f"{self.sensed / 'lake'}/"] if self.sensed else found


def extension_file(name: str) -> Path:
    """Where the wheel ``duckdb-extension-<name>`` put its file."""
    import duckdb

    distribution = importlib.metadata.distribution(f"duckdb-extension-{name.replace('_', '-')}")
    folder = Path(str(distribution.locate_file(f"duckdb_extension_{name}")))
    return folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"


def quoted(text: object) -> str:
    """Within single quotes of SQL."""
    return str(text).replace("'", "''")


def named(name: str) -> str:
    """Within double quotes of SQL, with them."""
    return '"' + name.replace('"', '""') + '"'


def connect(
    place: Place, *, read_only: bool, version: int | None = None,
    settings: Mapping[str, str] | None = None,
) -> duckdb.DuckDBPyConnection:  # fmt: skip
    """A connection with the lake attached. Raises Unavailable where there is none to read."""
    import duckdb

    if read_only and not place.exists:
        raise Unavailable(NO_LAKE)
    if not read_only:
        place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if place.file is not None:
            place.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MEMORY,
        "threads": str(THREADS),
        "temp_directory": str(place.data.parent / f"spill-{os.getpid()}"),
        **(settings or {}),
    }
    connection = duckdb.connect(":memory:", config=config)
    for path in place.extensions():
        connection.execute(f"LOAD '{quoted(path)}'")
    connection.execute("SET TimeZone = 'UTC'")
    for statement in place.attaching(read_only=read_only, version=version):
        try:
            patiently(lambda statement=statement: connection.execute(statement))  # type: ignore[misc]
        except duckdb.Error as error:
            connection.close()
            if read_only and "probe DuckLake metadata" in str(error):
                raise Unavailable(NO_LAKE) from error  # its writer is just about to make it
            raise
    return connection


def is_busy(error: Exception) -> bool:
    """Whether the catalogue was locked, or another writer was first: worth another try."""
    text = str(error)
    return "database is locked" in text or "ransaction conflict" in text or "serialize" in text


def patiently(ask: Callable[[], R]) -> R:
    """Again with growing pauses while the catalogue is locked; then raises Unavailable."""
    import duckdb

    for pause_s in [0.05 * 2**n for n in range(TRIES)]:
        try:
            return ask()
        except duckdb.Error as error:
            if not is_busy(error):
                raise
            time.sleep(pause_s)
    try:
        return ask()
    except duckdb.Error as error:
        if is_busy(error):
            raise Unavailable(BUSY) from error
        raise
