"""The only door of the journal."""

from .actions import ACTIONS, Action, action
from .appending import Entry, append, append_batch
from .chain import canonical
from .jobs import enqueue, job, run_due_jobs
from .models import ActionReceipt, DeadLetter, Event, Job, Root, Subscription
from .proving import inclusion_proof
from .reading import Cursor, history, matches, read_events
from .sealing import seal
from .states import DIGEST_KEY, REMOVED, guard, state_digest
from .subscribers import SUBSCRIBERS, Subscriber, deliver, lag, redeliver, subscribe
from .verifying import CHECKS, Finding, Verdict, verify
from .worker import recurring, run_until_quiet, run_worker, turn

__all__ = [
    "ACTIONS",
    "CHECKS",
    "DIGEST_KEY",
    "REMOVED",
    "SUBSCRIBERS",
    "Action",
    "ActionReceipt",
    "Cursor",
    "DeadLetter",
    "Entry",
    "Event",
    "Finding",
    "Job",
    "Root",
    "Subscriber",
    "Subscription",
    "Verdict",
    "action",
    "append",
    "append_batch",
    "canonical",
    "deliver",
    "enqueue",
    "guard",
    "history",
    "inclusion_proof",
    "job",
    "lag",
    "matches",
    "read_events",
    "recurring",
    "redeliver",
    "run_due_jobs",
    "run_until_quiet",
    "run_worker",
    "seal",
    "state_digest",
    "subscribe",
    "turn",
    "verify",
]  # fmt: skip
