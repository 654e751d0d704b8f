"""The plain store is held to the contract as well."""

from __future__ import annotations

import pytest

from guanggu.kernel.observation.testing import MemoryStore
from guanggu.kernel.observation.testing_contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore()
