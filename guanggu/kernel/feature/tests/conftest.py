"""A layer that nobody declared, for tests of the kernel alone."""

from __future__ import annotations

import pytest

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Layer
from guanggu.kernel.register.public import Record


@pytest.fixture
def a_layer(db: None) -> Layer:
    return Layer(model=Record, name="trial", title=T("试验", "Trial"))
