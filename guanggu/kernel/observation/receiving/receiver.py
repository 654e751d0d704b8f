"""From the gateway to the acknowledgement: mark, store, and hand to the judge what he must see.

A datum that an alarm rule has to look at is written to the judge's queue before its sender is
acknowledged. Whoever is killed in between: the station sends it again, the store knows it already,
the queue gets it (again), and the judge opens one alarm.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

import numpy as np
from django.db import DatabaseError, close_old_connections

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable

from ..alarms.backlog import compact_queue
from ..batch import Batch
from ..models import ToJudge
from ..store import Appended, observations
from .marking import Memory, mark_batch
from .settings import ALL, Settings, change_stamp, load_settings

log = logging.getLogger("guanggu.ingest")

REFRESH_S = 2.0
LOOK_EVERY = 10_000  # data queued between two looks at how long the queue is
_NOT_QUEUED = T(
    "数据已入库，但报警判定队列暂时无法写入，请稍后重发本批数据。",
    "The data are stored, but the queue of alarms cannot be written now; send this batch again.",
)
Submit = Callable[[Batch], "Appended | Future[Appended]"]


class Receiver:
    """Made once in the process that owns the store; ``receive`` may be called from any thread.

    submit: stores a batch, durable when it returns or when its future is done.
    """

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._lock = threading.Lock()
        self._memory = Memory()
        self._settings = Settings()
        self._stamp: tuple[object, ...] | None = None
        self._lately: set[int] = set()  # streams that went to the judge since the last load began
        self._before: set[int] = set()
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listeners: list[Callable[[Batch], None]] = []
        self.marked = 0
        self.to_judge = 0
        self._not_looked_at = 0

    def on_stored(self, listener: Callable[[Batch], None]) -> None:
        """Call ``listener(batch)`` when a batch is durable; it must return at once."""
        self._listeners.append(listener)

    def start(self, *, refresh_s: float = REFRESH_S) -> None:
        """Load the rules and the last data, and follow their changes. Raises Unavailable."""
        self.refresh()
        latest = observations().latest()
        with self._lock:
            results = latest["result"].to_numpy(zero_copy_only=False)
            self._memory.recall(
                latest["stream"].to_numpy(), latest["time"].to_numpy(), results
            )  # fmt: skip
        for name, run in (
            ("observations-rules", lambda: self._follow(refresh_s)),
            ("observations-to-judge", self._write),
        ):
            thread = threading.Thread(target=run, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Write what waits for the judge, then stop."""
        self._stop.set()
        self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def refresh(self) -> bool:
        """Load the rules again where their records changed; answers whether they did."""
        stamp = change_stamp()
        if stamp == self._stamp:
            return False
        with self._lock:
            self._before, self._lately = self._lately, set()
        settings = load_settings()
        with self._lock:
            for stream in self._before | self._lately:
                if stream < settings.size:
                    settings.flags[stream] |= ALL
            self._settings, self._stamp = settings, stamp
        return True

    def _follow(self, refresh_s: float) -> None:
        while not self._stop.wait(refresh_s):
            close_old_connections()
            try:
                self.refresh()
            except Exception:
                log.exception("the rules of datastreams could not be loaded; the last ones hold")

    def receive(self, batch: Batch) -> Future[Appended]:
        """Mark and store; done when durable and, where a rule has to see some of it, queued.

        Raises TooMany and Unavailable as the store does, at once or by the future.
        """
        wanted = self._mark(batch)
        stored = self._submit(batch)
        if self._listeners:
            self._tell_when_stored(batch, stored)
        rows = np.flatnonzero(wanted)
        if not len(rows):
            return stored if isinstance(stored, Future) else _done(stored)
        waiting = _Waiting(batch.where(rows))
        if isinstance(stored, Future):
            stored.add_done_callback(lambda future: self._stored(waiting, future))
        else:
            waiting.answer = stored
            self._queue.put(waiting)
        return waiting.done

    def _tell_when_stored(self, batch: Batch, stored: Appended | Future[Appended]) -> None:
        def tell(future: Future[Appended]) -> None:
            if future.exception() is None:
                for listener in self._listeners:
                    listener(batch)

        (stored if isinstance(stored, Future) else _done(stored)).add_done_callback(tell)

    def append(self, batch: Batch) -> Appended:
        """As the store's own ``append``, through all of the above."""
        return self.receive(batch).result()

    def _mark(self, batch: Batch) -> np.ndarray:
        now = clock.to_microseconds(clock.now())
        with self._lock:
            before = batch.marks
            wanted = mark_batch(batch, self._settings, self._memory, now)
            if wanted.any():
                streams = np.unique(batch.streams[wanted])
                self._settings.flags[streams] |= ALL
                self._lately.update(streams.tolist())
            self.marked += int((before != batch.marks).sum())
        return wanted

    def _stored(self, waiting: _Waiting, future: Future[Appended]) -> None:
        error = future.exception()
        if error is not None:
            waiting.done.set_exception(error)
            return
        waiting.answer = future.result()
        self._queue.put(waiting)

    def _write(self) -> None:
        """Everything that waits, in one transaction."""
        ends = False
        while not ends:
            taken = [self._queue.get()]
            while not self._queue.empty():
                taken.append(self._queue.get())
            ends = None in taken
            waiting = [each for each in taken if each is not None]
            if waiting:
                self._write_these(waiting)

    def _write_these(self, waiting: list[_Waiting]) -> None:
        close_old_connections()
        try:
            queue_for_judge(Batch.joined([each.rows for each in waiting]))
        except Exception as error:
            log.exception("data for the judge of alarms could not be queued")
            refused = Unavailable(_NOT_QUEUED)
            refused.__cause__ = error
            for each in waiting:
                each.done.set_exception(refused)
            return
        self.to_judge += sum(len(each.rows) for each in waiting)
        for each in waiting:
            assert each.answer is not None
            each.done.set_result(each.answer)
        self._keep_short(sum(len(each.rows) for each in waiting))

    def _keep_short(self, queued: int) -> None:
        """With no judge at work the queue must not grow for ever."""
        self._not_looked_at += queued
        if self._not_looked_at < LOOK_EVERY:
            return
        self._not_looked_at = 0
        try:
            compact_queue()
        except DatabaseError:
            log.exception("the queue of alarms could not be made short; it is tried again")


class _Waiting:
    """Rows on their way to the judge, and who waits for it."""

    def __init__(self, rows: Batch) -> None:
        self.rows = rows
        self.answer: Appended | None = None
        self.done: Future[Appended] = Future()


def _done(answer: Appended) -> Future[Appended]:
    future: Future[Appended] = Future()
    future.set_result(answer)
    return future


def queue_for_judge(rows: Batch) -> None:
    """Durable when it returns."""
    columns = (rows.streams, rows.times, rows.results, rows.marks, rows.result_times)
    now = clock.to_microseconds(clock.now())
    ToJudge.objects.bulk_create(
        [
            ToJudge(
                stream=stream,
                time=time,
                value=value,
                mark=mark,
                result_time=result_time,
                queued_at=now,
            )
            for stream, time, value, mark, result_time in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ],
        batch_size=500,
    )


class Front:
    """The store as other processes of the machine reach it: what they append is marked and judged
    like any other data."""

    def __init__(self, store: Any, receiver: Receiver) -> None:
        self._store = store
        self.append = receiver.append

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
