"""What the worker does: compares likenesses when records without a good code have come."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from guanggu.base.actor import platform
from guanggu.kernel.journal.public import job

from .actions import apply_matches, record_model
from .connector import engine, find_pairs, train
from .models import LegalEntity
from .queries import compared_rows, latest_model
from .rules import Likeness, settle

log = logging.getLogger(__name__)

BATCH = 50  # pairs a transaction, so that people's writes pass between
TRAIN_FROM = 200  # fewer records teach nothing
# Learnt anew when the register has grown by half since.
GROWTH = 1.5


@job("legal_entities.match")
def match_entities(anew: bool = False) -> None:
    """Compare, join what is sure, list what is doubtful. Without an engine nothing is guessed."""
    if not engine().is_ready:
        log.warning("no matching engine: legal entities are joined by code alone")
        return
    rows = list(compared_rows())
    if len(rows) < TRAIN_FROM or all(row.has_code for row in rows):
        return
    model = latest_model()
    if anew or model is None or len(rows) > model.records * GROWTH:
        used = f"splink {engine().splink}, duckdb {engine().duckdb}"
        parameters = json.dumps(train(rows))
        record_model(platform("matching"), records=len(rows), engine=used, parameters=parameters)
        model = latest_model()
    assert model is not None
    pairs = find_pairs(rows, model.parameters)
    good = {row.entity: row.has_code for row in rows}
    _write(*settle(pairs, good))


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
