"""The only door of the lake.

Engine and Arrow are loaded when first asked for, so that pages start without them.
"""

from __future__ import annotations

from .columns import LakeColumn
from .door import Lake, Snapshot, bind, lake
from .listing import DeclaredTable, LakeTable, declared_tables
from .place import Place
from .publishing import Publication, published
from .running import IS_CUT, Limits, Running
from .sources import Source, sources

__all__ = [
    "IS_CUT", "DeclaredTable", "Lake", "LakeColumn", "LakeTable", "Limits", "Place", "Publication",
    "Running", "Snapshot", "Source", "bind", "declared_tables", "lake", "published", "sources",
]  # fmt: skip
