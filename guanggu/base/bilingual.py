"""A text in Chinese and English, declared once and shown in the reader's language.

Every label, message and help text of the house is a ``T``: it cannot be written without its
English, so both languages are complete by construction and need no catalogue to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

_language: ContextVar[str] = ContextVar("language", default="zh")
_resolver: list[Callable[[], str]] = [_language.get]


def set_language(code: str) -> None:
    """Choose the language ("zh" or "en") of this thread or task."""
    _language.set("en" if code.startswith("en") else "zh")


def resolve_language_by(resolver: Callable[[], str]) -> None:
    """Let the web framework say which language is active (``site`` calls this once)."""
    _resolver[0] = resolver


def current_language() -> str:
    return "en" if _resolver[0]().startswith("en") else "zh"


# Frameworks take a T wherever they show text, but their types know only str.
if TYPE_CHECKING:
    _Text = str
else:
    _Text = object


class T(_Text):
    """``T("受理", "Accept")``; ``{}`` fields are filled with :meth:`format`."""

    __slots__ = ("en", "zh")

    def __init__(self, zh: str, en: str):
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return self.en if current_language() == "en" else self.zh

    def __repr__(self) -> str:
        return f"T({self.zh!r}, {self.en!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, T):
            return (self.zh, self.en) == (other.zh, other.en)
        return str(self) == other

    def __hash__(self) -> int:
        return hash((self.zh, self.en))

    def __len__(self) -> int:
        return len(str(self))

    def __bool__(self) -> bool:
        return bool(self.zh)

    def __add__(self, other: T | str) -> T:
        more = other if isinstance(other, T) else T(other, other)
        return T(self.zh + more.zh, self.en + more.en)

    def __mod__(self, values: object) -> T:
        """What Django does to the message of a validator; one without %(name)s stays as it is."""
        if "%(" not in self.zh + self.en:
            return self
        return T(self.zh % values, self.en % values)

    def format(self, *args: object, **kwargs: object) -> T:
        """Fill the fields in both languages; a ``T`` among the values speaks each of them."""

        def side(value: object, code: str) -> object:
            return getattr(value, code) if isinstance(value, T) else value

        return T(
            self.zh.format(
                *(side(a, "zh") for a in args), **{k: side(v, "zh") for k, v in kwargs.items()}
            ),
            self.en.format(
                *(side(a, "en") for a in args), **{k: side(v, "en") for k, v in kwargs.items()}
            ),
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, object]]:
        """How a migration writes it down."""
        return ("guanggu.base.bilingual.T", [self.zh, self.en], {})

    def as_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}
