"""What the worker does: compares likenesses when records without a good code have come."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.kernel.journal.public import LongJob, Progress, job, long_job, start_job

from .actions import MATCH_AT_LENGTH, apply_matches, record_model
from .connector import engine, find_pairs, prepare, train
from .models import LegalEntity
from .queries import compared_rows, latest_model, may_maintain
from .rules import Compared, Likeness, settle

log = logging.getLogger(__name__)

COMPARING = T("按相似程度比对全部来源记录", "Comparing all source records by likeness")
DONE = T("匹配完成，疑似重复已列入工作台。", "Done: pairs in doubt are on the desk.")
BATCH = 50  # pairs a transaction, so that people's writes pass between
TRAIN_FROM = 200  # fewer records teach nothing
# Learnt anew when the register has grown by half since.
GROWTH = 1.5


def match_entities(anew: bool = False) -> None:
    """Compare, join what is sure, list what is doubtful. Without an engine nothing is guessed."""
    if not engine().is_ready:
        log.warning("no matching engine: legal entities are joined by code alone")
        return
    good: dict[str, bool] = {}
    table = prepare(_noting_codes(compared_rows(), good))
    records = table.num_rows
    if records < TRAIN_FROM or all(good.values()):
        return
    model = latest_model()
    if anew or model is None or records > model.records * GROWTH:
        used = f"splink {engine().splink}, duckdb {engine().duckdb}"
        parameters = json.dumps(train(table))
        record_model(platform("matching"), records=records, engine=used, parameters=parameters)
        model = latest_model()
    assert model is not None
    _write(*settle(find_pairs(table, model.parameters), good))


def _noting_codes(rows: Iterable[Compared], good: dict[str, bool]) -> Iterator[Compared]:
    """The rows as they pass, so that a million of them never lie here at once."""
    for row in rows:
        good[row.entity] = row.has_code
        yield row


def _allows(actor: Actor, /, **_: Any) -> bool:
    return may_maintain(actor)


@long_job(MATCH_AT_LENGTH, T("法人匹配", "Match legal entities"), allows=_allows)
def match_at_length(progress: Progress, *, anew: bool = False) -> dict[str, Any]:
    """In a process of its own: the engine's memory goes with it."""
    progress.phase(COMPARING)
    match_entities(anew)
    progress.log(DONE)
    return {"text": DONE.as_dict(), "address": "/legal_entities/desk/"}


@job("legal_entities.match")
def begin_matching(anew: bool = False) -> None:
    """Records have come: compare them, unless that is about to be done anyway."""
    waiting = LongJob.objects.filter(name=MATCH_AT_LENGTH, state=LongJob.State.WAITING)
    if engine().is_ready and (anew or not waiting.exists()):
        start_job(platform("matching"), MATCH_AT_LENGTH, anew=anew)


def _write(links: Sequence[Likeness], reviews: Sequence[Likeness]) -> None:
    present = set(LegalEntity.objects.values_list("key", flat=True))
    reviews = [pair for pair in reviews if pair.left in present and pair.right in present]
    for batch in _batches(links):
        apply_matches(platform("matching"), links=batch, reviews=[])
    for batch in _batches(reviews):
        apply_matches(platform("matching"), links=[], reviews=batch)


def _batches(pairs: Sequence[Likeness]) -> Iterator[list[list[Any]]]:
    for first in range(0, len(pairs), BATCH):
        yield [
            [pair.left, pair.right, f"{pair.probability * 100:.3f}", dict(pair.evidence)]
            for pair in pairs[first : first + BATCH]
        ]
