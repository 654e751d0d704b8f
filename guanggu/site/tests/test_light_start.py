"""A server that only shows pages does not load the heavy libraries at its start."""

from __future__ import annotations

import json
import subprocess
import sys

# Each costs a server 3 to 60 MB at rest; who needs one loads it where it is used.
ON_DEMAND = (
    "pyhanko", "typst", "segno", "fontTools", "openpyxl", "xlsxwriter", "python_calamine",
    "splink", "duckdb", "pandas", "numpy", "pyarrow", "PIL", "aiohttp", "pytest", "hypothesis",
    "ibis", "statsmodels", "sdmx", "scipy",
)  # fmt: skip
LOADED = """
import json, sys
import guanggu.site.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_starting_the_site_loads_none_of_the_heavy_libraries():
    run = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=120
    )
    loaded = set(json.loads(run.stdout.splitlines()[-1]))
    assert loaded & set(ON_DEMAND) == set()
    assert "django" in loaded
