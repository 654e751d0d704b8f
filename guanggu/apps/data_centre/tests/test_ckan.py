"""The CKAN interface, as ``ckanapi`` uses it against a running server."""

from __future__ import annotations

from typing import Any

import pytest
from ckanapi import CKANAPIError, NotFound, RemoteCKAN, ValidationError
from django.test import Client

from guanggu.apps.data_centre.models import Resource
from guanggu.kernel.journal.public import Event

from .people import NAMES, TABLE, a_town, change

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(transactional_db: None, the_lake: Any) -> str:
    """The key of the table, opened to the public."""
    town = a_town()
    row = change(
        town.keeper,
        TABLE,
        sharing="unconditional",
        is_open=True,
        name="查询目录",
        keywords="查询 目录",
    )
    the_lake.take_in()
    return row.key


def test_a_client_of_ckan_finds_and_reads_open_data(key: str, live_server: Any) -> None:
    with RemoteCKAN(live_server.url, user_agent="test") as ckan:
        assert ckan.action.status_show()["extensions"] == ["datastore"]
        names = ckan.action.package_list()
        assert key in names
        assert len(names) == Resource.objects.filter(is_open=True).count()
        package = ckan.action.package_show(id=key)
        assert (package["title"], package["num_resources"], package["private"]) == (
            "查询目录",
            4,
            False,
        )
        found = ckan.action.package_search(q="查询目录", rows=5)
        assert [each["name"] for each in found["results"]] == [key]
        code = package["organization"]["name"]
        assert code in ckan.action.organization_list()
        told = ckan.action.organization_show(id=code, include_datasets=True)
        assert [each["name"] for each in told["packages"]] == [key]
        by_body = ckan.action.package_search(fq=f"organization:{code}")
        assert by_body["count"] == 1
        assert ckan.action.group_show(id=package["groups"][0]["name"])["package_count"] >= 1
        assert "查询" in ckan.action.tag_list()
        assert ckan.action.resource_show(id=f"{key}.csv")["format"] == "CSV"
        assert len(ckan.action.current_package_list_with_resources()) == len(names)


def test_rows_come_by_filter_text_order_and_page_and_never_with_a_person(
    key: str, live_server: Any
) -> None:
    with RemoteCKAN(live_server.url) as ckan:
        whole = ckan.action.datastore_search(resource_id=key)
        assert (whole["total"], len(whole["records"])) == (3, 3)
        assert "owner_name" not in {field["id"] for field in whole["fields"]}
        assert not any(name in str(whole) for name in NAMES)
        page = ckan.action.datastore_search(
            resource_id=f"{key}.csv", fields=["name"], sort="name desc", limit=1, offset=1
        )
        assert (page["records"], page["total"]) == ([{"name": "查询1"}], 3)
        one = ckan.action.datastore_search(resource_id=key, filters={"name": ["查询2"]})
        assert [row["name"] for row in one["records"]] == ["查询2"]
        assert ckan.action.datastore_search(resource_id=key, q="询0")["total"] == 1
        beyond = ckan.action.datastore_search(resource_id=key, offset=50)
        assert (beyond["records"], beyond["total"]) == ([], 3)
        assert ckan.action.datastore_info(id=key)["fields"]
    ways = {e.body["way"] for e in Event.objects.filter(kind="data_centre.used")}
    assert ways == {"interface"}


def test_faults_are_told_as_ckan_tells_them(key: str, live_server: Any) -> None:
    closed = Resource.objects.filter(is_open=False).exclude(table="").first()
    assert closed is not None
    with RemoteCKAN(live_server.url) as ckan:
        for call, asked in (
            (ckan.action.package_show, {"id": closed.key}),
            (ckan.action.datastore_search, {"resource_id": closed.key}),
            (ckan.action.resource_show, {"id": f"{key}.exe"}),
        ):
            with pytest.raises(NotFound):
                call(**asked)
        for asked in (
            {"resource_id": key, "sort": "owner_name"}, {"resource_id": key, "fields": ["owner_name"]},
            {"resource_id": key, "filters": {"owner_name": "张三丰"}}, {"resource_id": key, "limit": "-1"}, {},
        ):  # fmt: skip
            with pytest.raises(ValidationError):
                ckan.action.datastore_search(**asked)
        with pytest.raises(CKANAPIError):
            ckan.action.package_create(name="x")
    sent = Client(enforce_csrf_checks=True).post(
        "/api/3/action/package_list", data="[1]", content_type="application/json"
    )
    assert (sent.status_code, sent.json()["success"]) == (400, False)
