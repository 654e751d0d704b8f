"""The suite every app inherits: ``from guanggu.web.conformance import *`` and no body.

The app is the one in whose ``tests`` the importing module stands. An exemption is a line of its
``app.toml`` with the reason: ``[exemptions] the_test_without_test_ = "why"``.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps as installed
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import PERMISSIONS
from guanggu.kernel.identity.testing import a_person, an_official, sign_in
from guanggu.kernel.journal.public import ACTIONS, SUBSCRIBERS
from guanggu.kernel.register.public import REGISTERS, Record
from guanggu.web.addresses import collection_address

APPS_FOLDER = Path(__file__).resolve().parents[1] / "apps"
DECLARATIONS = {
    "register", "feature", "observation", "case", "document", "indicator", "connector",
}  # fmt: skip
# What each file of an app may take from the others; views, rest and tasks may take from all.
MAY_IMPORT: dict[str, set[str]] = {
    "rules": {"rules"},
    "models": {"models", "rules"},
    "queries": {"queries", "models", "rules"},
    "actions": {"actions", "queries", "models", "rules"},
}
MAY_IMPORT |= {name: {name, "actions", "queries", "models", "rules"} for name in DECLARATIONS}
HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Subject:
    """The app under test."""

    name: str
    manifest: dict[str, Any]

    @property
    def module(self) -> str:
        return f"guanggu.apps.{self.name}"

    @property
    def folder(self) -> Path:
        return APPS_FOLDER / self.name

    def files(self) -> Iterator[tuple[str, ast.Module]]:
        """(what the file is in the anatomy, its syntax tree), tests and migrations left out."""
        for path in sorted(self.folder.rglob("*.py")):
            parts = path.relative_to(self.folder).parts
            if parts[0] not in ("tests", "migrations", "management"):
                yield parts[0].removesuffix(".py"), ast.parse(path.read_text(encoding="utf-8"))

    def patterns(self) -> list[URLPattern]:
        """Addresses of the app's own views that take no argument."""
        if find_spec(f"{self.module}.views") is None:
            return []
        views = import_module(f"{self.module}.views")
        return [p for p in getattr(views, "urlpatterns", []) if isinstance(p, URLPattern)]


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> Subject:
    name = request.module.__name__.split(".")[2]
    text = (APPS_FOLDER / name / "app.toml").read_text(encoding="utf-8")
    found = Subject(name, tomllib.loads(text))
    reason = found.manifest.get("exemptions", {}).get(
        request.node.originalname.removeprefix("test_")
    )
    if reason:
        pytest.skip(f"exempt: {reason}")
    return found


def _is_bilingual(text: Any) -> bool:
    return isinstance(text, T) and bool(text.zh.strip()) and bool(text.en.strip())


def test_manifest_introduces_the_app(subject: Subject) -> None:
    title = subject.manifest["title"]
    assert HAN.search(title["zh"]) or title["zh"].strip()
    assert re.search("[A-Za-z]", title["en"])
    assert subject.manifest["section"]
    assert installed.is_installed(subject.module)


def test_kernels_of_the_manifest_are_those_in_use(subject: Subject) -> None:
    used = set()
    for _, tree in subject.files():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found = re.match(r"guanggu\.kernel\.(\w+)", node.module)
                used |= {found[1]} if found else set()
    assert used <= set(subject.manifest["kernels"])


def test_kernels_are_entered_by_their_door(subject: Subject) -> None:
    doors = {"public", "declaring"}
    for kind, tree in subject.files():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "guanggu.kernel"
            ):
                assert (node.module or "").rpartition(".")[2] in doors, f"{kind}: {node.module}"


def test_files_import_in_the_order_of_the_anatomy(subject: Subject) -> None:
    wrong = []
    for kind, tree in subject.files():
        allowed = MAY_IMPORT.get(kind)
        if allowed is None:
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            for name in _own_parts(subject, kind, node):
                if name not in allowed:
                    wrong.append(f"{kind} imports {name}")
    assert not wrong


def _own_parts(subject: Subject, kind: str, node: ast.ImportFrom) -> list[str]:
    """Names of the app's own files that an import reaches."""
    module = node.module or ""
    if module.startswith(subject.module):
        rest = module.removeprefix(subject.module).lstrip(".")
        return [rest.split(".")[0]] if rest else [alias.name for alias in node.names]
    if not node.level:
        return []
    in_package = (subject.folder / kind).is_dir()
    own_level = 2 if in_package else 1
    if node.level < own_level:
        return [kind]
    return [module.split(".")[0]] if module else [alias.name for alias in node.names]


def test_rules_are_pure(subject: Subject) -> None:
    for kind, tree in subject.files():
        if kind != "rules":
            continue
        for node in ast.walk(tree):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith(("django", "guanggu.kernel", "guanggu.web")), name


def test_events_of_the_code_stand_in_the_manifest(subject: Subject) -> None:
    """Literal kinds only: what a register emits by itself is named by its own test below."""
    emitted = set()
    for _, tree in subject.files():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"append", "save_record", "remove_record", "save_new_records", "Entry"}:
                emitted |= {
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant)
                    and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(argument.value))
                }
    assert emitted <= set(subject.manifest["emits"])
    assert all(kind.startswith(f"{subject.name}.") for kind in subject.manifest["emits"])


def test_registers_tell_their_events(subject: Subject) -> None:
    for declared in _registers(subject):
        if declared.change is not None:
            assert f"{subject.name}.created" in subject.manifest["emits"]
            assert f"{subject.name}.changed" in subject.manifest["emits"]


def test_what_is_heard_stands_in_the_manifest(subject: Subject) -> None:
    heard = {
        kind
        for each in SUBSCRIBERS.values()
        if each.handler.__module__.startswith(subject.module)
        for kind in each.kinds
    }
    assert heard == set(subject.manifest["hears"])


def test_actions_and_permissions_carry_the_name_of_the_app(subject: Subject) -> None:
    own = [a for a in ACTIONS.values() if a.function.__module__.startswith(f"{subject.module}.")]
    assert all(action.name.startswith(f"{subject.name}.") for action in own)
    for permission in PERMISSIONS.values():
        if permission.scope.__module__.startswith(f"{subject.module}."):
            assert permission.name.startswith(f"{subject.name}.")


def test_models_are_named_in_both_languages(subject: Subject) -> None:
    for model in installed.get_app_config(subject.name).get_models():
        if issubclass(model, Record):
            assert _is_bilingual(model._meta.verbose_name), model.__name__
            for field in model._meta.concrete_fields:
                if field.editable and not field.auto_created:
                    assert _is_bilingual(field.verbose_name), f"{model.__name__}.{field.name}"


def test_records_are_declared(subject: Subject) -> None:
    for model in installed.get_app_config(subject.name).get_models():
        if issubclass(model, Record):
            assert REGISTERS[model.collection].model is model


@pytest.mark.django_db
def test_migrations_are_complete(subject: Subject) -> None:
    said = StringIO()
    try:
        call_command("makemigrations", subject.name, check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())
    assert "No changes" in said.getvalue()


def _registers(subject: Subject) -> list[Any]:
    return [declared for declared in REGISTERS.values() if declared.app == subject.name]


def _clients() -> Iterator[tuple[str, Client]]:
    yield "visitor", Client()
    yield "person", sign_in(a_person())
    yield "official", sign_in(an_official())


@pytest.mark.django_db
def test_screens_of_the_registers_answer_everyone(subject: Subject) -> None:
    for who, client in _clients():
        for declared in _registers(subject):
            _assert_answers(client, collection_address(declared), who)


@pytest.mark.django_db
def test_views_without_argument_answer_everyone(subject: Subject) -> None:
    prefix = "" if _at_root(subject) else f"{subject.name}/"
    for who, client in _clients():
        for pattern in subject.patterns():
            route = str(pattern.pattern)
            if "<" not in route:
                _assert_answers(client, f"/{prefix}{route}", who)


def _at_root(subject: Subject) -> bool:
    if find_spec(f"{subject.module}.views") is None:
        return False
    return bool(getattr(import_module(f"{subject.module}.views"), "AT_ROOT", False))


def _assert_answers(client: Client, address: str, who: str) -> None:
    """An answer that is meant, and a page that both kinds of reader can begin to read."""
    for language in ("zh", "en"):
        client.cookies["language"] = language
        answer = client.get(address)
        assert answer.status_code < 500, f"{who} {address}: {answer.status_code}"
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 200 and kind.startswith("text/html"):
            page = answer.content.decode()
            if "<html" in page:
                assert re.search(r'<html[^>]*\blang="', page), address
                assert len(re.findall(r"<h1[\s>]", page)) == 1, f"{address}: one h1"


__all__ = ["subject", *(name for name in dict(globals()) if name.startswith("test_"))]
