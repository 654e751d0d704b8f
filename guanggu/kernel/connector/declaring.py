"""An engine is declared once by the app that uses it; its state, page and dead letters follow.

::

    CLAMD = declare_connector(
        "antivirus.clamd", T("杀毒引擎", "Virus scanner"), kind="program",
        check=ask_version, needs_address=False,
    )
    call("antivirus.clamd", lambda access: scan(access.address, content))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable

Kind = Literal["program", "library", "service", "storage"]
KIND_TITLES: dict[str, T] = {
    "program": T("本机程序", "Program of this machine"),
    "library": T("程序库", "Library"),
    "service": T("外部服务", "Service outside"),
    "storage": T("存储", "Storage"),
}


class Absent(Unavailable):
    """The engine is not installed, or nobody has said where it is: a state, and not a failure.

    The message says what to do to have it.
    """

    code = "engine_absent"


@dataclass(frozen=True, slots=True)
class Proof:
    """What an engine answered when it was asked whether it is well."""

    version: str = ""
    told: T = field(default_factory=lambda: T("应答正常", "It answers"))


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the engine: what an officer has set, and how long one answer may take.

    timeout_s: every function that is called must give up by then; nothing can stop it from outside
    """

    address: str
    settings: Mapping[str, Any]
    credentials: Mapping[str, str]
    timeout_s: float


Check = Callable[[Access], Proof]
Deliver = Callable[[Access, dict[str, Any]], Any]


@dataclass(frozen=True)
class Operation:
    """A message that is delivered by the worker and waits as a dead letter where it cannot be."""

    name: str
    title: T
    deliver: Deliver


@dataclass(frozen=True, kw_only=True)
class Engine:
    """The declaration of one engine outside.

    key: "app.engine"; check: asks the engine for a proof, raises Absent or any error; it runs in a
    thread of its own and may read no table. default_address: where it is without anybody setting
    it. credentials: names of what may be set, write-only. tries, pause_s, pause_s_max: attempts of
    an idempotent call. in_flight_max: calls at once in one process, more are refused.
    breaker_after: failures in a row after which it is left alone for ``breaker_rest_s``.
    deliveries_max: attempts at a message before it is set aside for an officer.
    """

    key: str
    title: T
    kind: Kind
    check: Check
    help: T | None = None
    default_address: Callable[[], str] = lambda: ""
    takes_address: bool = False
    credentials: Mapping[str, T] = field(default_factory=dict)
    timeout_s: float = 10.0
    check_timeout_s: float = 5.0
    tries: int = 3
    pause_s: float = 0.2
    pause_s_max: float = 5.0
    in_flight_max: int = 8
    breaker_after: int = 5
    breaker_rest_s: float = 30.0
    deliveries_max: int = 8
    operations: dict[str, Operation] = field(default_factory=dict)

    @property
    def app(self) -> str:
        return self.key.partition(".")[0]


ENGINES: dict[str, Engine] = {}


def declare_connector(key: str, title: T, kind: Kind, *, check: Check, **more: Any) -> Engine:
    """Make an engine known; ``more`` as the fields of Engine. Raises RuntimeError for a second one."""
    known = ENGINES.get(key)
    if known is not None and known.check.__module__ != check.__module__:
        raise RuntimeError(f"two engines are named {key}")
    ENGINES[key] = Engine(key=key, title=title, kind=kind, check=check, **more)
    return ENGINES[key]


def operation(engine: str, name: str, title: T) -> Callable[[Deliver], Deliver]:
    """Declare how the worker delivers a message of ``deliver_later(engine, name, payload)``.

    The function must bear being called twice with one message.
    """

    def declare(function: Deliver) -> Deliver:
        ENGINES[engine].operations[name] = Operation(name, title, function)
        return function

    return declare
