"""Settings of the test suite that hold in every folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from django.test import override_settings

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


def _places(folder: Path) -> dict[str, Any]:
    """Settings by which roots, files and keys are written into the folder."""
    return {
        "GUANGGU_ROOTS_LOG": str(folder / "roots.log"), "GUANGGU_FILES": folder / "files",
        "GUANGGU_KEYS": folder / "keys",
        "GUANGGU_ANTIVIRUS": "off",  # whatever this machine has; tests of it turn it on
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path, monkeypatch):
    """Each test writes its roots, files and keys into a folder of its own."""
    monkeypatch.setenv("GUANGGU_VAR", str(tmp_path / "var"))
    for name, value in _places(tmp_path).items():
        setattr(settings, name, value)
    # A cache of its own too: limits counted in one test must not stop the next.
    cache = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": str(tmp_path),
    }
    settings.CACHES = {"default": cache}


def _memory_store() -> Any:
    from guanggu.kernel.observation.testing import MemoryStore

    return MemoryStore()


@pytest.fixture(autouse=True)
def _own_observations():
    """Each test has a store of its own, in memory, made when it is first asked for."""
    from guanggu.kernel.observation.store import bind

    bind(_memory_store)
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


@dataclass
class Laid:
    """What stands in the database for all tests of a module, with its files and observations."""

    folder: Path
    value: Any = None
    store: Any = field(default_factory=_memory_store)

    def show_to(self, settings: Any) -> Any:
        """Have this test find the files, and a copy of the observations; answers what was laid."""
        from guanggu.kernel.observation.store import bind

        for name, value in _places(self.folder).items():
            setattr(settings, name, value)
        store = self.store.copy()
        bind(lambda: store)
        return self.value


@pytest.fixture(scope="module")
def lay_once(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Callable[[], Any]], Laid]]:
    """Answers ``lay_once(make)``: what ``make()`` writes stands for every test of the module, each
    of which sees it in a transaction of its own, and is taken back after the last. For what takes
    seconds to lay down; not for tests that commit, such as those in a browser.
    """
    from guanggu.kernel.observation.store import bind

    whole = transaction.atomic()
    whole._from_testcase = True  # it is what a test does, though it is done before the first
    with ExitStack() as stack:

        def lay(make: Callable[[], Any]) -> Laid:
            laid = Laid(tmp_path_factory.mktemp("laid"))
            bind(lambda: laid.store)
            with (
                django_db_blocker.unblock(),
                pytest.MonkeyPatch.context() as patch,
                override_settings(**_places(laid.folder)),
            ):
                patch.setenv("GUANGGU_VAR", str(laid.folder / "var"))
                stack.enter_context(whole)
                stack.callback(transaction.set_rollback, True)
                laid.value = make()
            return laid

        yield lay
        with django_db_blocker.unblock():
            stack.close()
