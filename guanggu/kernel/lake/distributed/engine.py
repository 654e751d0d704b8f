"""Where an expression runs, chosen by a connection string: ``embedded`` or ``spark://host:port``.

Both read the Parquet files that the lake has published (``publishing``). Spark is the
outgrown part: a standalone master with workers that see the folder at the same path (a shared or
object store on several machines). Expressions compile to the engine's own SQL, so its machines
need Java and no Python.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid, Unavailable

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Expr, Table

WRONG = T(
    "GUANGGU_ENGINE 应为 embedded 或 spark://主机:端口。",
    "GUANGGU_ENGINE is embedded or spark://host:port.",
)
ABSENT = T("分布式计算集群没有应答：{}", "The cluster does not answer: {}")
MISSING = T("发布的数据中没有表“{}”。", "What was published holds no table “{}”.")
Files = Mapping[str, Sequence[str]]  # name of a table -> its Parquet files


class Engine(Protocol):
    """Tables of one published state, and answers over them."""

    def table(self, name: str) -> Table: ...

    def answer(self, asked: Expr) -> pa.Table: ...


class Embedded:
    """DuckDB in this process."""

    def __init__(
        self, files: Files, threads: int | None = None, columns: Files | None = None
    ) -> None:
        import ibis

        self._files, self._columns = files, columns or {}
        self._backend = ibis.duckdb.connect(threads=threads or os.cpu_count() or 1)
        self._known: dict[str, Table] = {}

    def table(self, name: str) -> Table:
        if not self._files.get(name):
            raise Invalid(MISSING.format(name))
        if name not in self._known:
            read = self._backend.read_parquet(
                list(self._files[name]), table_name=name, union_by_name=True
            )
            self._known[name] = read.select(*self._columns.get(name, read.columns))
        return self._known[name]

    def answer(self, asked: Expr) -> pa.Table:
        return self._backend.to_pyarrow(asked)

    def close(self) -> None:
        self._backend.disconnect()


class Distributed:
    """Spark by its master. A worker that dies is replaced by the others: tasks are done again."""

    def __init__(
        self, files: Files, master: str, settings: Mapping[str, str] | None = None,
        columns: Files | None = None,
    ) -> None:  # fmt: skip
        import ibis
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        builder: Any = SparkSession.builder.master(master).appName("guanggu")
        for name, value in {**SETTINGS, **(settings or {})}.items():
            builder = builder.config(name, value)
        try:
            self._session = builder.getOrCreate()
            self._backend = ibis.pyspark.connect(self._session)
        except (PySparkException, OSError, RuntimeError) as error:
            raise Unavailable(ABSENT.format(error)) from error
        self._files, self._columns = files, columns or {}
        self._known: set[str] = set()

    def table(self, name: str) -> Table:
        if not self._files.get(name):
            raise Invalid(MISSING.format(name))
        if name not in self._known:
            # A file may lack a column that was declared after it was written.
            read = self._session.read.option("mergeSchema", "true").parquet(*self._files[name])
            read.select(*self._columns.get(name, read.columns)).createOrReplaceTempView(name)
            self._known.add(name)
        return self._backend.table(name)

    def answer(self, asked: Expr) -> pa.Table:
        """Not by pandas, which Spark 4.0 and pandas 3 disagree about."""
        return self._session.sql(str(self._backend.compile(asked))).toArrow()

    def close(self) -> None:
        self._session.stop()


# The lake's instants are UTC without a zone; a page of a small answer is one partition.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "512m",
    "spark.executor.memory": "768m",
}


@contextmanager
def engine(
    chosen: str, files: Files, columns: Files | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Engine]:  # fmt: skip
    """The engine of the connection string over these files, mostly those of a publication of the
    lake (``publishing``). columns: what to read of each table. Raises Invalid, Unavailable."""
    made: Embedded | Distributed
    if chosen in ("", "embedded"):
        made = Embedded(files, columns=columns)
    elif chosen.startswith("spark://"):
        made = Distributed(files, chosen, settings, columns)
    else:
        raise Invalid(WRONG)
    try:
        yield made
    finally:
        made.close()


def files_of(folder: Path) -> dict[str, list[str]]:
    """Tables of a folder: ``<name>.parquet`` or ``<name>/*.parquet``."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            parts = sorted(str(part) for part in path.glob("*.parquet"))
            if parts:
                found[path.name] = parts
        elif path.suffix == ".parquet":
            found[path.stem] = [str(path)]
    return found


def same(one: pa.Table, other: pa.Table, tolerance: float = 1e-9) -> str:
    """ "" where both hold the same rows in whatever order; else the first difference in words.

    Numbers are equal within the tolerance (relative): engines add fractions in different orders.
    """
    if one.column_names != other.column_names:
        return f"columns {one.column_names} / {other.column_names}"
    if one.num_rows != other.num_rows:
        return f"{one.num_rows} / {other.num_rows} rows"
    for number, (left, right) in enumerate(zip(_ordered(one), _ordered(other), strict=True)):
        for name, a, b in zip(one.column_names, left, right, strict=True):
            if not _equal(a, b, tolerance):
                return f"row {number}, {name}: {a!r} / {b!r}"
    return ""


def _equal(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        if a is None or b is None:
            return a is b
        return abs(a - b) <= tolerance * max(1.0, abs(a), abs(b))
    return bool(a == b)


def _ordered(table: pa.Table) -> list[tuple[Any, ...]]:
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return sorted(rows, key=lambda row: tuple(_sorted_by(value) for value in row))


def _sorted_by(value: Any) -> tuple[int, Any]:
    """Nothing first; fractions by what both engines surely agree about."""
    if value is None:
        return 0, ""
    if isinstance(value, float):
        return 1, f"{value:.6e}"
    return 1, str(value)
