"""The only writes of supervision."""

from .cards import answer_card, issue_card, settle_card
from .checking import ask_for_check, check_journal
from .follow_ups import advance, open_waiting, take_up
from .logs import import_log, remove_log
from .watching import own_log, watch

__all__ = [
    "advance", "answer_card", "ask_for_check", "check_journal", "import_log", "issue_card", "open_waiting",
    "own_log", "remove_log", "settle_card", "take_up", "watch",
]  # fmt: skip
