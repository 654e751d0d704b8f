"""Gives each worker of a test run a PostgreSQL server of its own, where several are named.

Loaded with ``-p`` before the settings are: ``GUANGGU_TEST_SERVERS`` lists the addresses.
"""

from __future__ import annotations

import os

_servers = os.environ.get("GUANGGU_TEST_SERVERS", "").split()
_worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
if _servers and _worker.isdecimal():
    os.environ["GUANGGU_DATABASE"] = _servers[int(_worker) % len(_servers)]
