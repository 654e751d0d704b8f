"""Two officials at the same moment, a double click, a form sent again: one outcome, told clearly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from guanggu.kernel.case.models import Task

from . import doubles

_ON_A_FILE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.stand.doubles import everything
everything()
print("one outcome each")
"""


@pytest.mark.django_db(transaction=True)
def test_on_postgresql() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite this runs on a file, below")
    doubles.everything()
    assert Task.objects.filter(state="done").count() == 2


def test_on_sqlite_in_a_file(tmp_path: Path) -> None:
    environment = {
        **os.environ, "GUANGGU_DATABASE": "", "GUANGGU_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "guanggu.site.settings", "GUANGGU_LOG": "ERROR",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _ON_A_FILE], env=environment, capture_output=True, text=True,
        timeout=500, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "one outcome each" in done.stdout
