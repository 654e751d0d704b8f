"""A faulty procedure is refused with the place of each fault; a published one never changes."""

import copy

import pytest

from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.case.checking import faults_of
from guanggu.kernel.case.public import (
    Case,
    Procedure,
    complete_task,
    open_case,
    publish_procedure,
    retire_procedure,
)
from guanggu.kernel.case.testing import PERMIT, a_case, outcome, permit_definition
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import verify


def step(definition, key):
    return next(each for each in definition["steps"] if each["key"] == key)


def put(key, **values):
    return lambda d: step(d, key).update(values)


def put_outcome(key, place, **values):
    return lambda d: step(d, key)["outcomes"][place].update(values)


def start_only_statutory(definition):
    for each in step(definition, "accept")["outcomes"]:
        for effect in each.get("effects", ()):
            effect["clock"] = "statutory"


FAULTS = [
    (lambda d: d.pop("title_en"), "title_en", "missing"),
    (lambda d: d.update(steps=[]), "steps", "at least one"),
    (lambda d: d.update(prefix="x y"), "prefix", "capitals"),
    (lambda d: d.update(start="nowhere"), "start", "nowhere"),
    (lambda d: d["steps"].append(copy.deepcopy(d["steps"][0])), "steps.accept", "Two steps"),
    (lambda d: d["steps"][0].update(key="A b"), "steps.0.key", "lower-case"),
    (put("accept", title_en=""), "steps.accept.title", "both languages"),
    (put("accept", kind="job"), "steps.accept.kind", "task, parallel"),
    (put("accept", role=""), "steps.accept.role", "No role"),
    (put("accept", outcomes=[]), "steps.accept.outcomes", "must be an outcome"),
    (put_outcome("accept", 0, to="nowhere"), "steps.accept.outcomes.accept.to", "nowhere"),
    (put_outcome("accept", 0, to=""), "steps.accept.outcomes.accept.to", "where"),
    (put_outcome("accept", 0, when="data. >"), "steps.accept.outcomes.accept.when", "data. >"),
    (put_outcome("accept", 0, data={"type": 7}), "steps.accept.outcomes.accept.data", "Schema"),
    (
        put_outcome("accept", 0, effects=[{"clock": "third", "do": "start"}]),
        "steps.accept.outcomes.accept.effects",
        "third",
    ),
    (put("accept", on_enter=[{"clock": "*", "do": "boil"}]), "steps.accept.on_enter", "effect"),
    (put("accept", timers=[{"days": 1, "outcome": "x"}]), "steps.accept.timers.0", "x"),
    (
        put("accept", timers=[{"days": 1, "outcome": "refuse"}]),
        "steps.accept.outcomes.refuse.data",
        "timer",
    ),
    (put("decide", not_same_person_as=["x"]), "steps.decide.not_same_person_as", "x"),
    (put("joint", join=[]), "steps.joint.join", "joined"),
    (put("joint", organisations=[]), "steps.joint.organisations", "No organisation"),
    (put("joint", join=[outcome("a", "甲", "A", "decide", when="false")]), "steps.joint.join", "last"),
    (lambda d: d["steps"].append({"key": "lost", "title": "失", "title_en": "Lost", "kind": "end"}),
     "steps.lost", "Nothing leads"),
    (start_only_statutory, "clocks.promised", "starts"),
    (lambda d: d["clocks"]["promised"].pop("days"), "clocks.promised.days", "working days"),
    (lambda d: d["reopen"].update(to=["granted"]), "reopen.to", "granted"),
    (lambda d: d.update(steps=[s for s in d["steps"] if s.get("kind") != "end"]), "steps", "end"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "place", "words"), FAULTS)
def test_a_fault_is_named_with_its_place(spoil, place, words):
    definition = permit_definition()
    spoil(definition)
    faults = faults_of("test", definition)
    assert place in faults, faults
    assert words in faults[place].en


def test_a_sound_definition_has_no_fault():
    assert faults_of("test", permit_definition()) == {}


@pytest.mark.parametrize("raw", [None, [], "x", {"steps": [3]}, {"steps": [{"key": []}]}])
def test_any_json_is_answered_with_faults_not_a_crash(raw):
    assert faults_of("test", raw)


def test_a_step_from_which_no_end_is_reached_is_named():
    definition = permit_definition()
    step(definition, "supplement")["outcomes"] = [outcome("again", "再补", "Again", "supplement")]
    step(definition, "supplement")["timers"] = []
    assert "steps.supplement" in faults_of("test", definition)


@pytest.mark.django_db
def test_a_faulty_definition_is_not_published():
    with pytest.raises(Invalid) as caught:
        publish_procedure(platform("test"), code="x", definition=permit_definition(prefix=""))
    assert "prefix" in caught.value.fields
    assert not Procedure.objects.exists()


@pytest.mark.django_db
def test_only_an_administrator_publishes():
    with pytest.raises(Forbidden):
        publish_procedure(an_official(roles=["accept"]), code="x", definition=permit_definition())


@pytest.mark.django_db
def test_a_case_stays_with_its_version_while_a_new_one_is_published():
    office = an_organisation()
    clerk = an_official(office)
    old = a_case(office)
    changed = permit_definition()
    step(changed, "accept")["outcomes"][0]["to"] = "decide"
    answer = publish_procedure(platform("test"), code=PERMIT, definition=changed)
    assert answer["version"] == 2
    new = open_case(
        platform("test"), procedure=PERMIT, organisation=office.code, title="新",
        data={"statutory_days": 5, "promised_days": 5, "departments": []},
    )  # fmt: skip
    done = [
        complete_task(clerk, task=each["tasks"][0], outcome="accept", data={})
        for each in (old, new)
    ]
    assert [each["step"] for each in done] == ["review", "decide"]
    assert [c.procedure.version for c in Case.objects.order_by("pk")] == [1, 2]
    assert [p.state for p in Procedure.objects.order_by("pk")] == ["retired", "published"]
    with pytest.raises(Conflict):
        publish_procedure(platform("test"), code=PERMIT, definition=changed)


@pytest.mark.django_db
def test_no_case_opens_by_a_retired_or_unknown_procedure():
    office = an_organisation()
    a_case(office)
    retire_procedure(platform("test"), code=PERMIT)
    for code, problem in ((PERMIT, Conflict), ("unknown", Missing)):
        with pytest.raises(problem):
            open_case(
                platform("test"), procedure=code, organisation=office.code, title="x", data={}
            )


@pytest.mark.django_db
def test_a_definition_altered_by_sql_is_named():
    a_case(an_organisation())
    Procedure.objects.update(title="改")
    assert [f.place for f in verify().findings] == [f"procedures/{PERMIT}.1"]
