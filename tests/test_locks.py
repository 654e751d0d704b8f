"""The lock files hold what pyproject.toml asks for, with hashes, and name no place to fetch from."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from tests.tidy.files import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


def _pinned(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / lock).read_text(encoding="utf-8")))


def _names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[\w.-]+", line) for line in requirements)
    return {name[0].lower().replace("_", "-") for name in found if name}


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ("postgresql", "matching", "assets")),
        ("requirements-dev.lock", ("postgresql", "matching", "assets", "dev")),
    ],
)
def test_every_requirement_is_locked(lock: str, extras: tuple[str, ...]) -> None:
    asked = _names([*PROJECT["dependencies"], *(line for e in extras for line in EXTRAS[e])])
    assert asked - set(_pinned(lock)) == set()


def test_tests_run_with_the_versions_that_are_served() -> None:
    served, tested = _pinned("requirements.lock"), _pinned("requirements-dev.lock")
    assert {name: tested.get(name) for name in served} == served


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    for block in re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert not re.search(r"://|^-|^\s+--(?!hash)", text, re.MULTILINE)


def test_web_assets_are_locked_by_digest_without_address() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for section in ("dependencies", "devDependencies"):
        for name, version in wanted.get(section, {}).items():
            assert packages[f"node_modules/{name}"]["version"] == version
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")
