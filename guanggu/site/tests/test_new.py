"""A new app is a whole one from its first minute."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from guanggu.base.errors import Conflict, Invalid
from guanggu.site.commands.new import OTHERS, PACKAGE, check_name, list_system
from guanggu.site.scaffold.files import NewApp, files_of

APP = NewApp("lake_patrols", "巡湖", "Lake patrols", "四(四)2")
SYSTEMS = "## City [四(四)2]\n| `lakes` | 智慧湖泊 lakes | O F | planned |\n"


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(folder), "GUANGGU_VAR": str(folder / "var")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the project without what was built."""
    root = PACKAGE.parent
    shutil.copytree(
        root / "guanggu", tmp_path / "guanggu",
        ignore=shutil.ignore_patterns("__pycache__", "vendor", "fonts"),
    )  # fmt: skip
    (tmp_path / "docs").mkdir()
    for name in ("pyproject.toml", "conftest.py", "docs/systems.md"):
        shutil.copyfile(root / name, tmp_path / name)
    return tmp_path


def test_a_new_app_passes_the_conformance_suite_at_once(clone: Path) -> None:
    made = _run(clone, "guanggu.site.command", "new", "lake_patrols", "--zh", "巡湖")
    assert made.returncode == 0, made.stderr
    folder = clone / "guanggu" / "apps" / "lake_patrols"
    assert (folder / "migrations" / "0001_initial.py").exists()
    said = _run(clone, "pytest", "-p", "no:xdist", str(folder / "tests"))
    assert said.returncode == 0, said.stdout
    assert "| `lake_patrols` | 巡湖 Lake patrols |" in (clone / "docs/systems.md").read_text()


@pytest.mark.parametrize(
    "name", ["", "Lakes", "9lakes", "lake-s", "_lakes", "lakes_", "class", "x" * 41, "../lakes"]
)
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        check_name(name, tmp_path)


@pytest.mark.parametrize("name", ["utils", "common", "journal", "auth"])
def test_a_name_that_is_taken_or_says_nothing_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        check_name(name, tmp_path)


def test_an_app_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "lakes").mkdir()
    with pytest.raises(Conflict):
        check_name("lakes", tmp_path)


def test_a_planned_app_changes_its_state_and_a_new_one_gets_a_line() -> None:
    planned = list_system(SYSTEMS, NewApp("lakes", "湖", "Lakes", ""))
    assert "| `lakes` | 智慧湖泊 lakes | O F | started |" in planned
    twice = list_system(list_system(SYSTEMS, APP), NewApp("bridges", "桥", "Bridges", ""))
    assert twice.count(OTHERS) == 1
    assert twice.index("`bridges`") < twice.index("`lake_patrols`")


@pytest.mark.parametrize(
    ("name", "model"),
    [("lakes", "Lake"), ("lake_patrols", "LakePatrol"), ("entities", "Entity"), ("glass", "Glass")],
)
def test_a_model_is_named_for_one_of_them(name: str, model: str) -> None:
    app = NewApp(name, "甲", "A", "")
    assert app.model == model
    assert f"class {model}(Record)" in files_of(app)["models.py"]
