"""The bodies that the shipped items name, and a catalogue officer."""

from __future__ import annotations

import pytest

from guanggu.apps.powers.management.source import shipped_items
from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation


@pytest.fixture(scope="session")
def shipped() -> list[dict]:
    return shipped_items()


@pytest.fixture
def bodies(db, shipped) -> dict[str, Organisation]:
    codes = {item["organisation"] for item in shipped}
    codes |= {code for item in shipped for code in item["joint_organisations"]}
    return {
        code: Organisation.objects.create(
            code=code, name=f"机构{code}", name_en=f"Body {code}", kind="department", path="/"
        )
        for code in sorted(codes)
    }


@pytest.fixture
def officer(bodies) -> Actor:
    return Actor(1, "accounts/x", "王琳", "official", post=1, roles=frozenset({"catalogue"}))
