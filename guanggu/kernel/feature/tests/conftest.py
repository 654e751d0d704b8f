"""A layer that nobody declared, for tests of the kernel alone."""

from __future__ import annotations

import pytest

from guanggu.base.bilingual import T
from guanggu.kernel.feature.models import Feature
from guanggu.kernel.feature.public import Layer


@pytest.fixture
def a_layer(db: None) -> Layer:
    return Layer(
        model=Feature,  # type: ignore[arg-type]
        name="trial",
        title=T("试验", "Trial"),
    )
