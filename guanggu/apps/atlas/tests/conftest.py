"""Keepers of the map, other officials, and the sample ground."""

from __future__ import annotations

import pytest

from guanggu.apps.atlas.register.shipped import take_in_sample
from guanggu.base.actor import Actor, platform
from guanggu.kernel.identity.testing import an_official


@pytest.fixture
def keeper(db: None) -> Actor:
    return an_official(roles=["map"], name="测绘员")


@pytest.fixture
def official(db: None) -> Actor:
    return an_official(roles=["draft"], name="科员")


@pytest.fixture
def ground(db: None) -> None:
    take_in_sample(platform("tests"))
