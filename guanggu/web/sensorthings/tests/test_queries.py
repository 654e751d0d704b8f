"""The query language on records and on observations (18-088 clause 9.3)."""

from __future__ import annotations

from typing import Any

import pytest

from guanggu.kernel.observation.public import Batch, Datastream, Mark, Thing, observations
from guanggu.kernel.observation.sensorthings.gates import forget_gates
from guanggu.kernel.observation.testing import at
from guanggu.web.sensorthings.tests.worlds import Service, a_location, a_service, a_stream, a_thing

HOUR = 3_600_000_000
START = at("2026-05-01 08:00")  # 2026-05-01T00:00:00Z


def lay_town() -> Service:
    """Five things in a row eastwards, each with a datastream of ten hourly values."""
    service = a_service()
    for number in range(5):
        place = {"type": "Point", "coordinates": [114.0 + number / 10, 30.5]}
        stream = a_stream(f"PM2.5 of {number}", properties={"rank": number})
        thing = a_thing(
            f"station {number}", Locations=[a_location(f"place {number}", place)],
            Datastreams=[stream], properties={"floor": number, "wing": "east" if number % 2 else "west"},
        )  # fmt: skip
        service.post("Things", thing)
    for stream_ in Datastream.objects.order_by("pk"):
        rank = stream_.properties["rank"]
        rows = [(stream_.pk, START + n * HOUR, float(10 * rank + n)) for n in range(10)]
        streams, times, results = zip(*rows, strict=True)
        observations().append(Batch.of(streams, times, results))
    return service


@pytest.fixture(scope="module")
def laid_town(lay_once: Any) -> Any:
    return lay_once(lay_town)


@pytest.fixture
def town(laid_town: Any, db: Any, settings: Any) -> Service:
    forget_gates()
    return laid_town.show_to(settings)


def numbers(names: list[str]) -> str:
    return "".join(name[-1] for name in names)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("name eq 'station 3'", "3"),
        ("'station 3' eq name", "3"),
        ("name ne 'station 3'", "0124"),
        ("not (name eq 'station 3')", "0124"),
        ("name gt 'station 2'", "34"),
        ("name le 'station 1' or name eq 'station 4'", "014"),
        ("startswith(name,'station') and endswith(name,'2')", "2"),
        ("startswith(name,'STATION')", ""),
        ("substringof('ion 1',name)", "1"),
        ("contains(name,'ion 1')", "1"),
        ("length(name) eq 9", "01234"),
        ("indexof(name,'4') eq 8", "4"),
        ("substring(name,8) eq '4'", "4"),
        ("substring(name,0,7) eq 'station'", "01234"),
        ("tolower(name) eq 'station 0'", "0"),
        ("toupper(name) eq 'STATION 0'", "0"),
        ("trim(concat(name,' ')) eq 'station 1'", "1"),
        ("properties/floor eq 3", "3"),
        ("properties/floor gt 2", "34"),
        ("properties/floor mul 2 add 1 eq 5", "2"),
        ("properties/floor div 2 eq 1", "23"),
        ("properties/floor mod 2 eq 1", "13"),
        ("properties/floor sub 1 lt 0", "0"),
        ("-properties/floor lt -3", "4"),
        ("properties/wing eq 'east'", "13"),
        ("properties/nothing eq null", "01234"),
        ("properties/nothing gt 1", ""),
        ("round(properties/floor div 2.0) eq 2", "34"),
        ("floor(properties/floor div 2.0) eq 1", "23"),
        ("ceiling(properties/floor div 2.0) eq 1", "12"),
        ("Locations/name eq 'place 2'", "2"),
        ("Datastreams/ObservedProperty/name eq 'PM2.5'", "01234"),
        ("Datastreams/properties/rank ge 3", "34"),
        ("st_within(Locations/location, geography'POLYGON((113.9 30,114.15 30,114.15 31,113.9 31,113.9 30))')", "01"),
        ("st_equals(Locations/location, geography'POINT(114.2 30.5)')", "2"),
        ("geo.distance(Locations/location, geography'POINT(114.4 30.5)') lt 0.15", "34"),
        ("geo.intersects(Locations/location, geography'LINESTRING(114 30.5,114.1 30.5)')", "01"),
        ("st_disjoint(Locations/location, geography'POINT(114.2 30.5)')", "0134"),
        ("HistoricalLocations/time gt 2020-01-01T00:00:00Z", "01234"),
        ("year(HistoricalLocations/time) lt 2020", ""),
    ],
)  # fmt: skip
def test_filters_on_records(town: Service, condition: str, expected: str) -> None:
    assert numbers(town.names(f"Things?$filter={condition}&$orderby=name")) == expected


def test_ids_and_functions_of_time_filter_too(town: Service) -> None:
    first = Thing.objects.order_by("pk").first()
    assert first is not None
    assert numbers(town.names(f"Things?$filter=id eq {first.pk}")) == "0"
    assert numbers(town.names(f"Things?$filter=@iot.id gt {first.pk}&$orderby=id desc")) == "4321"
    found = town.get("HistoricalLocations?$filter=time le now() add duration'PT1H'&$count=true")
    assert found["@iot.count"] == 5


def test_order_top_skip_and_count(town: Service) -> None:
    page = town.get("Things?$orderby=name desc&$top=2&$skip=1&$count=true")
    assert numbers([each["name"] for each in page["value"]]) == "32"
    assert page["@iot.count"] == 5
    assert town.get("Things?$top=0&$count=true") == {"@iot.count": 5, "value": []}
    by_other = town.names("Datastreams?$orderby=Thing/name desc")
    assert numbers(by_other) == "43210"


def test_pages_go_on_whatever_is_added_in_between(town: Service) -> None:
    page = town.get("Things?$orderby=description,name desc&$top=2")
    names = [each["name"] for each in page["value"]]
    town.post("Things", a_thing("station 9"))
    while "@iot.nextLink" in page:
        page = town.get(page["@iot.nextLink"])
        names += [each["name"] for each in page["value"]]
    assert numbers(names) == "43210"
    assert town.send("GET", "Things?$skiptoken=junk").status_code == 400


def test_select_and_expand_shape_the_answer(town: Service) -> None:
    found = town.get(
        "Things?$select=name,id&$top=2&$orderby=id&$expand=Datastreams($select=name;"
        "$expand=Observations($top=2;$orderby=phenomenonTime desc;$select=result;$count=true)),"
        "Locations/HistoricalLocations"
    )["value"]
    assert found[1]["name"] == "station 1"
    assert set(found[1]) == {"@iot.id", "name", "Datastreams", "Locations"}
    stream = found[1]["Datastreams"][0]
    assert stream["Observations"] == [{"result": 19.0}, {"result": 18.0}]
    assert stream["Observations@iot.count"] == 10
    assert "$skip=2" in stream["Observations@iot.nextLink"]
    assert len(found[1]["Locations"][0]["HistoricalLocations"]) == 1


def test_the_last_observation_of_every_datastream_comes_at_once(town: Service) -> None:
    found = town.get(
        "Datastreams?$expand=Observations($top=1;$orderby=phenomenonTime desc)&$orderby=id"
    )
    results = [each["Observations"][0]["result"] for each in found["value"]]
    assert results == [9.0, 19.0, 29.0, 39.0, 49.0]


def test_a_datastream_says_from_when_until_when(town: Service) -> None:
    stream = Datastream.objects.order_by("pk").first()
    assert stream is not None
    found = town.get(f"Datastreams({stream.pk})")
    assert found["phenomenonTime"] == "2026-05-01T00:00:00Z/2026-05-01T09:00:00Z"
    assert found["observedArea"]["type"] == "Point"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("$orderby=phenomenonTime", range(10, 20)),
        ("$orderby=phenomenonTime desc", range(19, 9, -1)),
        ("$orderby=id asc", range(10, 20)),
        ("$orderby=result desc", range(19, 9, -1)),
        ("$filter=phenomenonTime ge 2026-05-01T08:00:00Z", [18, 19]),
        ("$filter=phenomenonTime gt 2026-05-01T16:00:00%2B08:00", [19]),
        ("$filter=phenomenonTime lt 2026-05-01T02:00:00Z", [10, 11]),
        ("$filter=phenomenonTime le 2026-05-01T02:00:00Z", [10, 11, 12]),
        ("$filter=phenomenonTime eq 2026-05-01T02:00:00Z", [12]),
        ("$filter=2026-05-01T02:00:00Z eq phenomenonTime", [12]),
        ("$filter=during(phenomenonTime,2026-05-01T02:00:00Z/2026-05-01T03:00:00Z)", [12, 13]),
        ("$filter=result gt 17", [18, 19]),
        ("$filter=result ge 17 and result lt 18.5", [17, 18]),
        ("$filter=result eq 17 or result eq 11", [11, 17]),
        ("$filter=result mod 5 eq 0", [10, 15]),
        ("$filter=hour(phenomenonTime) eq 3", [13]),
        ("$filter=date(phenomenonTime) eq 2026-05-01 and minute(phenomenonTime) eq 0 and result lt 11", [10]),
        ("$filter=resultTime lt 2026-05-01T01:00:00Z", [10]),
        ("$filter=Datastream/Thing/name eq 'station 1' and result lt 12", [10, 11]),
        ("$filter=Datastream/Thing/name eq 'station 2'", []),
        ("$filter=st_within(FeatureOfInterest/feature, geography'POLYGON((114.05 30,114.15 30,114.15 31,114.05 31,114.05 30))') and result eq 12", [12]),
        ("$filter=result gt 5 sub 2 and not (result lt 19)", [19]),
    ],
)  # fmt: skip
def test_observations_of_a_datastream(town: Service, query: str, expected: Any) -> None:
    stream = Datastream.objects.order_by("pk")[1]
    found = town.get(f"Datastreams({stream.pk})/Observations?{query}")
    assert [each["result"] for each in found["value"]] == list(expected)
    counted = town.get(f"Datastreams({stream.pk})/Observations?{query}&$count=true&$top=1")
    assert counted["@iot.count"] == len(expected)


@pytest.mark.parametrize("top", [1, 3, 7, 100])
@pytest.mark.parametrize(
    "query",
    ["", "$orderby=phenomenonTime desc", "$orderby=phenomenonTime asc", "$orderby=result",
     "$filter=result mod 3 eq 0", "$orderby=phenomenonTime desc&$filter=result mod 3 eq 0"],
)  # fmt: skip
def test_pages_of_all_observations_hold_each_once(town: Service, query: str, top: int) -> None:
    page = town.get(f"Observations?$top={top}&{query}")
    found = list(page["value"])
    while "@iot.nextLink" in page:
        page = town.get(page["@iot.nextLink"])
        found += page["value"]
        assert len(found) <= 50
    results = sorted(each["result"] for each in found)
    expected = [v for v in range(50) if "mod" not in query or v % 3 == 0]
    assert results == expected
    times = [each["phenomenonTime"] for each in found]
    if "phenomenonTime" in query:
        assert times == sorted(times, reverse="desc" in query)


def test_skip_and_filter_by_datastream_on_all_observations(town: Service) -> None:
    found = town.get(
        "Observations?$filter=Datastream/properties/rank eq 2&$skip=3&$top=2&$expand=Datastream"
    )
    assert [each["result"] for each in found["value"]] == [23.0, 24.0]
    assert found["value"][0]["Datastream"]["name"] == "PM2.5 of 2"
    one = found["value"][0]
    assert town.get(one["@iot.selfLink"])["result"] == 23.0
    assert town.get(one["@iot.selfLink"] + "/Datastream/Thing/name") == {"name": "station 2"}
    assert town.get(one["@iot.selfLink"] + "/result") == {"result": 23.0}


def test_observations_come_as_a_data_array(town: Service) -> None:
    found = town.get(
        "Observations?$resultFormat=dataArray&$filter=result lt 12 and result gt 8"
        "&$select=phenomenonTime,result"
    )["value"]
    assert [group["dataArray@iot.count"] for group in found] == [1, 2]
    assert found[0]["components"] == ["phenomenonTime", "result"]
    assert found[0]["dataArray"] == [["2026-05-01T09:00:00Z", 9.0]]
    assert found[0]["Datastream@iot.navigationLink"].count("Datastreams(") == 1
    assert town.send("GET", "Things?$resultFormat=dataArray").status_code == 400


def test_observations_of_a_feature_are_those_made_there(town: Service) -> None:
    features = town.get("FeaturesOfInterest?$orderby=id")["value"]
    found = town.get(f"FeaturesOfInterest({features[3]['@iot.id']})/Observations")
    assert [each["result"] for each in found["value"]] == list(range(30, 40))


def test_a_mark_and_a_review_are_told(town: Service) -> None:
    stream = Datastream.objects.order_by("pk")[0]
    store = observations()
    store.append(Batch.of([stream.pk], [START + 20 * HOUR], [500.0], int(Mark.SPIKE)))
    store.revise(Batch.of([stream.pk], [START], [1.5], int(Mark.CORRECTED)))
    found = town.get(f"Datastreams({stream.pk})/Observations")["value"]
    assert found[-1]["resultQuality"] == {"mark": "SPIKE", "valid": False}
    assert found[0]["resultQuality"] == {"mark": "CORRECTED", "valid": True, "received": 0.0}


@pytest.mark.parametrize(
    "query",
    ["$filter=name eq", "$filter=nothing eq 1", "$filter=(name eq 'a'", "$filter=name eq 'a",
     "$filter=nofunction(name)", "$filter=length(name,2) eq 1", "$filter=name name", "$top=-1",
     "$top=x", "$skip=1.5", "$count=maybe", "$orderby=nothing", "$orderby=name up", "$expand=Nothing",
     "$expand=Datastreams($top=x)", "$expand=Datastreams(", "$select=nothing", "$unknown=1",
     "$filter=Datastreams eq 1", "$filter=Observations/result eq 1", "$top=1&$top=2",
     "$orderby=Datastreams/name", "$filter=name eq geography'POINT(1'", "$filter=" + "(" * 200,
     "$filter=name eq 'a' and", "$filter=not", "$filter=1 2", "$filter=name/x/y eq 1 2"],
)  # fmt: skip
def test_what_cannot_be_read_is_told(town: Service, query: str) -> None:
    kind = "Datastreams" if "Observations/" in query else "Things"
    answer = town.send("GET", f"{kind}?{query}")
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_what_a_visitor_may_not_see_does_not_decide(town: Service) -> None:
    thing = Thing.objects.order_by("pk").first()
    assert thing is not None
    town.send("PATCH", f"Things({thing.pk})", {"name": "open"})
    Thing.objects.filter(pk=thing.pk).update(is_public=True)
    anybody = Service()
    assert anybody.names("Things?$filter=Datastreams/name eq 'PM2.5 of 0'") == []
    assert anybody.names("Things") == ["open"]
    assert anybody.get("Observations")["value"] == []
    Datastream.objects.filter(thing=thing).update(is_public=True)
    assert anybody.names("Things?$filter=Datastreams/name eq 'PM2.5 of 0'") == ["open"]
    assert len(anybody.get("Observations")["value"]) == 10
