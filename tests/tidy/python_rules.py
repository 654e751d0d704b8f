"""Rules read from the syntax tree of a Python file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from .files import Breach, Source

FUNCTION_LINES_MAX = 70
CJK = re.compile(r"[\u3400-\u9fff]")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SHOWN = {"verbose_name", "verbose_name_plural", "help_text"}
CLOCKS = {
    ("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"),
    ("date", "today"),
}  # fmt: skip
ROW_WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "update"}
OBJECT_WRITES = {"save", "delete"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
KERNELS_RIGHT_TO_LEFT = (
    "journal", "identity", "register", "feature", "document", "observation", "case", "lake",
    "indicator", "connector",
)  # fmt: skip


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _called(node: ast.Call) -> str:
    """Last name of what is called: ``create`` of ``Case.objects.create``."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _names_in(node: ast.AST) -> set[str]:
    attributes = {item.attr for item in ast.walk(node) if isinstance(item, ast.Attribute)}
    return attributes | {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def function_is_short(file: Source) -> Iterable[Breach]:
    if not file.is_python or file.is_migration:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, FUNCTIONS):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                what = f"{node.name} has {lines} lines, at most {FUNCTION_LINES_MAX}"
                yield Breach(file.path, node.lineno, what)


def module_says_what_it_is(file: Source) -> Iterable[Breach]:
    if not file.is_python or not file.is_product or not file.tree.body:
        return
    if file.path.name != "__init__.py" and not ast.get_docstring(file.tree):
        yield Breach(file.path, 1, "no docstring says what this module is")


def no_models_by_name(file: Source) -> Iterable[Breach]:
    """``apps.get_model`` is an import that the import linter cannot see."""
    if not file.is_python or file.is_migration or file.parts[0] != "guanggu":
        return
    for call in _calls(file.tree):
        if _called(call) == "get_model":
            yield Breach(file.path, call.lineno, "get_model hides an import; import the door")


def no_foreign_key_across_apps(file: Source) -> Iterable[Breach]:
    """A relation by string may name the own app, or for an app a kernel, or a kernel below."""
    own = file.app or file.kernel
    if not file.is_python or file.is_migration or not own:
        return
    if file.app:
        allowed = {own, *KERNELS_RIGHT_TO_LEFT}
    else:
        allowed = set(KERNELS_RIGHT_TO_LEFT[: KERNELS_RIGHT_TO_LEFT.index(own) + 1])
    for call in _calls(file.tree):
        if _called(call) not in RELATIONS:
            continue
        targets = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "to")]
        for target in targets:
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                label, dot, _ = target.value.partition(".")
                if dot and label not in allowed:
                    what = f"relation to {target.value} crosses apps; keep a Ref"
                    yield Breach(file.path, call.lineno, what)


def shown_names_are_bilingual(file: Source) -> Iterable[Breach]:
    if not file.is_python or not file.is_product:
        return
    for node in ast.walk(file.tree):
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Call):
            pairs = [(k.arg, k.value) for k in node.keywords if k.arg]
        elif isinstance(node, ast.Assign):
            pairs = [(t.id, node.value) for t in node.targets if isinstance(t, ast.Name)]
        for name, value in pairs:
            plain = isinstance(value, ast.Constant) and isinstance(value.value, str)
            if name in SHOWN and (plain or isinstance(value, ast.JoinedStr)):
                yield Breach(file.path, value.lineno, f"{name} is not T(中文, English)")


def one_clock(file: Source) -> Iterable[Breach]:
    if not file.is_python or file.parts[0] != "guanggu" or file.is_migration:
        return
    if file.parts == ("guanggu", "base", "clock.py"):
        return
    for call in _calls(file.tree):
        if not isinstance(call.func, ast.Attribute):
            continue
        owner = call.func.value
        owner_name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        if (owner_name, call.func.attr) in CLOCKS:
            what = f"{owner_name}.{call.func.attr}: ask guanggu.base.clock"
            yield Breach(file.path, call.lineno, what)


def screens_do_not_write(file: Source) -> Iterable[Breach]:
    """views and rest of apps and kernels call actions; no row is written there."""
    screens = {"views", "views.py", "rest", "rest.py"}
    if not file.is_python or file.is_test or not screens.intersection(file.parts):
        return
    if file.parts[0] != "guanggu":
        return
    for call in _calls(file.tree):
        if not isinstance(call.func, ast.Attribute):
            continue
        name, owner = call.func.attr, _names_in(call.func.value)
        rows = bool(owner & {"objects", "filter", "exclude", "all"})
        if (name in ROW_WRITES and rows) or (name in OBJECT_WRITES and "session" not in owner):
            yield Breach(file.path, call.lineno, f".{name}() in a screen; write by an action")


def _asserts(node: ast.AST) -> bool:
    for item in ast.walk(node):
        if isinstance(item, ast.Assert):
            return True
        if isinstance(item, ast.Call):
            name = _called(item)
            if name in {"raises", "warns", "fail", "expect"} or name.startswith("assert"):
                return True
    return False


def tests_can_fail(file: Source) -> Iterable[Breach]:
    if not file.is_python or not file.path.name.startswith("test_"):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, FUNCTIONS) and node.name.startswith("test_") and not _asserts(node):
            yield Breach(file.path, node.lineno, f"{node.name} asserts nothing")


def tests_do_not_sleep(file: Source) -> Iterable[Breach]:
    if not file.is_python or not file.path.name.startswith("test_"):
        return
    for call in _calls(file.tree):
        if _called(call) in {"sleep", "wait_for_timeout"}:
            yield Breach(file.path, call.lineno, "a test sleeps; wait for what it waits for")


def no_swallowed_exception(file: Source) -> Iterable[Breach]:
    if not file.is_python:
        return
    for node in ast.walk(file.tree):
        broad: ast.expr | None
        if isinstance(node, ast.ExceptHandler):
            broad = node.type
            silent = all(isinstance(item, (ast.Pass, ast.Continue)) for item in node.body)
        elif isinstance(node, ast.Call) and _called(node) == "suppress" and node.args:
            broad, silent = node.args[0], True
        else:
            continue
        name = getattr(broad, "id", "") if broad else "everything"
        if silent and name in {"Exception", "BaseException", "everything"}:
            yield Breach(file.path, node.lineno, "every exception is swallowed here")


def nothing_unfinished(file: Source) -> Iterable[Breach]:
    if not file.is_python or not file.is_product:
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Raise) and "NotImplementedError" in _names_in(node):
            what = "NotImplementedError: use an abstract base or a Protocol"
            yield Breach(file.path, node.lineno, what)


def screens_speak_both_languages(file: Source) -> Iterable[Breach]:
    """Chinese text in a screen or in ``web`` stands within T(...), with its English.

    A pattern that reads what people write is not shown to anybody.
    """
    in_screens = bool(file.app) and {"views", "views.py", "rest", "rest.py"} & set(file.parts)
    if not file.is_python or not file.is_product:
        return
    if not (in_screens or file.parts[:2] == ("guanggu", "web")):
        return
    told = (call for call in _calls(file.tree) if _called(call) in {"T", "compile"})
    within_t = {id(inner) for call in told for inner in ast.walk(call)}
    documentation = {
        id(node.value)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) in within_t or id(node) in documentation or not CJK.search(node.value):
            continue
        yield Breach(file.path, node.lineno, "Chinese text outside T(中文, English)")
