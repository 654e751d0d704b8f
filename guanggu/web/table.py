"""A table as drawn: columns, rows and cells, with a row header first on every line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Column:
    """``sort``: value of ``?sort=`` that a click asks for, "" where it cannot be sorted."""

    title: Any
    sort: str = ""
    sorted: str = ""  # "ascending", "descending" or ""
    numeric: bool = False


@dataclass(slots=True)
class Cell:
    value: Any
    label: Any = ""
    href: str = ""
    tone: str = ""  # drawn as a badge
    numeric: bool = False


@dataclass(slots=True)
class Row:
    cells: list[Cell]
    href: str = ""
    tone: str = ""


@dataclass(slots=True)
class Table:
    """``stacks``: on a phone each row becomes a card instead of scrolling sideways."""

    caption: Any
    columns: list[Column]
    rows: list[Row] = field(default_factory=list)
    caption_hidden: bool = True
    stacks: bool = True

    def add(self, *values: Any, href: str = "", tone: str = "") -> None:
        """Add a row; a value may be a ``Cell`` or anything that can be shown."""
        cells = []
        for column, value in zip(self.columns, values, strict=True):
            cell = value if isinstance(value, Cell) else Cell(value)
            cell.label = cell.label or column.title
            cell.numeric = cell.numeric or column.numeric
            cells.append(cell)
        self.rows.append(Row(cells, href, tone))
