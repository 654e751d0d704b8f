"""One of everything of the data centre: a resource, an open one, a grant, a query, a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from guanggu.apps.data_centre.models import DataGrant, QualityRule, Resource, SavedQuery
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.register.public import Record, import_rows, save_record

from .data_routes import COLLECTIONS

if TYPE_CHECKING:
    from .world import World


def add_data_centre(world: World) -> None:
    body, today = world.house.organisation, clock.today()
    closed = _resource(
        "302-1", "302001/000901", sharing="conditional", sharing_condition="履职需要"
    )
    opened = _resource("302-2", "302001/000902", sharing="unconditional", is_open=True)
    grant = DataGrant(
        key="GX-1", resource=closed, organisation=body, applicant=world.actors["data"].account,
        applicant_name="申请人", purpose="statistics", reason="统计", from_on=today, until_on=today,
        source="test",
    )  # fmt: skip
    query = SavedQuery(
        key="Q-1", name="查询", sql="SELECT 1 AS a", owner=world.actors["data"].account,
        owner_name="所有者", organisation=body, is_shared=True, source="test",
    )  # fmt: skip
    rule = QualityRule(
        key="QR-1", resource=closed, name="必填", kind="completeness", column="a", source="test"
    )
    for row in (grant, query, rule):
        _save(row)
    world.keys |= {
        "data_resources": closed.key, "open_resource": opened.key, "data_grants": grant.key,
        "data_queries": query.key, "quality_rules": rule.key, "dcat": "ttl",
        "ckan_action": "package_list",
    }  # fmt: skip
    for collection in COLLECTIONS:
        if collection.writers is not None:
            run = import_rows(
                world.actors["elsewhere"], key=f"w-{collection.name}", collection=collection.name,
                rows=[(2, {"name": ""})],
            )  # fmt: skip
            world.keys |= {f"{collection.name}-run": str(run.pk),
                           f"{collection.name}-row": str(run.rows.first().pk)}  # fmt: skip


def _resource(key: str, code: str, **values: object) -> Resource:
    row = Resource(
        key=key, code=code, name=f"资源{key}", summary="摘要", category="302",
        items=[{"name": "a", "title": "甲", "type": "C", "mask": "", "is_open": True}],
        source="test", **values,
    )  # fmt: skip
    _save(row)
    return row


def _save(row: Record) -> None:
    with transaction.atomic():
        save_record(platform("test"), row, "data_centre.created")
