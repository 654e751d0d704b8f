"""How a process comes to its store: as the owner of the folder, or as one who asks the owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .store import bind

if TYPE_CHECKING:
    from .engine.embedded import EmbeddedStore
    from .engine.remote import RemoteStore

# The engine's libraries take 60 MB and a third of a second: only who needs them loads them.


def folder_of(var: Path) -> Path:
    return var / "observations"


def socket_of(var: Path) -> Path:
    return folder_of(var) / "ingest.sock"


def remote_store(var: Path) -> RemoteStore:
    """A client of the ingest process that owns this var folder; connects when it is asked."""
    from .engine.remote import RemoteStore

    return RemoteStore(socket_of(var))


def ask_the_owner(var: Path) -> None:
    """Let ``observations()`` of this process be a client, made at its first use."""
    bind(lambda: remote_store(var))


@contextmanager
def owned_store(
    var: Path, operations: Mapping[str, Callable[..., Any]] | None = None
) -> Iterator[EmbeddedStore]:
    """Open the folder, answer other processes (and their further ``operations``) until the end.

    ``observations()`` of this process is the store itself meanwhile. Raises Conflict where another
    process owns the folder.
    """
    from .engine.embedded import EmbeddedStore
    from .engine.server import StoreServer

    store = EmbeddedStore(folder_of(var))
    try:
        server = StoreServer(store, socket_of(var), operations)
        bind(lambda: store)
        try:
            yield store
        finally:
            bind(None)
            server.close()
    finally:
        store.close()
