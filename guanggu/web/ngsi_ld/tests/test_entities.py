"""Entities, types and the past by NGSI-LD (ETSI GS CIM 009 clause 5.7, 6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guanggu.kernel.observation.ngsi_ld.public import MODELS, read_geo, read_q
from guanggu.kernel.observation.public import Batch, Datastream, Mark, Thing, observations
from guanggu.web.ngsi_ld.tests.town import HOUR, START

ROOT = "/ngsi-ld/v1"
AIR = "urn:ngsi-ld:AirQualityObserved:AIR-1"


def ask(client: Any, path: str, **headers: str) -> Any:
    return client.get(f"{ROOT}/{path}", headers=headers)


def test_an_entity_is_as_the_model_wants_it(client: Any, town: dict[str, int]) -> None:
    answer = ask(client, f"entities/{AIR}")
    found = answer.json()
    assert answer["Content-Type"] == "application/json"
    assert 'rel="http://www.w3.org/ns/json-ld#context"' in answer["Link"]
    assert (found["id"], found["type"]) == (AIR, "AirQualityObserved")
    assert found["pm25"] == {
        "type": "Property", "value": 14.0, "observedAt": "2026-05-01T04:00:00.000Z", "unitCode": "GQ",
    }  # fmt: skip
    assert found["location"] == {
        "type": "GeoProperty", "value": {"type": "Point", "coordinates": [114.4, 30.5]},
    }  # fmt: skip
    assert found["dateObserved"]["value"] == {
        "@type": "DateTime", "@value": "2026-05-01T04:00:00.000Z",
    }  # fmt: skip
    linked = ask(client, f"entities/{AIR}", accept="application/ld+json")
    assert linked["Content-Type"] == "application/ld+json"
    assert linked.json()["@context"][0].endswith("/ngsi-ld/context.jsonld")
    terms = client.get("/ngsi-ld/context.jsonld").json()["@context"]
    assert terms["pm25"] == "https://smartdatamodels.org/dataModel.Environment/pm25"


def test_every_model_has_what_it_cannot_be_without(client: Any, town: dict[str, int]) -> None:
    for name, model in MODELS.items():
        found = ask(client, f"entities?type={name}").json()
        assert found, name
        for each in found:
            assert set(model.required) <= each.keys()
            assert each["location"]["type"] == "GeoProperty"
            assert each["id"].startswith(f"urn:ngsi-ld:{name}:")
            told = [a for a in each.values() if isinstance(a, dict) and a["type"] == "Property"]
            assert all("value" in a for a in told)
    noise = ask(client, "entities?type=NoiseLevelObserved").json()[0]
    assert noise["dateObservedTo"]["value"]["@value"] == "2026-05-01T05:00:00.000Z"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=AirQualityObserved", ["AIR-1", "AIR-2"]),
        ("type=https://smartdatamodels.org/dataModel.Environment/AirQualityObserved", ["AIR-1", "AIR-2"]),
        ("type=AirQualityObserved,NoiseLevelObserved", ["AIR-1", "AIR-2", "NOISE-1"]),
        (f"id={AIR}", ["AIR-1"]),
        ("idPattern=AIR-[2-9]", ["AIR-2"]),
        ("attrs=no2", ["AIR-1"]),
        ("q=pm25>20", ["AIR-2"]),
        ("q=pm25<=24", ["AIR-1", "AIR-2"]),
        ("q=pm25==14;no2<10", ["AIR-1"]),
        ("q=pm25>20|LAeq>1", ["AIR-2", "NOISE-1"]),
        ("q=(pm25>20|LAeq>1);name!=\"NOISE-1\"", ["AIR-2"]),
        ("q=pm25==10..15", ["AIR-1"]),
        ("q=pm25==14,24", ["AIR-1", "AIR-2"]),
        ("q=name~=\"AIR.*\"", ["AIR-1", "AIR-2"]),
        ("q=no2", ["AIR-1"]),
        ("q=pm25.observedAt>=2026-05-01T04:00:00Z", ["AIR-1", "AIR-2"]),
        ("georel=near;maxDistance==2000&geometry=Point&coordinates=[114.4,30.5]", ["AIR-1", "NOISE-1"]),
        ("georel=near;minDistance==9000&geometry=Point&coordinates=[114.4,30.5]", ["AIR-2"]),
        ("georel=within&geometry=Polygon&coordinates=[[[114.44,30],[114.46,30],[114.46,31],[114.44,31],[114.44,30]]]", ["LAKE-1"]),
    ],
)  # fmt: skip
def test_entities_are_chosen(
    client: Any, town: dict[str, int], query: str, expected: list[str]
) -> None:
    found = ask(client, f"entities?{query}")
    assert found.status_code == 200, found.content
    assert [each["id"].rpartition(":")[2] for each in found.json()] == expected


def test_pages_count_and_shapes(client: Any, town: dict[str, int]) -> None:
    answer = ask(client, "entities?type=AirQualityObserved&limit=1&count=true")
    assert answer["NGSILD-Results-Count"] == "2"
    assert 'offset=1>; rel="next"' in answer["Link"]
    plain = ask(client, "entities?type=AirQualityObserved&options=keyValues&attrs=pm25").json()
    assert plain[0] == {"id": AIR, "type": "AirQualityObserved", "pm25": 14.0}


def test_types_and_attributes_that_there_are(client: Any, town: dict[str, int]) -> None:
    types = ask(client, "types").json()["typeList"]
    assert types == ["AirQualityObserved", "NoiseLevelObserved", "WaterQualityObserved"]
    one = ask(client, "types/AirQualityObserved").json()
    assert one["entityCount"] == 2
    assert [a["attributeName"] for a in one["attributeDetails"]] == ["no2", "pm25"]
    assert "totalPhosphorus" in ask(client, "attributes").json()["attributeList"]


def test_the_past_of_an_entity(client: Any, town: dict[str, int]) -> None:
    query = "timerel=between&timeAt=2026-05-01T01:00:00Z&endTimeAt=2026-05-01T03:00:00Z"
    found = ask(client, f"temporal/entities/{AIR}?attrs=pm25&{query}").json()
    assert [each["value"] for each in found["pm25"]] == [11.0, 12.0]
    assert "no2" not in found
    listed = ask(
        client, f"temporal/entities?type=AirQualityObserved&options=temporalValues&{query}"
    )
    assert listed.json()[1]["pm25"]["values"][0] == [21.0, "2026-05-01T01:00:00.000Z"]
    last = ask(client, f"temporal/entities/{AIR}?lastN=2&attrs=pm25").json()
    assert [each["value"] for each in last["pm25"]] == [13.0, 14.0]
    assert ask(client, "temporal/entities?type=AirQualityObserved").status_code == 400
    assert ask(client, f"temporal/entities?type=X&{query}&timeAt=x").status_code == 400


def test_too_much_past_is_told_to_be_cut(client: Any, town: dict[str, int]) -> None:
    stream = town["AIR-1 a34004"]
    times = [START + HOUR * n for n in range(10, 1200)]
    observations().append(Batch.of([stream] * len(times), times, [1.0] * len(times)))
    answer = ask(client, f"temporal/entities/{AIR}?attrs=pm25")
    assert (answer.status_code, len(answer.json()["pm25"])) == (206, 1000)
    assert answer["Content-Range"].startswith("date-time ")


def test_marks_are_told_and_what_is_not_public_is_not(client: Any, town: dict[str, int]) -> None:
    stream = town["AIR-1 a34004"]
    observations().append(Batch.of([stream], [START + 9 * HOUR], [999.0], int(Mark.SPIKE)))
    assert ask(client, f"entities/{AIR}").json()["pm25"]["quality"]["value"] == "SPIKE"
    Datastream.objects.filter(pk=stream).update(is_public=False)
    assert "pm25" not in ask(client, f"entities/{AIR}").json()
    Thing.objects.filter(key="AIR-1").update(is_public=False)
    assert ask(client, f"entities/{AIR}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["entities", "entities?type=AirQualityObserved&limit=x", "entities?q=pm25>", "entities?q=((((",
     "entities?georel=near&geometry=Point&coordinates=[1,2]", "entities?q=pm25~=\"(\"",
     "entities?georel=inside&geometry=Point&coordinates=[1,2]", "entities?idPattern=(",
     "entities?georel=within&geometry=Point&coordinates=x"],
)  # fmt: skip
def test_what_cannot_be_read_is_bad_request_data(
    client: Any, town: dict[str, int], path: str
) -> None:
    answer = ask(client, path)
    assert answer.status_code == 400
    assert answer.json()["type"] == "https://uri.etsi.org/ngsi-ld/errors/BadRequestData"


def test_entities_are_read_only(client: Any, town: dict[str, int]) -> None:
    for path, status in [("entities", 405), ("nothing", 404), ("subscriptions", 401)]:
        answer = client.post(f"{ROOT}/{path}", json.dumps({}), content_type="application/json")
        assert answer.status_code == status
    assert ask(client, "entities/urn:ngsi-ld:AirQualityObserved:NO").status_code == 404


def test_distances_are_metres_on_the_ground() -> None:
    from shapely import Point

    query = read_geo("near;maxDistance==957", "Point", [114.4, 30.5])
    assert query.holds(Point(114.4099, 30.5))
    assert not query.holds(Point(114.4101, 30.5))
    assert read_q("a>1")({"a": {"type": "Property", "value": 2}})
