"""The tools of the backups: restic for copies, litestream for points in time."""

from .databases import POSTGRES_NAME, SQLITE_NAME, check_sqlite, is_sqlite, tables_of_sqlite
from .litestream import is_wanted, restore_at
from .pgbackrest import KEY as PGBACKREST
from .restic import KEY, Restic, folder, repository, restic
from .staging import drop_stage, files_of, lay_out, lay_stage, lost_parts, places, rows_of_parquet

__all__ = [
    "KEY", "PGBACKREST", "POSTGRES_NAME", "SQLITE_NAME", "Restic", "check_sqlite", "drop_stage", "files_of", "folder",
    "is_sqlite", "is_wanted", "lay_out", "lay_stage", "lost_parts", "places", "repository", "restic",
    "restore_at", "rows_of_parquet", "tables_of_sqlite",
]  # fmt: skip
