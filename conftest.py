"""Settings of the test suite that hold in every folder."""

from __future__ import annotations

import os

import hypothesis
import pytest

# The suite that apps inherit is imported by its tests: without this its asserts would say nothing.
pytest.register_assert_rewrite("guanggu.web.conformance")

# One machine may be slow for a moment; a deadline an example would only make tests flicker.
hypothesis.settings.register_profile("house", deadline=None, max_examples=60, print_blob=True)
hypothesis.settings.register_profile("deep", deadline=None, max_examples=2_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("GUANGGU_HYPOTHESIS", "house"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"browser", "live_server"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        if _asks_database(item):
            item.add_marker("asks_database")


def _asks_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "django_db_setup", "live_server"}
    return item.get_closest_marker("django_db") is not None or bool(
        fixtures & set(getattr(item, "fixturenames", ()))
    )


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path, monkeypatch):
    """Each test writes its roots, files and keys into a folder of its own."""
    monkeypatch.setenv("GUANGGU_VAR", str(tmp_path / "var"))
    settings.GUANGGU_ROOTS_LOG = str(tmp_path / "roots.log")
    settings.GUANGGU_FILES = tmp_path / "files"
    settings.GUANGGU_KEYS = tmp_path / "keys"
    settings.GUANGGU_ANTIVIRUS = "off"  # whatever this machine has; tests of it turn it on
    # A cache of its own too: limits counted in one test must not stop the next.
    cache = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": str(tmp_path),
    }
    settings.CACHES = {"default": cache}


@pytest.fixture(autouse=True)
def _own_observations():
    """Each test has a store of its own, in memory, made when it is first asked for."""
    from guanggu.kernel.observation.store import bind

    def empty():
        from guanggu.kernel.observation.testing import MemoryStore

        return MemoryStore()

    bind(empty)
    yield
    bind(None)


@pytest.fixture(autouse=True)
def _no_lake(tmp_path):
    """A test that reads the lake makes one (``guanggu.kernel.lake.testing``); none reads the
    checkout's."""
    from guanggu.kernel.lake.place import Place
    from guanggu.kernel.lake.public import bind

    bind(lambda: Place.of(tmp_path / "no_lake"))
    yield
    bind(None)


@pytest.fixture
def the_lake(tmp_path, db):
    """A lake of the test's own; see ``guanggu.kernel.lake.testing``."""
    from guanggu.kernel.lake.testing import a_lake

    with a_lake(tmp_path / "lake_var") as made:
        yield made
