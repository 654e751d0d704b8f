"""Turning text into search tokens: pairs of Chinese characters, and whole words of the rest.

Tokens are plain ASCII, so that every engine's own tokeniser leaves them alone whatever its locale:
武汉光谷 becomes u6b66u6c49 u6c49u5149 u5149u8c37 u8c37. The last character stands alone so that a
single character can be found as a beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_RUNS = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U0003ffff]+|[0-9a-z]+")


def _is_chinese(run: str) -> bool:
    return ord(run[0]) >= 0x3400


def _spelt(characters: str) -> str:
    return "".join(f"u{ord(character):x}" for character in characters)


def runs_of(text: str) -> list[str]:
    """Runs of Chinese or of letters and digits; full-width forms and case are levelled."""
    return _RUNS.findall(unicodedata.normalize("NFKC", text).lower())


def tokens_of(text: str) -> list[str]:
    """The tokens under which a text is found."""
    found: list[str] = []
    for run in runs_of(text):
        if _is_chinese(run):
            found.extend(_spelt(run[i : i + 2]) for i in range(len(run)))
        else:
            found.append(f"w{run}")
    return found


def phrases_of(query: str) -> list[list[str]]:
    """The token phrases that a text must hold; the last token of each may be a beginning."""
    phrases = []
    for run in runs_of(query):
        if not _is_chinese(run):
            phrases.append([f"w{run}"])
        elif len(run) == 1:
            phrases.append([_spelt(run)])
        else:
            phrases.append([_spelt(run[i : i + 2]) for i in range(len(run) - 1)])
    return phrases


def is_lone_character(phrase: list[str]) -> bool:
    """True for a phrase of a single Chinese character."""
    return len(phrase) == 1 and phrase[0].startswith("u") and phrase[0].count("u") == 1


def scope_tokens(scopes: Iterable[str]) -> list[str]:
    """Scopes such as "org:7" as tokens that no text can produce."""
    return [f"s{re.sub('[^0-9a-z]', '', scope.lower())}" for scope in scopes]
