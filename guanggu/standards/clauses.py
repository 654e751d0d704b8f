"""What decided a result: a standard and the place in it, so that a page can show 依据 (its basis)."""

from __future__ import annotations

from dataclasses import dataclass

from guanggu.base.bilingual import T


@dataclass(frozen=True, slots=True)
class Clause:
    """``Clause("HJ 633-2026", T("环境空气质量指数…", "…"), T("表 3", "table 3"))``."""

    standard: str
    name: T
    place: T

    @property
    def text(self) -> T:
        return T(
            f"《{self.name.zh}》({self.standard}){self.place.zh}",
            f"{self.standard}, {self.place.en}",
        )

    def __str__(self) -> str:
        return str(self.text)

    def at(self, zh: str, en: str) -> Clause:
        """Another place of the same standard."""
        return Clause(self.standard, self.name, T(zh, en))
