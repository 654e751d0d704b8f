"""Every door through which a file comes in goes by the scanner: read from the code itself."""

from __future__ import annotations

import ast
from pathlib import Path

import guanggu

ROOT = Path(guanggu.__file__).parent
# ``receive`` puts a content into the store, where it is held; ``read_upload`` scans what is read.
SCANNED = {"receive", "read_upload"}
# Shows forms and keeps nothing of what is sent.
NOTHING_IS_READ = {"web/gallery.py"}


def _names(tree: ast.AST) -> set[str]:
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return named | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _handed_to(path: Path, tree: ast.AST) -> set[str]:
    """Names in the modules of the same app from which the door takes its functions."""
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            target = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            near = [target.with_suffix(".py"), *target.glob("*.py")]
            for each in near if target.name != "views" else []:
                if each.is_file():
                    named |= _names(ast.parse(each.read_text(encoding="utf-8")))
    return named


def test_whoever_reads_request_files_has_them_scanned() -> None:
    doors, unscanned = 0, []
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if "/tests/" in place or place in NOTHING_IS_READ:
            continue
        names = _names(tree := ast.parse(path.read_text(encoding="utf-8")))
        if any(isinstance(n, ast.Attribute) and n.attr == "FILES" for n in ast.walk(tree)):
            doors += 1
            if not (names | _handed_to(path, tree)) & SCANNED:
                unscanned.append(place)
    assert doors >= 8
    assert not unscanned, "read uploads by guanggu.kernel.document.public.read_upload or receive"
