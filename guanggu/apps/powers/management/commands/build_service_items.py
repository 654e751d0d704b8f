"""Build data/service_items.xlsx from its source; the rules are asked before anything is written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...register.workbook import workbook_bytes
from ...rules import problems_of
from ..source import DATA, shipped_items


class Command(BaseCommand):
    help = "build data/service_items.xlsx from data/items/*.toml"

    def handle(self, *args: Any, **options: Any) -> None:
        items = shipped_items()
        faults = [
            f"{item['key']} {place}: {message.zh}"
            for item in items
            for place, message in problems_of(item).items()
        ]
        if faults:
            raise CommandError("\n" + "\n".join(faults))
        (DATA / "service_items.xlsx").write_bytes(workbook_bytes(items))
        self.stdout.write(f"{len(items)}")
