"""The store as other processes have it: the same contract, over the socket."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
import threading
from pathlib import Path

import pytest

from guanggu.base.errors import Conflict, Missing, Unavailable
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.doors import ask_the_owner, owned_store, remote_store, socket_of
from guanggu.kernel.observation.engine import server as door
from guanggu.kernel.observation.store import observations
from guanggu.kernel.observation.testing_contract import ALWAYS, NOON, StoreContract


@pytest.fixture
def var():
    # A socket's path holds 108 bytes at most: the test's own folder may be longer.
    with tempfile.TemporaryDirectory(prefix="gg") as folder:
        yield Path(folder)


@pytest.fixture
def owner(var):
    with owned_store(var, {"greet": lambda name: {"hello": name}}) as store:
        yield store


@pytest.fixture
def store(var, owner):
    client = remote_store(var)
    yield client
    client.close()


class TestRemoteStore(StoreContract):
    pass


def test_only_the_owner_of_the_process_may_connect(var, owner):
    assert stat.S_IMODE(os.stat(socket_of(var)).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(socket_of(var).parent).st_mode) == 0o700


def test_an_absent_ingest_process_is_said_and_found_again_when_it_is_back(var):
    client = remote_store(var)
    with pytest.raises(Unavailable):
        client.latest()
    with owned_store(var):
        assert client.append(Batch.of([1], [NOON], [1.5])).new == 1
    with pytest.raises(Unavailable):
        client.latest()
    with owned_store(var):  # the kept connection is dead: a new one is made, once
        assert client.series([1], *ALWAYS).to_pydict()["result"] == [1.5]
    client.close()


def test_a_process_asks_the_owner_by_default_and_the_owner_itself(var):
    ask_the_owner(var)
    with owned_store(var) as store:
        assert observations() is store
        with pytest.raises(Conflict), owned_store(var):
            pass


def test_further_operations_are_answered_in_plain_values(store):
    assert store.ask("greet", name="光谷") == {"hello": "光谷"}
    with pytest.raises(Missing):
        store.ask("no_such_thing")
    with pytest.raises(Unavailable):
        store.ask("greet", wrong=1)
    assert store.count([1], *ALWAYS) == 0


@pytest.mark.parametrize("nonsense", [b"\0", b"\xff\xff\xff\xff", b"\0\0\0\2[]", b"\0\0\0\1{"])
def test_nonsense_on_the_socket_ends_only_that_connection(var, store, nonsense):
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(socket_of(var)))
        stranger.sendall(nonsense)
        stranger.shutdown(socket.SHUT_WR)
        assert stranger.recv(10) == b""
    assert store.count([1], *ALWAYS) == 0


def test_more_connections_than_are_kept_are_told_so(var, store, monkeypatch):
    monkeypatch.setattr(door, "CONNECTIONS_MAX", 1)
    store.latest()
    with pytest.raises(Exception, match="过多"):
        remote_store(var).latest()
    assert store.latest().num_rows == 0


def test_many_threads_share_one_client(store):
    answers = []

    def work(n):
        store.append(Batch.of([n], [NOON], [n]))
        answers.append(store.series([n], *ALWAYS).to_pydict()["result"])

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == [[float(n)] for n in range(8)]
