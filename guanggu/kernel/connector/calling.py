"""A call to an engine outside: bounded at once, tried again where that is safe, left alone when ill.

Bounds hold for one process; a server of N processes sends at most N times as many at once.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from guanggu.base.bilingual import T
from guanggu.base.errors import Problem, TooMany, Unavailable

from .declaring import Access, Engine
from .reaching import access_of, connection_of, engine_of

log = logging.getLogger(__name__)
R = TypeVar("R")

BUSY = T(
    "“{}”正忙，请 {} 秒后重试。",
    "“{}” is busy. Try again in {} seconds.",
)
RESTING = T(
    "“{}”连续故障，暂停调用；约 {} 秒后自动重试。",
    "“{}” failed again and again and is left alone; it is tried again in about {} seconds.",
)
SWITCHED_OFF = T(
    "“{}”已被管理员停用。需要使用请联系系统管理员。",
    "“{}” was switched off. Ask the system administrator if you need it.",
)
FAILED = T(
    "“{}”没有完成请求（{}）。请稍后重试；持续出现请联系系统管理员。",
    "“{}” did not do what was asked ({}). Try again later; if it goes on, tell the administrator.",
)
_BUSY_SECONDS = 2


@dataclass
class Gate:
    """How many calls are under way in this process, and whether the engine is left alone."""

    engine: Engine
    now: Callable[[], float] = time.monotonic
    in_flight: int = 0
    failures: int = 0
    rests_until_s: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Raises TooMany where it is full, Unavailable where the engine rests; both say how long."""
        with self._lock:
            self._demand_awake()
            if self.in_flight >= self.engine.in_flight_max:
                raise _later(TooMany(BUSY.format(self.engine.title, _BUSY_SECONDS)), _BUSY_SECONDS)
            self.in_flight += 1
        try:
            yield
        finally:
            with self._lock:
                self.in_flight -= 1

    def _demand_awake(self) -> None:
        left_s = self.rests_until_s - self.now()
        if self.failures < self.engine.breaker_after:
            return
        if left_s > 0 or self.in_flight:  # after the rest one call tries how it is
            seconds = max(1, round(left_s))
            resting = Unavailable(RESTING.format(self.engine.title, seconds), code="engine_resting")
            raise _later(resting, seconds)

    def answered(self) -> None:
        with self._lock:
            self.failures = 0

    def failed(self) -> None:
        with self._lock:
            self.failures += 1
            if self.failures >= self.engine.breaker_after:
                self.rests_until_s = self.now() + self.engine.breaker_rest_s


def _later(problem: Problem, seconds: int) -> Problem:
    problem.retry_after_seconds = seconds  # type: ignore[attr-defined]
    return problem


_gates: dict[str, Gate] = {}
_gates_lock = threading.Lock()


def gate_of(key: str) -> Gate:
    engine = engine_of(key)
    with _gates_lock:
        if key not in _gates or _gates[key].engine is not engine:
            _gates[key] = Gate(engine)
        return _gates[key]


def call(
    key: str,
    function: Callable[[Access], R],
    *,
    idempotent: bool = False,
    timeout_s: float | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> R:
    """What ``function(access)`` answers, asked of the engine within its bounds.

    idempotent: it may be asked again after a failure, with growing pauses and a little chance.
    A Problem that the function raises is the engine's answer and goes to the caller as it is, but
    for Unavailable, which is a failure. Raises Missing, TooMany (full; retry later), Unavailable
    (switched off, resting, absent, failed) – never passes over that the engine did not answer.
    """
    engine = engine_of(key)
    if not connection_of(key).is_enabled:
        raise Unavailable(SWITCHED_OFF.format(engine.title), code="engine_disabled")
    access = access_of(key, timeout_s=timeout_s)
    gate = gate_of(key)
    with gate.entered():
        for tried in range(1, engine.tries + 1):
            try:
                answer = function(access)
            except Problem as problem:
                if not isinstance(problem, Unavailable):
                    gate.answered()
                    raise
                gate.failed()
                last: Exception = problem
            except Exception as error:
                gate.failed()
                last = error
            else:
                gate.answered()
                return answer
            log.warning("engine %s failed (try %d): %r", key, tried, last)
            if not idempotent or tried == engine.tries:
                break
            wait(pause_s(engine, tried))
    if isinstance(last, Unavailable):
        raise last
    raise Unavailable(FAILED.format(engine.title, type(last).__name__), code="engine_failed") from (
        last
    )


def pause_s(engine: Engine, tried: int, chance: float | None = None) -> float:
    """Seconds before the next try: doubled each time, at most ``pause_s_max``, ± half by chance."""
    chance = random.random() if chance is None else chance
    doubled: float = engine.pause_s * 2 ** (tried - 1)
    return min(doubled, engine.pause_s_max) * (0.5 + chance)
