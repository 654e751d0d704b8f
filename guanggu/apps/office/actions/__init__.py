"""The only writes of the office."""

from .drafting import change_draft, create_draft, submit_draft
from .receiving import register_incoming, sign_for
from .walking import advance

__all__ = [
    "advance", "change_draft", "create_draft", "register_incoming", "sign_for", "submit_draft",
]  # fmt: skip
