"""The only door of the connectors."""

from .calling import call, gate_of, pause_s
from .declaring import (
    ENGINES,
    KIND_TITLES,
    Absent,
    Access,
    Engine,
    Operation,
    Proof,
    declare_connector,
    operation,
)
from .delivering import deliver_later, discard_call, retry_call
from .keeping import set_address, set_credential, switch_engine
from .models import STATE_TITLES, Connection, Credential, FailedCall, Probe
from .permissions import HOLD_SECRETS, KEEP_CONNECTIONS, SEE_CONNECTIONS
from .probing import ask_to_test, probe_all, probe_one
from .reaching import access_of, connection_of, engine_of

__all__ = [
    "ENGINES",
    "HOLD_SECRETS",
    "KEEP_CONNECTIONS",
    "KIND_TITLES",
    "SEE_CONNECTIONS",
    "STATE_TITLES",
    "Absent",
    "Access",
    "Connection",
    "Credential",
    "Engine",
    "FailedCall",
    "Operation",
    "Probe",
    "Proof",
    "access_of",
    "ask_to_test",
    "call",
    "connection_of",
    "declare_connector",
    "deliver_later",
    "discard_call",
    "engine_of",
    "gate_of",
    "operation",
    "pause_s",
    "probe_all",
    "probe_one",
    "retry_call",
    "set_address",
    "set_credential",
    "switch_engine",
]  # fmt: skip
