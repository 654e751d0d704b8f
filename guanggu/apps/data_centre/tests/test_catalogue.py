"""The catalogue: it follows the lake, is found in Chinese, and is read as DCAT by others."""

from __future__ import annotations

import json

import pytest
import rdflib
from django.test import Client
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, RDF

from guanggu.apps.data_centre.actions.describing import describe_lake, set_items
from guanggu.apps.data_centre.models import Resource
from guanggu.apps.data_centre.queries.resources import catalogue, metadata_of, narrowed, use_by
from guanggu.apps.data_centre.queries.scopes import CHANGE_RESOURCES
from guanggu.base.actor import VISITOR, platform
from guanggu.base.errors import Invalid, Missing
from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.lake.public import declared_tables, lake
from guanggu.standards.gb_t_21063 import errors_of

from .people import TABLE, Town, change

pytestmark = pytest.mark.django_db


def test_every_table_of_the_lake_is_described_completely(lake_town: Town) -> None:
    held = {row.table: row for row in Resource.objects.exclude(table="")}
    assert held.keys() == {table.name for table in declared_tables()}
    for row in held.values():
        lacking = errors_of(metadata_of(row)).keys()
        assert lacking <= {"provider", "provider_code"}, row.table
    for table in lake().tables():
        named = {item["name"] for item in held[table.name].items}
        assert named == {column.name for column in table.columns}, table.name
        marked = {item["name"] for item in held[table.name].items if item["mask"]}
        assert set(table.personal) <= marked


def test_describing_again_changes_nothing(town: Town) -> None:
    assert describe_lake(platform("data_centre")) == {"made": 0, "changed": 0}
    row = town.resource
    row.items = [item for item in row.items if item["name"] != "sql"]
    Resource.objects.filter(pk=row.pk).update(items=row.items)
    assert describe_lake(platform("data_centre"))["changed"] == 1
    assert any(item["name"] == "sql" for item in town.resource.items)


def test_history_events_and_what_is_kept_inside_is_not_shared(town: Town) -> None:
    closed = Resource.objects.filter(
        table__in=["journal_events", f"{TABLE}_history", "document_files"]
    )
    assert set(closed.values_list("sharing", "is_open")) == {("none", False)}
    assert all(row.basis for row in closed)
    openly = Resource.objects.filter(is_open=True)
    assert not any(item["mask"] for row in openly for item in row.items if item["is_open"])


def test_it_is_found_by_words_of_chinese(town: Town) -> None:
    change(town.keeper, TABLE, name="查询语句目录", keywords="工作台 语句")
    rows = catalogue(town.asker)
    assert TABLE in narrowed(town.asker, rows, text="语句目录").values_list("table", flat=True)
    assert TABLE in narrowed(town.asker, rows, text=TABLE).values_list("table", flat=True)
    assert not narrowed(town.asker, rows, text="没有这种东西").exists()
    assert TABLE not in catalogue(VISITOR).values_list("table", flat=True)


def test_a_keeper_sets_the_items_of_his_own_and_nothing_personal_is_open(town: Town) -> None:
    row = town.resource
    set_items(
        town.keeper, resource=row.key, version=row.version, items={"sql": {"is_shared": False}}
    )
    row = town.resource
    assert next(i for i in row.items if i["name"] == "sql")["is_shared"] is False
    with pytest.raises(Invalid):
        set_items(
            town.keeper,
            resource=row.key,
            version=row.version,
            items={"owner_name": {"is_open": True}},
        )
    with pytest.raises(Invalid):  # its register marks it personal, whatever the keeper thinks
        set_items(
            town.keeper, resource=row.key, version=row.version, items={"owner_name": {"mask": ""}}
        )
    with pytest.raises(Invalid):  # another's table is not described as one's own
        change(town.keeper, TABLE, table="case_cases")
    with pytest.raises(Missing):
        set_items(town.asker, resource=row.key, version=row.version, items={})
    with pytest.raises(Invalid):
        change(town.keeper, TABLE, sharing="conditional", sharing_condition="")


@pytest.mark.parametrize("kind", ["jsonld", "ttl"])
def test_others_read_the_catalogue_as_dcat(town: Town, kind: str) -> None:
    change(town.keeper, TABLE, sharing="unconditional", is_open=True, name='带"引号"的名称')
    answer = Client().get(f"/data/catalog.{kind}")
    graph = rdflib.Graph().parse(
        data=answer.content.decode(), format="json-ld" if kind == "jsonld" else "turtle"
    )
    sets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(sets) == Resource.objects.filter(is_open=True).count()
    titles = {str(title) for node in sets for title in graph.objects(node, DCTERMS.title)}
    assert '带"引号"的名称' in titles
    assert all(len(list(graph.objects(node, DCAT.distribution))) == 4 for node in sets)
    other = (
        Client().get(f"/data/catalog.{'ttl' if kind == 'jsonld' else 'jsonld'}").content.decode()
    )
    same = rdflib.Graph().parse(data=other, format="turtle" if kind == "jsonld" else "json-ld")
    assert isomorphic(graph, same)


def test_officials_get_the_whole_catalogue(town: Town) -> None:
    told = json.loads(sign_in(town.asker).get("/data/catalog.jsonld").content)
    sets = [node for node in told["@graph"] if node["@type"] == "dcat:Dataset"]
    assert len(sets) == Resource.objects.count()
    assert Client().get("/data/catalog.xml").status_code == 404


def test_what_has_no_provider_is_kept_but_not_read_by_any_keeper(town: Town) -> None:
    row = Resource.objects.get(table="case_cases")
    assert row.provider is None
    assert not use_by(town.keeper, row, "verification").is_allowed
    assert CHANGE_RESOURCES.is_possible(town.keeper)
