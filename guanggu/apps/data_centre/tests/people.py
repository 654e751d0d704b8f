"""A provider, its keeper of data, a department that asks, and a table with names in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from guanggu.apps.data_centre.actions.describing import describe_lake
from guanggu.apps.data_centre.actions.querying import save_query
from guanggu.apps.data_centre.actions.requesting import answer_request, request_resource
from guanggu.apps.data_centre.models import DataGrant, Resource, SavedQuery
from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.kernel.case.public import Task
from guanggu.kernel.identity.models import Organisation
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.register.public import change_record

# The app's own register of queries serves as the table with personal columns: owner_name.
TABLE = "data_centre_data_queries"
NAMES = ("张三丰", "欧阳修", "李白")


@dataclass
class Town:
    provider: Organisation
    asking: Organisation
    keeper: Actor
    asker: Actor

    @property
    def resource(self) -> Resource:
        return Resource.objects.get(table=TABLE)


def a_town() -> Town:
    """The catalogue described, the table the provider's and shared on condition."""
    provider, asking = an_organisation("大数据局"), an_organisation("统计局")
    town = Town(
        provider, asking, an_official(provider, ("data",), "钱管理"),
        an_official(asking, ("draft",), "孙统计"),
    )  # fmt: skip
    for number, name in enumerate(NAMES):
        save_query(an_official(provider, (), name), name=f"查询{number}", sql="SELECT 1 AS a")
    describe_lake(platform("data_centre"))
    change(town.keeper, TABLE, provider=provider.code)
    return town


def change(keeper: Actor, table: str, /, **values: Any) -> Resource:
    """Change a resource by the register's own action, as its keeper does on the page."""
    row = Resource.objects.get(table=table)
    change_record(
        keeper, collection="data_resources", record=row.key, version=row.version, values=values
    )
    return Resource.objects.get(table=table)


def ask(town: Town, **changes: Any) -> DataGrant:
    today = clock.today()
    values: dict[str, Any] = {
        "purpose": "verification", "reason": "统计法第十一条，核对查询用途", "columns": [], "cleared": [],
        "from_on": today.isoformat(), "until_on": (today + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    told = request_resource(town.asker, resource=town.resource.key, **{**values, **changes})
    return DataGrant.objects.get(key=told["grant"])


def answer(town: Town, grant: DataGrant, outcome: str, **data: Any) -> DataGrant:
    task = Task.objects.get(case__number=grant.case_number, state="open")
    answer_request(town.keeper, task=task.pk, outcome=outcome, data=data)
    return DataGrant.objects.get(pk=grant.pk)


def names_held() -> list[str]:
    return list(SavedQuery.objects.order_by("pk").values_list("owner_name", flat=True))
