"""Reading items, drafts, matters and their papers."""

from .drafts import DRAFTS, draft_of, drafts_of, my_draft
from .items import applicable_materials, check_key, holder_facts, item_of, open_item
from .matters import (
    facts_of,
    file_in,
    find_matter,
    joined_files,
    matter,
    public_matter,
    schema_for,
    tasks_of_round,
)

__all__ = [
    "DRAFTS",
    "applicable_materials",
    "check_key",
    "draft_of",
    "drafts_of",
    "facts_of",
    "file_in",
    "find_matter",
    "holder_facts",
    "item_of",
    "joined_files",
    "matter",
    "my_draft",
    "open_item",
    "public_matter",
    "schema_for",
    "tasks_of_round",
]
