"""Every requirement of OGC 18-088 that a server is tested for, and the tests that hold it here.

The names are those of the standard below http://www.opengis.net/spec/iot_sensing/1.1/req/.
"""

from __future__ import annotations

from importlib import import_module

import pytest

from guanggu.kernel.observation.sensorthings.public import TYPES
from guanggu.web.sensorthings.service_root import REQUIREMENTS
from guanggu.web.sensorthings.tests.worlds import Service, a_location, a_stream, a_thing

_INSERT = "entities.a_thing_with_all_below_it_is_inserted_at_once"
_FILTERS = "queries.filters_on_records queries.observations_of_a_datastream"
_MULTI = "data.several_results_make_one_observation"
HELD_BY = {
    **{
        f"datamodel/{name}/{part}": f"{_INSERT} requirements.{test}"
        for name in (
            "thing", "location", "historical-location", "datastream", "sensor",
            "observed-property", "observation", "feature-of-interest",
        )
        for part, test in (
            ("properties", "entities_have_their_properties"),
            ("relations", "entities_have_their_relations"),
        )
    },
    "datamodel/entity-control-information/common-control-information":
        "requirements.entities_have_their_properties",
    "resource-path/resource-path-to-entities":
        "entities.properties_have_addresses entities.references_are_links_only "
        "entities.what_is_not_there_is_404",
    "request-data/status-code": "queries.what_cannot_be_read_is_told",
    "request-data/query-status-code": "queries.what_cannot_be_read_is_told",
    "request-data/order": "queries.select_and_expand_shape_the_answer",
    "request-data/expand": "queries.select_and_expand_shape_the_answer",
    "request-data/select": "queries.select_and_expand_shape_the_answer",
    "request-data/orderby": "queries.order_top_skip_and_count queries.observations_of_a_datastream",
    "request-data/top": "queries.order_top_skip_and_count",
    "request-data/skip": "queries.order_top_skip_and_count",
    "request-data/count": "queries.order_top_skip_and_count",
    "request-data/filter": _FILTERS,
    "request-data/built-in-filter-operations": _FILTERS,
    "request-data/built-in-query-functions": _FILTERS,
    "request-data/pagination":
        "queries.pages_go_on_whatever_is_added_in_between "
        "queries.pages_of_all_observations_hold_each_once",
    "create-update-delete/create-entity": "entities.mandatory_properties_and_relations_are_demanded",
    "create-update-delete/link-to-existing-entities": "entities.existing_entities_are_linked",
    "create-update-delete/deep-insert": _INSERT,
    "create-update-delete/deep-insert-status-code": _INSERT,
    "create-update-delete/update-entity": "entities.patch_changes_what_it_names",
    "create-update-delete/update-entity-put": "entities.put_replaces_all",
    "create-update-delete/update-entity-jsonpatch": "entities.a_json_patch_is_applied",
    "create-update-delete/delete-entity":
        "entities.deleting_a_thing_takes_what_belongs_to_it "
        "entities.deleting_a_sensor_takes_its_datastreams",
    "create-update-delete/historical-location-auto-creation":
        "entities.moving_a_thing_writes_its_history",
    "batch-request/batch-request":
        "data.a_multipart_batch_with_a_change_set data.a_change_set_that_fails_leaves_nothing "
        "data.a_json_batch_does_each_and_refers_to_what_was_made",
    "multi-datastream/properties": _MULTI,
    "multi-datastream/relations": _MULTI,
    "multi-datastream/constraints": _MULTI,
    "data-array/data-array":
        "data.create_observations_answers_each_row queries.observations_come_as_a_data_array",
    "create-observations-via-mqtt/observations-creation": "decoding.plain_rows_become_columns",
    "receive-updates-via-mqtt/receive-updates":
        "notices.every_stored_observation_is_told notices.entities_are_told_when_they_change",
}  # fmt: skip
_MODULES = {
    **{n: f"guanggu.web.sensorthings.tests.test_{n}" for n in ("entities", "queries", "data")},
    "requirements": __name__,
    "decoding": "guanggu.kernel.observation.tests.test_sensorthings_decoding",
    "notices": "guanggu.kernel.observation.tests.test_sensorthings_notices",
}


@pytest.mark.parametrize("requirement", HELD_BY)
def test_a_test_holds_each_requirement(requirement: str) -> None:
    for name in HELD_BY[requirement].split():
        module, _, test = name.partition(".")
        assert callable(getattr(import_module(_MODULES[module]), f"test_{test}", None)), name


def test_what_the_root_claims_is_in_the_table() -> None:
    for claimed in REQUIREMENTS:
        assert any(each.startswith(claimed) for each in HELD_BY), claimed


@pytest.fixture
def whole(service: Service) -> Service:
    observation = {"phenomenonTime": "2026-05-01T00:00:00Z", "result": 1}
    stream = a_stream(Observations=[observation])
    service.post("Things", a_thing(Locations=[a_location()], Datastreams=[stream]))
    return service


def test_entities_have_their_properties(whole: Service) -> None:
    for kind in TYPES.values():
        for each in whole.get(kind.plural)["value"]:
            assert whole.get(each["@iot.selfLink"])["@iot.id"] == each["@iot.id"]
            named = {prop.name for prop in kind.properties if prop.required}
            assert named <= each.keys(), kind.name


def test_entities_have_their_relations(whole: Service) -> None:
    for kind in TYPES.values():
        for each in whole.get(kind.plural)["value"]:
            for way in kind.navigation:
                link = each.get(f"{way.name}@iot.navigationLink")
                if link is None:
                    assert way.target == "MultiDatastream"
                    continue
                found = whole.get(link)
                assert ("value" in found) == way.many, link
                back = TYPES[way.target].way(way.inverse)
                assert back is not None
                for other in found["value"] if way.many else [found]:
                    there = whole.get(other[f"{back.name}@iot.navigationLink"])
                    ids = [e["@iot.id"] for e in (there["value"] if back.many else [there])]
                    assert each["@iot.id"] in ids
