"""Every shipped service item runs: its form is drawn in steps, its procedure takes the application."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.case.public import Case
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.identity.testing import a_firm_agent, a_person, an_organisation, sign_in
from guanggu.kernel.register.public import register_of

FIRM = "91350100M000100Y43"


@pytest.fixture
def items(db: Any) -> list[Any]:
    """The shipped items, with the bodies that they name."""
    shipped = import_module("guanggu.apps.powers.register.shipped")
    for code in _bodies():
        if not Organisation.objects.filter(code=code).exists():
            an_organisation(code, code=code, short_name=code)
    shipped.take_in_shipped_items(platform("test"))
    register = register_of("service_items")
    assert register is not None
    return list(register.model._default_manager.order_by("key"))


def _bodies() -> set[str]:
    folder = Path(__file__).resolve().parents[1] / "guanggu/apps/powers/data/items"
    found: set[str] = set()
    for path in folder.glob("*.toml"):
        item = tomllib.loads(path.read_text(encoding="utf-8"))
        joint = item.get("joint_organisations") or []
        found |= {item["organisation"], *(joint.split() if isinstance(joint, str) else joint)}
    return found


def test_every_item_takes_applications_and_draws_each_step(items: list[Any]) -> None:
    assert len(items) >= 30
    actions = import_module("guanggu.apps.approvals.actions")
    steps = import_module("guanggu.apps.approvals.views.steps")
    with clock.fixed_at(datetime(2026, 6, 1, 2, 0, tzinfo=UTC)):
        firm, person = a_firm_agent(FIRM), a_person()
        for item in items:
            answer = actions.apply(platform("test"), item=item.key, form={}, without_papers=True)
            case = Case.objects.get(number=answer["number"])
            assert case.organisation_code == item.organisation.code
            actor = person if item.subjects == ["person"] else firm
            draft = actions.start_draft(actor, item=item.key)["draft"]
            client = sign_in(actor)
            for step in steps.steps_of({"form_schema": item.form_schema}):
                page = client.get(f"/approvals/apply/{item.key}/{draft}/{step.code}/")
                assert page.status_code == 200, (item.key, step.code)
            actions.discard_draft(actor, draft=draft)
