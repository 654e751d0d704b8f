"""The writes on legal entities: gathering what sources say, correcting, merging and matching."""

from .asking import ask_matching
from .composing import MATCH_AT_LENGTH
from .correcting import correct_entity
from .gathering import gather, normalise_source_record, source_record_key
from .matching import apply_matches, record_model
from .merging import decide_pair, merge_entities, split_entity
from .taking_in import take_in_new

__all__ = [
    "MATCH_AT_LENGTH",
    "apply_matches", "ask_matching", "correct_entity", "decide_pair", "gather", "merge_entities",
    "normalise_source_record", "record_model", "source_record_key", "split_entity", "take_in_new",
]  # fmt: skip
