"""Two deciders at the same moment, a double click, numbers in a rush: on real connections."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.db import connection

from guanggu.kernel.case.models import Task
from guanggu.kernel.case.tests.races import RACES

# A test's SQLite is in memory and has one connection; a fresh process races on a file instead.
_ON_A_FILE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from guanggu.kernel.case.tests import races
for race in races.RACES:
    race()
print("all races run")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_on_postgresql(race):
    if connection.vendor == "sqlite":
        pytest.skip("races on SQLite run on a file, below")
    race()
    assert Task.objects.filter(state="done").count() <= 8


def test_on_sqlite_in_a_file(tmp_path):
    environment = {
        **os.environ, "GUANGGU_DATABASE": "", "GUANGGU_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "guanggu.site.settings",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _ON_A_FILE], env=environment, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "all races run" in done.stdout
