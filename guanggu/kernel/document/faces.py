"""Which typefaces this machine has, which stands in for which, and what no face can draw.

``tools/fonts.py`` writes the files and ``faces.json``. A document whose text has a character that
no face holds is refused: an empty box on a licence would be a person's name lost.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Unavailable

FONTS = Path(__file__).parent / "fonts"

# role -> the roles tried after it, nearest in style first
FALL_BACK = {
    "fang": ("kai", "song", "hei"),
    "biaosong": ("song", "hei", "fang"),
    "hei": ("song", "fang", "kai"),
    "kai": ("fang", "song", "hei"),
    "song": ("fang", "kai", "hei"),
}
STYLES = {
    "song": T("宋体", "Song (serif)"),
    "biaosong": T("小标宋", "Biaosong (heavy serif for titles)"),
    "hei": T("黑体", "Hei (sans)"),
    "kai": T("楷体", "Kai (regular script)"),
    "fang": T("仿宋", "Fangsong"),
}
NO_FONTS = T(
    "本机尚未生成公文字体，无法制作文书。请管理员运行 make prepare 后重试。",
    "This machine has no document typefaces yet. Ask the administrator to run make prepare.",
)


@dataclass(frozen=True)
class FaceState:
    """One style: ``state`` is "exact", "stand_in" (another design drawn for it) or "missing"."""

    role: str
    style: T
    state: str
    made_from: str
    package: str
    licence: str


@lru_cache(maxsize=1)
def _built() -> dict[str, dict[str, Any]]:
    try:
        report = json.loads((FONTS / "faces.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return {face["role"]: face for face in report["faces"]}


def font_report() -> list[FaceState]:
    """The state of each of the five styles, for the administrator's page and the command line."""
    faces = _built()
    states = []
    for role, style in STYLES.items():
        face = faces.get(role)
        state = "missing" if face is None else "exact" if face["exact"] else "stand_in"
        told = face or {"made_from": "", "package": "", "licence": ""}
        states.append(
            FaceState(role, style, state, told["made_from"], told["package"], told["licence"])
        )
    return states


@lru_cache(maxsize=1)
def chains() -> dict[str, list[str]]:
    """role -> font families in the order in which a character is looked for.

    Raises Unavailable where no face was built.
    """
    faces = _built()
    if not faces:
        raise Unavailable(NO_FONTS, code="no_fonts")
    return {
        role: [faces[name]["family"] for name in (role, *others) if name in faces]
        for role, others in FALL_BACK.items()
    }


@lru_cache(maxsize=1)
def _ranges() -> tuple[list[int], list[int]]:
    """Starts and ends of the code points that some face draws, sorted and merged."""
    every = sorted(tuple(pair) for face in _built().values() for pair in face["characters"])
    starts: list[int] = []
    ends: list[int] = []
    for start, end in every:
        if ends and start <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends


def undrawable(text: str) -> list[str]:
    """The characters of ``text`` that no face can draw, each once, in order of appearance."""
    starts, ends = _ranges()

    def drawn(character: str) -> bool:
        place = bisect_right(starts, ord(character)) - 1
        return place >= 0 and ord(character) <= ends[place]

    return [c for c in dict.fromkeys(text) if not (drawn(c) or c in "\n\r\t\u200b")]
