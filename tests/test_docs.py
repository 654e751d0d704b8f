"""Documentation as tests: what the documents name exists, and what exists is documented."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from guanggu.site.command import COMMANDS
from tests.tidy.files import ROOT, tracked_paths

DOCUMENTS = [ROOT / name for name in tracked_paths() if name.endswith(".md")]
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
APPS = sorted((ROOT / "guanggu" / "apps").glob("*/app.toml"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CJK = re.compile(r"[\u3400-\u9fff]")


def _prose(document: Path) -> str:
    text = document.read_text(encoding="utf-8")
    return COMMENT.sub("", CODE_BLOCK.sub("", text))


def _headings(document: Path) -> list[str]:
    return re.findall(r"^(#+) ", _prose(document), re.MULTILINE)


def _anchor(heading: str) -> str:
    """The name by which a heading is linked, as code hosts make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def _anchors(document: Path) -> set[str]:
    return {_anchor(text) for text in re.findall(r"^#+ (.*)$", _prose(document), re.MULTILINE)}


def _relative(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=_relative)
def test_every_link_leads_somewhere(document: Path) -> None:
    lost = []
    for target in LINK.findall(_prose(document)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = (document.parent / name).resolve() if name else document
        if not place.exists() or (anchor and anchor not in _anchors(place)):
            lost.append(target)
    assert not lost


@pytest.mark.parametrize("readme", READMES, ids=_relative)
def test_commands_of_the_readme_exist(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = "\n".join(_code(text))
    made = set(re.findall(r"\bmake ([a-z]+)", code))
    called = set(re.findall(r"\bguanggu ([a-z]+)", code))
    assert {"up", "test"} <= made <= targets
    assert called <= set(COMMANDS)


def _code(text: str) -> list[str]:
    return [*re.findall(r"```.*?```", text, re.DOTALL), *re.findall(r"`[^`\n]+`", text)]


def test_every_command_is_in_both_readmes() -> None:
    for readme in READMES:
        code = " ".join(_code(readme.read_text(encoding="utf-8")))
        assert not [name for name in COMMANDS if f"guanggu {name}" not in code], readme.name


def test_both_readmes_have_the_same_headings_and_settings() -> None:
    assert _headings(READMES[0]) == _headings(READMES[1])
    settings = [set(re.findall(r"`(GUANGGU_\w+)`", r.read_text(encoding="utf-8"))) for r in READMES]
    assert settings[0] == settings[1]


def test_every_setting_of_the_environment_is_in_the_readme() -> None:
    named = set(re.findall(r"`(GUANGGU_\w+)`", READMES[0].read_text(encoding="utf-8")))
    read = set()
    for path in (ROOT / "guanggu" / "site").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"(?:text|list|flag|path|secret|get)\(\s*\"(GUANGGU_\w+)\"", text))
    assert read - named == set()


def _states() -> dict[str, str]:
    """App -> state, of the tables in docs/systems.md."""
    text = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(\w+)` \|.*\| (\w+) \|$", text, re.MULTILINE))


@pytest.mark.parametrize("manifest", APPS, ids=lambda path: path.parent.name)
def test_every_app_stands_in_the_list_of_systems_with_its_state(manifest: Path) -> None:
    states = _states()
    quality = tomllib.loads(manifest.read_text(encoding="utf-8"))["quality"]
    assert states.get(manifest.parent.name) == quality


def test_what_the_list_of_systems_calls_working_exists() -> None:
    apps = {path.parent.name for path in APPS}
    assert {name for name, state in _states().items() if state != "planned"} == apps


def test_every_term_of_the_glossary_has_both_languages() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    terms = [[cell.strip() for cell in row] for row in rows if row[0].strip(" -") not in ("", "zh")]
    assert terms
    lacking = [row for row in terms if not (CJK.search(row[0]) and re.search("[a-z]", row[1]))]
    assert not lacking


def test_decisions_are_numbered_once_and_have_their_parts() -> None:
    # A number may be missing for a while: it is taken when the work begins, not when it is done.
    numbers = [path.name[:4] for path in ADRS]
    assert len(set(numbers)) == len(numbers)
    assert all(number.isdigit() for number in numbers)
    for path in ADRS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}. "), path.name
        assert re.search(r"^Date: \d{4}-\d\d-\d\d · State: \w", text, re.MULTILINE), path.name
        parts = re.findall(r"^## (\w+)$", text, re.MULTILINE)
        assert parts[:3] == ["Context", "Decision", "Consequences"], path.name
