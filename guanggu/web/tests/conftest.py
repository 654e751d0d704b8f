"""The table of the trial register, made once for the test database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from guanggu.kernel.register.public import REGISTERS, Register, register
from guanggu.web.tests.places import PLACES, Place


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        if Place._meta.db_table not in connection.introspection.table_names():
            with connection.schema_editor() as editor:
                editor.create_model(Place)


@pytest.fixture
def places(db: None, settings: Any) -> Iterator[Register]:
    """The register declared, and its screens served, for one test."""
    register(PLACES)
    settings.ROOT_URLCONF = "guanggu.web.tests.urls"
    yield PLACES
    REGISTERS.pop("places")
