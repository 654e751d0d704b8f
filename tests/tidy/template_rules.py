"""Rules on HTML templates: both languages, and nothing that a strict CSP would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from .files import Breach, Source

# Names that are the same in both languages.
SAME_IN_BOTH = {
    "API", "CSV", "GB", "HTML", "JSON", "OFD", "OpenID", "PDF", "QR", "REST", "SM2", "TOTP",
    "XES", "XLSX", "XML", "ZIP", "guanggu", "English",
}  # fmt: skip
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
CODE_ELEMENTS = {"code", "kbd", "pre", "samp"}
_COMMENT = re.compile(r"{%\s*comment.*?%}.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_WORD = re.compile(r"[\u3400-\u9fff]+|[A-Za-z][A-Za-z0-9'\-]*")


def _blank(match: re.Match[str]) -> str:
    """Keep the lines, so that numbers still fit."""
    return "\n" * match[0].count("\n")


def _bare_words(text: str) -> list[str]:
    """Chinese of any length, Latin from two letters on: a single one is a label such as A."""
    words = _WORD.findall(text)
    return [
        word for word in words if word not in SAME_IN_BOTH and (len(word) > 1 or not word.isascii())
    ]


class _Reader(HTMLParser):
    """Collects (line, what) of everything a reader would meet in one language only."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._code_depth = 0
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        values = {name: value or "" for name, value in attrs}
        if tag in CODE_ELEMENTS:
            self._code_depth += 1
        if tag == "style" or (tag == "script" and "src" not in values):
            self.found.append((line, f"inline <{tag}>"))
        self._in_script = tag == "script"
        for name, value in values.items():
            if name == "style" or re.fullmatch(r"on[a-z]+", name):
                self.found.append((line, f"inline {name}= on <{tag}>"))
            loads = name in {"src", "href"} and tag in {"script", "link", "img", "iframe"}
            if loads and re.match(r"(https?:)?//", value):
                self.found.append((line, f"<{tag}> from another site"))
            if name in SPOKEN_ATTRIBUTES and _bare_words(value):
                self.found.append((line, f"{name}={value!r} in one language only"))

    def handle_endtag(self, tag: str) -> None:
        if tag in CODE_ELEMENTS:
            self._code_depth = max(0, self._code_depth - 1)
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._code_depth or self._in_script:
            return
        words = _bare_words(data)
        if words:
            leading = data[: len(data) - len(data.lstrip())].count("\n")
            line = self.getpos()[0] + leading
            self.found.append((line, f"{' '.join(words)[:40]!r} outside {{% t %}}"))


def _read(file: Source) -> list[tuple[int, str]]:
    if not file.is_template:
        return []
    reader = _Reader()
    reader.feed(_TAG.sub(_blank, _COMMENT.sub(_blank, file.text)))
    reader.close()
    return reader.found


def templates_speak_both_languages(file: Source) -> Iterable[Breach]:
    for line, what in _read(file):
        if "outside" in what or "language" in what:
            yield Breach(file.path, line, what)


def templates_have_nothing_inline(file: Source) -> Iterable[Breach]:
    for line, what in _read(file):
        if what.startswith("inline") or what.endswith("another site"):
            yield Breach(file.path, line, what)


def t_has_both_texts(file: Source) -> Iterable[Breach]:
    """``{% t "中文" "English" %}``: a literal is followed by its English."""
    if not file.is_template:
        return
    for number, line in enumerate(_COMMENT.sub(_blank, file.text).splitlines(), 1):
        for inside in re.findall(r"{%\s*t\s+(.*?)\s*%}", line):
            texts = re.findall(r'"[^"]*"|\'[^\']*\'', inside)
            if texts and (len(texts) < 2 or not texts[1][1:-1].strip()):
                yield Breach(file.path, number, f"no English beside {texts[0]}")
