"""Start a new app: a folder that is an app already, and its line in docs/systems.md."""

from __future__ import annotations

import argparse
import keyword
import os
import re
import subprocess
import sys
from pathlib import Path

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.site.command import both
from guanggu.site.scaffold.files import NewApp, files_of

NEEDS_DJANGO = False
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Words that would say nothing, and labels that frameworks or the house use already.
TAKEN = {
    "account", "admin", "auth", "base", "case", "common", "connector", "contenttypes", "document",
    "feature", "helpers", "identity", "indicator", "journal", "manager", "messages", "mfa",
    "observation", "register", "sessions", "site", "standards", "staticfiles", "system", "tests",
    "utils", "web",
}  # fmt: skip
PACKAGE = Path(__file__).resolve().parents[2]
OTHERS = "## Others 其他"
TABLE_HEADING = "| app | 系统 system | kernels | state |\n| --- | --- | --- | --- |"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument("--zh", default="", help=both(T("中文名称", "title in Chinese")))
    parser.add_argument("--en", default="", help=both(T("英文名称", "title in English")))
    parser.add_argument("--section", default="", help=both(T("规划章节", "section of the plan")))


def check_name(name: str, apps: Path) -> None:
    """Raises Invalid for a name that cannot be one, Conflict where the app exists."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name) or len(name) > 40:
        raise Invalid(
            T(
                "名称只用小写字母、数字和下划线，例如 lake_patrols。",
                "Name it by lower-case letters, digits and underscores, such as lake_patrols.",
            )
        )
    if name in TAKEN:
        raise Invalid(T("“{}”不能用作应用名。", '"{}" cannot name an app.').format(name))
    if (apps / name).exists():
        raise Conflict(T("应用“{}”已存在。", 'The app "{}" exists.').format(name))


def _planned(systems: str, name: str) -> tuple[str, str, str]:
    """(zh, en, section) as docs/systems.md plans the app; empty where it does not."""
    section = ""
    for line in systems.splitlines():
        if line.startswith("## "):
            found = re.search(r"\[(.*)\]", line)
            section = found[1] if found else ""
        row = re.match(rf"\| `{name}` \| (.*?) \|", line)
        if row:
            words = row[1].split()
            start = next((i for i, w in enumerate(words) if re.fullmatch(r"[a-z][\w-]*", w)), None)
            if start is None:
                return row[1], "", section
            return " ".join(words[:start]), " ".join(words[start:]).capitalize(), section
    return "", "", ""


def list_system(systems: str, app: NewApp) -> str:
    """docs/systems.md with the app's state as started, in its planned place or at the end."""
    planned = re.compile(rf"(\| `{app.name}` \|.*\|) \w+ \|")
    if planned.search(systems):
        return planned.sub(r"\1 started |", systems, count=1)
    row = f"| `{app.name}` | {app.zh} {app.en} | J I R | started |\n"
    if OTHERS not in systems:
        return f"{systems.rstrip()}\n\n{OTHERS}\n{TABLE_HEADING}\n{row}"
    head, _, tail = systems.partition(f"{OTHERS}\n{TABLE_HEADING}\n")
    return f"{head}{OTHERS}\n{TABLE_HEADING}\n{row}{tail}"


def write(app: NewApp, apps: Path, systems: Path) -> None:
    for name, text in files_of(app).items():
        path = apps / app.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if systems.exists():
        listed = list_system(systems.read_text(encoding="utf-8"), app)
        systems.write_text(listed, encoding="utf-8")


def run(options: argparse.Namespace) -> int:
    """Raises Invalid or Conflict for the name."""
    apps, systems = PACKAGE / "apps", PACKAGE.parent / "docs" / "systems.md"
    check_name(options.name, apps)
    text = systems.read_text(encoding="utf-8") if systems.exists() else ""
    zh, en, section = _planned(text, options.name)
    title = options.name.replace("_", " ").capitalize()
    app = NewApp(
        options.name, options.zh or zh or title, options.en or en or title,
        options.section or section or "-",
    )  # fmt: skip
    write(app, apps, systems)
    # The migration is written by the framework itself, in a process that sees the new app.
    made = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", app.name, "--verbosity", "0"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "guanggu.site.settings"},
        cwd=PACKAGE.parent, check=False,
    )  # fmt: skip
    if made.returncode:
        return made.returncode
    print(both(T("已建立 guanggu/apps/{}", "made guanggu/apps/{}").format(app.name)))
    return 0
