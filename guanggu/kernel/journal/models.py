"""What the journal keeps: events, how far each subscriber has read, receipts, jobs, roots."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import models

from guanggu.base import clock
from guanggu.base.ids import Ref

APPLICATION_KEY = "~application"  # of the data, beside what the kind of event tells


class Event(models.Model):
    """One thing that happened; never changed, never removed.

    ``sequence`` counts from 1 within the subject; ``hash`` covers every other column but ``id``
    and ``transaction``, and ``previous`` is the hash of the subject's event before it.
    ``transaction`` orders by commit on PostgreSQL (see ``reading``), and is 0 on SQLite.
    """

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField()
    subject = models.CharField(max_length=200)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=80)
    at_microseconds = models.BigIntegerField()
    actor = models.CharField(max_length=120)
    actor_name = models.CharField(max_length=120)
    post = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.CharField(max_length=120, blank=True)
    data = models.TextField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "sequence"], name="journal_event_chain")
        ]
        indexes = [models.Index(fields=["transaction", "id"], name="journal_event_cursor")]

    def __str__(self) -> str:
        return f"{self.subject}#{self.sequence} {self.kind}"

    @property
    def at(self) -> datetime:
        return clock.from_microseconds(self.at_microseconds)

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.data)

    @property
    def application(self) -> str:
        """Ref of the application by which the actor acted; empty where he acted himself."""
        return str(self.body.get(APPLICATION_KEY, "")) if APPLICATION_KEY in self.data else ""

    @property
    def ref(self) -> Ref:
        return Ref.parse(self.subject)


class Subscription(models.Model):
    """How far a subscriber has read; moves in the transaction of the subscriber's own writes."""

    name = models.CharField(max_length=80, primary_key=True)
    transaction = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}@{self.event_id}"


class DeadLetter(models.Model):
    """An event that a subscriber could not take after many tries; kept until it is delivered."""

    subscription = models.CharField(max_length=80)
    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    error = models.TextField()
    at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.subscription}: {self.event}"


class ActionReceipt(models.Model):
    """The answer given to a request key, so that a replay gets the same answer."""

    key = models.CharField(max_length=64, primary_key=True)
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=120)
    arguments_digest = models.CharField(max_length=64)
    result = models.TextField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.action} {self.key}"


class Job(models.Model):
    """Work to be done after a commit; leased to one worker at a time, retried until it is done."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=80)
    arguments = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="journal_job_waiting", condition=models.Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk} {self.state}"


class LongJob(models.Model):
    """Long work: whose it is, how far it has come, its log, and what came of it.

    lease_until, lease_by: who runs it and until when; kept: what an interrupted one goes on from;
    capacity: in which its owner acted ("post:7", "firm:9142…", "self").
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    UNDER_WAY = ("waiting", "running")

    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    arguments = models.TextField()
    owner = models.CharField(max_length=120)
    owner_name = models.CharField(max_length=120)
    capacity = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    phase = models.CharField(max_length=200, blank=True)
    phase_en = models.CharField(max_length=200, blank=True)
    log = models.TextField(blank=True)
    kept = models.TextField(blank=True)
    cancel_wished_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)
    error = models.CharField(max_length=500, blank=True)
    error_en = models.CharField(max_length=500, blank=True)
    trace = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"], name="journal_longjob_owner"),
            models.Index(
                fields=["due_at"],
                name="journal_longjob_due",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key} {self.state}"


class Root(models.Model):
    """A signed head of the Merkle tree over all events in cursor order (RFC 9162 4.10)."""

    size = models.BigIntegerField(primary_key=True)
    transaction = models.BigIntegerField()
    event_id = models.BigIntegerField()
    hash = models.BinaryField()
    frontier = models.BinaryField()
    previous = models.BinaryField()
    at_microseconds = models.BigIntegerField()
    signature = models.BinaryField()
    public_key = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.size}: {bytes(self.hash).hex()[:16]}"


class Tile(models.Model):
    """The root of 256 neighbouring leaves, so that a proof reads hundreds of rows, not all."""

    number = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()
    transaction = models.BigIntegerField()
    event_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"tile {self.number}"
