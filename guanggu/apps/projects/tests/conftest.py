"""Fixtures of the projects' tests: a day, the bodies, their people, and one project on its way."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
import shapely
from django.db import transaction

from guanggu.apps.projects.actions.laying import lay_rules
from guanggu.apps.projects.models import InvestmentPlan, Milestone, Project
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import a_firm_agent, an_official, an_organisation
from guanggu.kernel.register.public import save_record

MORNING = datetime(2026, 6, 10, 9, tzinfo=clock.DISTRICT_ZONE)
FIRM = "91350100M000100Y43"
PARCEL = shapely.box(114.40, 30.45, 114.41, 30.46)


def saved(row):
    with transaction.atomic():
        save_record(platform("tests"), row, "projects.created")
    return row


@pytest.fixture
def june():
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def bodies(db, june):
    return SimpleNamespace(
        lead=an_organisation("光谷光电子信息产业园", "park", code="park-optics"),
        checker=an_organisation("发展和改革局", code="fgj"),
        other=an_organisation("教育局", code="jyj"),
    )


@pytest.fixture
def people(bodies):
    return SimpleNamespace(
        owner=a_firm_agent(FIRM),
        stranger=a_firm_agent("914403001922038216", "别家公司"),
        lead=an_official(bodies.lead, ["projects"], "园区专管员"),
        lead_two=an_official(bodies.lead, ["projects"], "园区专管员乙"),
        head=an_official(bodies.checker, ["sign", "head"], "发改局长"),
        checker=an_official(bodies.checker, ["projects"], "督查员"),
        other=an_official(bodies.other, ["projects"], "教育局专管员"),
        bystander=an_official(bodies.other, ["draft"], "文秘"),
    )


@pytest.fixture
def project(bodies):
    """Under construction since January; 100 a month planned; topping out due on 1 July."""
    lay_rules(platform("tests"))
    row = saved(
        Project(
            key="XM-1", code="2512-420118-04-01-123456", name="光模块基地", name_en="Optical modules",
            stage="construction", industry="C3963", owner=f"legal_entities/{FIRM}",
            owner_name="测试企业有限公司", lead=bodies.lead, checker=bodies.checker,
            investment=Decimal(5000), starts_on=date(2026, 1, 1), ends_on=date(2027, 6, 1),
            reports_from=date(2026, 5, 1), geometry=PARCEL, source="test",
        )
    )  # fmt: skip
    for kind, planned, actual in (
        ("approval", date(2025, 10, 1), date(2025, 10, 1)),
        ("construction_permit", date(2025, 12, 1), date(2025, 12, 5)),
        ("start", date(2026, 1, 1), date(2026, 1, 3)),
        ("topping_out", date(2026, 7, 1), None),
        ("completion", date(2027, 6, 1), None),
    ):
        saved(Milestone(key=f"XM-1-{kind}", project=row, kind=kind, planned_on=planned,
                        actual_on=actual, weight=20, source="test"))  # fmt: skip
    for month in range(1, 13):
        saved(InvestmentPlan(key=f"XM-1-T{month}", project=row, month=date(2026, month, 1),
                             amount=Decimal(100), source="test"))  # fmt: skip
    return row
