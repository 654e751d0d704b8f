"""Indicators and a small lake for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from guanggu.base.actor import platform

from .actions import define_indicators, record_values
from .models import Indicator

_numbers = count(1)
TESTS = platform("tests")


def an_indicator(
    key: str = "", *, targets: Iterable[Mapping[str, Any]] = (), **values: Any
) -> Indicator:
    """An indicator with targets: mappings of kind, period, value and so on."""
    key = key or f"test-{next(_numbers)}"
    told = {"key": key, "name": f"指标 {key}", "unit": "亿元", "period": "year", **values}
    define_indicators(
        TESTS, indicators=[told], targets=[{"indicator": key, **target} for target in targets]
    )
    return Indicator.objects.get(key=key)


def give_values(indicator: str, values: Mapping[str, Any], **more: Any) -> int:
    """Record values by period; answers how many revisions were added."""
    told = [{"period": p, "number": str(n), **more} for p, n in values.items()]
    return record_values(TESTS, indicator=indicator, values=told)["added"]


class SmallLake:
    """An ibis lake in memory made from lists of rows by table; ``personal``: columns by table."""

    def __init__(
        self, tables: Mapping[str, list[dict[str, Any]]],
        personal: Mapping[str, set[str]] | None = None,
    ) -> None:  # fmt: skip
        import duckdb
        import ibis
        import pyarrow

        connection = duckdb.connect()
        for name, rows in tables.items():
            connection.register("given", pyarrow.Table.from_pylist(rows))
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM given')
            connection.unregister("given")
        self.backend = ibis.duckdb.from_connection(connection)
        self.personal = dict(personal or {})
        self.version = 1

    def ibis(self) -> Any:
        return self.backend

    def query(self, expression: Any) -> Any:
        return self.backend.to_pyarrow(expression)

    def snapshot(self) -> str:
        return str(self.version)

    def personal_columns(self, table: str) -> set[str]:
        return self.personal.get(table, set())
