"""The only writes of supervision."""

from .cards import answer_card, issue_card, settle_card
from .checking import ask_for_check, check_journal
from .logs import import_log, remove_log
from .watching import own_log, watch

__all__ = [
    "answer_card", "ask_for_check", "check_journal", "import_log", "issue_card", "own_log", "remove_log", "settle_card", "watch",
]  # fmt: skip
