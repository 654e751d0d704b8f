"""Rules on names and plain text, for files of every kind."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable

from .files import ROOT, Breach, Source

FILE_LINES_MAX = 400
CODE = {".py", ".html", ".css", ".js", ".sh", ".typ"}
# Bags without a concept: what lands in them could have had a name.
BAGS = {
    "utils", "util", "helpers", "helper", "common", "manager", "managers", "system", "misc",
}  # fmt: skip
ANATOMY_FILES = {
    "__init__.py", "app.toml", "rules.py", "models.py", "queries.py", "actions.py",
    "register.py", "feature.py", "observation.py", "case.py", "document.py", "indicator.py",
    "connector.py", "views.py", "rest.py", "tasks.py",
}  # fmt: skip
ANATOMY_FOLDERS = {"tests", "templates", "data", "migrations", "management"}
LEVELS = {"planned", "started", "working", "proven"}

# Written in two halves, so that this file does not break its own rules.
_MARKS = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|XX" + r"X:|HA" + r"CK:)")
_REGISTRIES = re.compile(
    r"(?:py"
    + r"pi|np"
    + r"mjs)\.(?:org|com)|python"
    + r"hosted|npm"
    + r"mirror|registry\.n"
    + r"pm"
    r"|tuna\.ts" + r"inghua|mirrors\.al" + r"iyun|--(?:extra-)?index" + r"-url"
)
_HOMES = re.compile(r"(?<![\w.])/(?:ro" + r"ot|ho" + r"me/\w+|Us" + r"ers/\w+|wo" + r"rk)/")


def _lines(file: Source, pattern: re.Pattern[str], what: str) -> Iterable[Breach]:
    for number, line in enumerate(file.text.splitlines(), 1):
        found = pattern.search(line)
        if found:
            yield Breach(file.path, number, f"{what}: {found[0]}")


def file_is_short(file: Source) -> Iterable[Breach]:
    if file.path.suffix not in CODE or file.is_migration:
        return
    lines = file.text.count("\n")
    if lines > FILE_LINES_MAX:
        yield Breach(file.path, lines, f"{lines} lines, at most {FILE_LINES_MAX}")


def name_says_what(file: Source) -> Iterable[Breach]:
    for part in file.parts:
        stem = part.split(".")[0].lower()
        bags = BAGS.intersection(re.split(r"[_\-]", stem))
        if bags:
            yield Breach(file.path, 1, f"{part}: a {min(bags)} is a bag; name the concept")


def nothing_left_for_later(file: Source) -> Iterable[Breach]:
    return _lines(file, _MARKS, "left for later")


def no_registry_address(file: Source) -> Iterable[Breach]:
    return _lines(file, _REGISTRIES, "address of a registry")


def no_home_of_one_machine(file: Source) -> Iterable[Breach]:
    return _lines(file, _HOMES, "path of one machine")


def app_has_the_anatomy(file: Source) -> Iterable[Breach]:
    if not file.app:
        return
    name = file.parts[3]
    if len(file.parts) == 4:
        fits = name in ANATOMY_FILES
    else:
        fits = name in ANATOMY_FOLDERS or f"{name}.py" in ANATOMY_FILES
    if not fits:
        yield Breach(file.path, 1, f"{name} has no place in the anatomy of an app")
    if name == "templates" and len(file.parts) > 5 and file.parts[4] != file.app:
        yield Breach(file.path, 1, f"templates of {file.app} live in templates/{file.app}/")


def _wants(table: dict[str, object]) -> Iterable[str]:
    title = table.get("title")
    for language in ("zh", "en"):
        text = title.get(language) if isinstance(title, dict) else None
        if not isinstance(text, str) or not text.strip():
            yield f"title.{language} is missing"
    if not isinstance(table.get("section"), str) or not table["section"]:
        yield "section is missing: where the plan asks for this app"
    for key in ("kernels", "emits", "hears"):
        value = table.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield f"{key} is not a list of names"
    if table.get("quality") not in LEVELS:
        yield f"quality is none of {', '.join(sorted(LEVELS))}"
    exemptions = table.get("exemptions", {})
    if not isinstance(exemptions, dict) or not all(exemptions.values()):
        yield "exemptions: each names its reason"


def app_introduces_itself(file: Source) -> Iterable[Breach]:
    if not file.app or len(file.parts) != 4 or file.path.name not in {"__init__.py", "app.toml"}:
        return
    if file.path.name == "__init__.py":
        if not (ROOT / "guanggu" / "apps" / file.app / "app.toml").exists():
            yield Breach(file.path, 1, f"{file.app} has no app.toml")
        return
    try:
        table = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        yield Breach(file.path, 1, f"not TOML: {error}")
        return
    for want in _wants(table):
        yield Breach(file.path, 1, want)
