"""The data centre of the sample: the catalogue, what is open, a grant, a request, two queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from guanggu.apps.data_centre.actions.describing import describe_lake
from guanggu.apps.data_centre.actions.querying import save_query
from guanggu.apps.data_centre.actions.requesting import answer_request, request_resource
from guanggu.apps.data_centre.models import Resource
from guanggu.apps.data_centre.register.shipped import take_in_shipped
from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.kernel.case.public import Task
from guanggu.kernel.identity.public import Appointment, actor_for
from guanggu.kernel.register.public import change_record

ACTOR = platform("sample")
# (table, keeper): what the sample's departments have opened to everybody.
OPENED = (
    ("environment_monitoring_stations", "hsj-data"),
    ("lakes_lakes", "hsj-data"),
    ("powers_service_items", "zwb-data"),
    ("portal_counters", "zwb-data"),
)
_ENTITIES, _CASES = "legal_entities_legal_entities", "case_cases"
QUERIES: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("tjj-data", "statistics", "各类法人单位数量",
     f"SELECT kind, count(*) AS n\nFROM {_ENTITIES}\nGROUP BY kind\nORDER BY n DESC", "kind", "n"),
    ("zwb-data", "", "各部门办件量与按期办结数",
     "SELECT organisation_name, count(*) AS n,\n  count(*) FILTER (WHERE state = 'closed') AS closed\n"
     f"FROM {_CASES}\nGROUP BY 1\nORDER BY n DESC\nLIMIT 15", "organisation_name", "n"),
)  # fmt: skip


def lay_catalogue(progress: Callable[[int, int], None]) -> int:
    """Answers how many resources there are."""
    describe_lake(ACTOR, is_sample=True)
    take_in_shipped(ACTOR)
    for table, keeper in OPENED:
        _open(_official(keeper), table)
    _share()
    for username, purpose, name, sql, x, y in QUERIES:
        save_query(
            _official(username), name=name, sql=sql, purpose=purpose, is_shared=True, is_sample=True,
            chart={"kind": "bars", "x": x, "y": y},
        )  # fmt: skip
    return Resource.objects.count()


def _official(username: str) -> Actor:
    held = Appointment.objects.select_related("account").get(account__username=username)
    return actor_for(held.account, post=held.post_id)


def _open(keeper: Actor, table: str) -> None:
    row = Resource.objects.get(table=table)
    if row.is_open:
        return
    change_record(
        keeper, collection="data_resources", record=row.key, version=row.version,
        values={"sharing": "unconditional", "is_open": True, "open_condition": "可自由使用，注明来源"},
    )  # fmt: skip


def _share() -> None:
    """A grant in force, and a request that waits for its answer."""
    statistics = _official("tjj-data")
    told = _request(
        statistics, _ENTITIES, "statistics", "统计法第十一条，法人单位名录核对与增长分析", 180
    )
    if told:
        task = Task.objects.get(case__number=told["case"], state="open")
        answer_request(
            _official("scj-data"), task=task.pk, outcome="grant",
            data={"opinion": "同意用于统计分析，个人信息不提供。"},
        )  # fmt: skip
    _request(
        _official("fgj-data"),
        _CASES,
        "verification",
        "优化营商环境条例第三十五条，办件时限核验",
        90,
    )


def _request(
    actor: Actor, table: str, purpose: str, reason: str, days: int
) -> dict[str, Any] | None:
    row = Resource.objects.get(table=table)
    if row.sharing != "conditional" or row.provider is None:
        return None
    today = clock.today()
    told: dict[str, Any] = request_resource(
        actor, resource=row.key, purpose=purpose, reason=reason, from_on=today.isoformat(),
        until_on=(today + timedelta(days=days)).isoformat(), columns=[], cleared=[],
    )  # fmt: skip
    return told
