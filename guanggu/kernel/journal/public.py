"""The only door of the journal."""

from .actions import ACTIONS, Action, action
from .appending import append
from .chain import canonical
from .jobs import enqueue, job, run_due_jobs
from .models import ActionReceipt, DeadLetter, Event, Job, Root, Subscription
from .proving import inclusion_proof
from .reading import Cursor, history, matches, read_events
from .sealing import seal
from .subscribers import SUBSCRIBERS, Subscriber, deliver, lag, redeliver, subscribe
from .verifying import CHECKS, Finding, Verdict, verify
from .worker import recurring, run_until_quiet, run_worker, turn

__all__ = [
    "ACTIONS", "CHECKS", "SUBSCRIBERS", "Action", "ActionReceipt", "Cursor", "DeadLetter", "Event",
    "Finding", "Job", "Root", "Subscriber", "Subscription", "Verdict", "action", "append",
    "canonical", "deliver", "enqueue", "history", "inclusion_proof", "job", "lag", "matches",
    "read_events", "recurring", "redeliver", "run_due_jobs", "run_until_quiet", "run_worker",
    "seal", "subscribe", "turn", "verify",
]  # fmt: skip
