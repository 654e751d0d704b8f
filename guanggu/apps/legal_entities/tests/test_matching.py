"""The engine against a generated truth: how many of its joins are right, how many it finds."""

from __future__ import annotations

import itertools
import sys
from collections import defaultdict

import pytest

from guanggu.apps.legal_entities import connector, tasks
from guanggu.apps.legal_entities.actions import take_in_new
from guanggu.apps.legal_entities.models import LegalEntity, MatchingModel, MatchPair, SourceRecord
from guanggu.apps.legal_entities.rules import Compared, comparable, judge_code, settle
from guanggu.base.actor import platform
from guanggu.base.errors import Unavailable
from guanggu.kernel.journal.public import verify

from .generated import district

ENTITIES = 2_000
PRECISION_MIN, RECALL_MIN = 0.97, 0.90


def _pairs(groups):
    members = defaultdict(list)
    for number, group in enumerate(groups):
        members[group].append(number)
    return {pair for found in members.values() for pair in itertools.combinations(found, 2)}


def _quality(truth, guess):
    right = len(truth & guess)
    return right / max(1, len(guess)), right / max(1, len(truth))


def test_joins_of_two_thousand_entities_are_right_and_nearly_all_are_found(capsys):
    told = district(ENTITIES)
    rows = []
    for number, (_, _, _, values) in enumerate(told):
        judged = judge_code(values["unified_code"])
        good = judged.state == "valid"
        rows.append(Compared(judged.code if good else f"X-{number}", good, comparable(values)))
    pairs = connector.find_pairs(rows, connector.train(rows))
    links, reviews = settle(pairs, {row.entity: row.has_code for row in rows})
    leads = {}

    def root(key):
        while key in leads:
            key = leads[key]
        return key

    for link in links:
        leads[root(link.left)] = root(link.right)
    truth = _pairs(number for number, *_ in told)
    by_code = _pairs(row.entity for row in rows)
    joined = _pairs(root(row.entity) for row in rows)
    precision, recall = _quality(truth, joined)
    sure, found = _quality(truth - by_code, joined - by_code)
    with capsys.disabled():
        print(f"\n  entities {ENTITIES}, records {len(rows)}, to review {len(reviews)}")
        print(f"  all joins: precision {precision:.4f}, recall {recall:.4f}")
        print(f"  by likeness alone: precision {sure:.4f}, recall {found:.4f}")
    assert precision >= PRECISION_MIN
    assert sure >= PRECISION_MIN
    assert recall >= RECALL_MIN


@pytest.mark.django_db
def test_the_worker_joins_sure_pairs_and_lists_the_doubtful():
    told = district(150, seed=5)
    take_in_new(platform("test"), rows=[[source, key, values] for _, source, key, values in told])
    before = LegalEntity.objects.count()
    tasks.match_entities()
    assert LegalEntity.objects.count() < before
    assert SourceRecord.objects.count() == len(told)
    assert MatchPair.objects.filter(standing="open").exists()
    assert MatchingModel.objects.get().records == len(told)
    truth = {f"{source}-{key}": number for number, source, key, _ in told}
    groups = defaultdict(set)
    for record in SourceRecord.objects.all():
        groups[record.entity].add(truth[record.key])
    assert sum(len(found) > 1 for found in groups.values()) <= 2
    assert verify().is_sound
    after = LegalEntity.objects.count()
    tasks.match_entities()
    assert LegalEntity.objects.count() == after


@pytest.mark.django_db
def test_without_the_engine_records_are_joined_by_code_and_the_state_is_said(monkeypatch):
    monkeypatch.setattr(connector, "_version", lambda package: "")
    assert not connector.engine().is_ready
    with pytest.raises(Unavailable) as caught:
        connector.train([])
    assert caught.value.code == "matching_absent"
    take_in_new(platform("test"), rows=[["tax", "1", {"name": "武汉测试有限公司"}]])
    tasks.match_entities()
    assert MatchPair.objects.count() == 0


def test_loading_the_app_does_not_import_the_engine():
    import subprocess

    code = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE']='guanggu.site.settings'; "
        "django.setup(); print('splink' in sys.modules or 'duckdb' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"
