"""The only door of the journal."""

from .actions import ACTIONS, Action, action
from .appending import Entry, append, append_batch
from .chain import canonical
from .encrypting import decrypt_secret, encrypt_secret
from .jobs import enqueue, job, run_due_jobs
from .long_jobs import (
    LONG_JOBS,
    cancel_job,
    claim_job,
    job_of,
    jobs_seen_by,
    long_job,
    oversees_jobs,
    run_claimed,
    run_due_here,
    run_one,
    start_job,
)
from .models import ActionReceipt, DeadLetter, Event, Job, LongJob, Root, Subscription
from .progress import Cancelled, Progress, results_folder
from .proving import inclusion_proof
from .reading import Cursor, history, journal_end, matches, one_state, read_events
from .relaying.bus import Bus
from .relaying.relay import Relay
from .sealing import seal
from .states import DIGEST_KEY, REMOVED, guard, state_digest
from .subscribers import SUBSCRIBERS, Subscriber, deliver, lag, redeliver, subscribe
from .verifying import CHECKS, Finding, Verdict, verify
from .worker import recurring, run_until_quiet, run_worker, turn

__all__ = [
    "ACTIONS",
    "CHECKS",
    "DIGEST_KEY",
    "LONG_JOBS",
    "REMOVED",
    "SUBSCRIBERS",
    "Action",
    "ActionReceipt",
    "Bus",
    "Cancelled",
    "Cursor",
    "DeadLetter",
    "Entry",
    "Event",
    "Finding",
    "Job",
    "LongJob",
    "Progress",
    "Relay",
    "Root",
    "Subscriber",
    "Subscription",
    "Verdict",
    "action",
    "append",
    "append_batch",
    "cancel_job",
    "canonical",
    "claim_job",
    "decrypt_secret",
    "deliver",
    "encrypt_secret",
    "enqueue",
    "guard",
    "history",
    "inclusion_proof",
    "job",
    "job_of",
    "jobs_seen_by",
    "journal_end",
    "lag",
    "long_job",
    "matches",
    "one_state",
    "oversees_jobs",
    "read_events",
    "recurring",
    "redeliver",
    "results_folder",
    "run_claimed",
    "run_due_here",
    "run_due_jobs",
    "run_one",
    "run_until_quiet",
    "run_worker",
    "seal",
    "start_job",
    "state_digest",
    "subscribe",
    "turn",
    "verify",
]  # fmt: skip
