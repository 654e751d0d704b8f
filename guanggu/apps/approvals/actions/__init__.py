"""The writes of approvals."""

from .answering import appeal_matter, correct_matter, rate_matter, withdraw_matter
from .applying import apply, submit_draft
from .deciding import decide_task
from .drafting import attach_file, detach_file, discard_draft, save_draft, start_draft
from .fees import notify_fee, record_payment
from .steering import correct_certificate, extend_limit, move_matter, pause_matter, resume_matter

__all__ = [
    "appeal_matter",
    "apply",
    "attach_file",
    "correct_certificate",
    "correct_matter",
    "decide_task",
    "detach_file",
    "discard_draft",
    "extend_limit",
    "move_matter",
    "notify_fee",
    "pause_matter",
    "rate_matter",
    "record_payment",
    "resume_matter",
    "save_draft",
    "start_draft",
    "submit_draft",
    "withdraw_matter",
]
