"""The command: its names, its messages in both languages, its keys."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.site import command
from guanggu.site.commands import keys, serve
from guanggu.site.environment import DEVELOPMENT_MARK


@pytest.mark.parametrize("name", command.COMMANDS)
def test_every_command_explains_itself(name: str, capsys) -> None:
    with pytest.raises(SystemExit) as done:
        command.main([name, "--help"])
    assert done.value.code == 0
    assert command.COMMANDS[name][1].zh in capsys.readouterr().out


def test_an_unknown_command_is_refused(capsys) -> None:
    with pytest.raises(SystemExit) as done:
        command.main(["fly"])
    assert done.value.code == 2
    assert "serve" in capsys.readouterr().err


def test_the_help_loads_no_framework() -> None:
    code = "import sys; from guanggu.site import command; print('django' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_a_problem_is_told_in_both_languages_with_its_fields(monkeypatch, capsys) -> None:
    def fail(options: object) -> int:
        raise Invalid(T("有误", "not right"), fields={"A2": T("必填", "needed")})

    monkeypatch.setattr(import_module("guanggu.site.commands.migrate"), "run", fail)
    assert command.main(["migrate"]) == 1
    said = capsys.readouterr().err
    assert "有误 · not right" in said
    assert "A2: 必填 · needed" in said


def test_keys_are_for_their_owner_only_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "var" / "env"
    assert keys.write_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_text()
    assert f"{DEVELOPMENT_MARK}=1" in first
    assert not keys.write_keys(path)
    assert path.read_text() == first


def test_two_machines_get_different_keys(tmp_path: Path) -> None:
    for name in ("a", "b"):
        keys.write_keys(tmp_path / name)
    ours, theirs = ((tmp_path / name).read_text().splitlines() for name in ("a", "b"))
    shared = set(ours) & set(theirs)
    assert not any(line.startswith(keys.SEEDS) for line in shared)


def test_production_refuses_generated_keys(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "guanggu.site.command", "migrate"],
        env={**os.environ, "GUANGGU_MODE": "production", DEVELOPMENT_MARK: "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode != 0
    assert "GUANGGU_SECRET_KEY" in said.stderr


def test_serving_on_a_taken_port_says_how_to_choose_another(capsys) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert command.main(["serve", "--port", str(port)]) == 1
    assert f"{port}" in capsys.readouterr().err


def test_health_of_nothing_is_not_well() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert not serve.is_healthy(f"http://127.0.0.1:{port}")


@pytest.mark.django_db
def test_the_server_says_that_it_is_well(client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
