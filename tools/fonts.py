"""Build the typefaces of certificates and official documents from packages of npm and Debian.

Web packages hold a face cut into a hundred woff2 slices; a typesetter wants one file. Noto Serif
SC and Noto Sans SC (OFL 1.1) give 宋, 小标宋 and 黑; LXGW WenKai (OFL 1.1) gives 楷. No package of
npm or PyPI holds a free 仿宋: Debian's Fandol (GPL with font exception) is taken where it is
installed or can be downloaded, else WenKai Light, which says of itself that it stands between
仿宋 and 楷. ``faces.json`` beside the files says what came from where.

    python tools/fonts.py [--offline] [--force]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

HOUSE = Path(__file__).resolve().parent.parent
TARGET = HOUSE / "guanggu/kernel/document/fonts"
MODULES = HOUSE / "node_modules"
FANDOL_PACKAGE = "texlive-lang-chinese"
FANDOL_FOLDERS = (
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    "/usr/share/texmf/fonts/opentype/public/fandol",
    "/usr/local/share/fonts/fandol",
)
FORMAT = 1  # raise it where the same packages give other files
_KEPT_TABLES = frozenset(
    ("head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "loca", "glyf", "name", "post", "GlyphOrder")
)
_SOURCES = {
    "serif": ("@fontsource-variable/noto-serif-sc", "index.css", "Noto Serif SC", "OFL-1.1"),
    "sans": ("@fontsource-variable/noto-sans-sc", "index.css", "Noto Sans SC", "OFL-1.1"),
    "kai": ("lxgw-wenkai-webfont", "lxgwwenkai-regular.css", "LXGW WenKai", "OFL-1.1"),
    "light": ("lxgw-wenkai-webfont", "lxgwwenkai-light.css", "LXGW WenKai Light", "OFL-1.1"),
}


class Face(NamedTuple):
    """One file to build: ``exact`` is False where it only stands in for the wanted style."""

    role: str
    style: str
    source: str
    weight: int | None
    exact: bool


JOINED = {
    "song": Face("song", "宋体", "serif", 400, True),
    "biaosong": Face("biaosong", "小标宋", "serif", 800, True),
    "hei": Face("hei", "黑体", "sans", 500, True),
    "kai": Face("kai", "楷体", "kai", None, True),
    "fang": Face("fang", "仿宋", "light", None, False),
}
FANDOL = {"fang": "FandolFang-Regular.otf", "kai": "FandolKai-Regular.otf"}


def slices(source: str) -> list[Path]:
    """The woff2 files of a web package in the order of its style sheet."""
    package, sheet, *_ = _SOURCES[source]
    folder = MODULES / package
    names = re.findall(r"files/[^)'\"]+\.woff2", (folder / sheet).read_text("utf-8"))
    return [folder / name for name in dict.fromkeys(names)]


def _opened(path: Path, weight: int | None):
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(path)
    if weight is None or "fvar" not in font:
        return font
    for tag in ("GSUB", "GPOS", "GDEF", "vhea", "vmtx", "VORG", "BASE", "VVAR", "HVAR", "MVAR"):
        if tag in font:
            del font[tag]
    return instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)


def _gather(paths: list[Path], weight: int | None):
    """Glyphs, metrics, character map and order of all slices, glyph names made distinct."""
    base, glyphs, metrics, order = None, {}, {}, []
    characters: dict[int, str] = {}
    for number, path in enumerate(paths):
        font = _opened(path, weight)
        base = base or font
        names = font.getGlyphOrder()
        renamed = {n: n if n == ".notdef" else f"s{number}.{n}" for n in names}
        for name in names:
            if number and name == ".notdef":
                continue
            glyph = font["glyf"][name]
            if glyph.isComposite():
                for part in glyph.components:
                    part.glyphName = renamed[part.glyphName]
            new = renamed[name]
            glyphs[new], metrics[new] = glyph, font["hmtx"].metrics[name]
            order.append(new)
        for character, name in font.getBestCmap().items():
            characters.setdefault(character, renamed[name])
    return base, glyphs, metrics, characters, order


def _name(font, family: str) -> None:
    """Rename, keep the copyright and licence entries (OFL clause 2)."""
    names = font["name"]
    plain = family.replace(" ", "")
    for number in (16, 17, 21, 22, 25):
        names.removeNames(nameID=number)
    for number, text in ((1, family), (2, "Regular"), (3, plain), (4, family), (6, plain)):
        names.setName(text, number, 3, 1, 0x409)
        names.setName(text, number, 1, 0, 0)


def join(face: Face, target: str) -> dict[str, object]:
    """Write one TrueType file from the slices of ``face``; returns its entry for faces.json."""
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    font, glyphs, metrics, characters, order = _gather(slices(face.source), face.weight)
    font.flavor = None
    for tag in [tag for tag in font.keys() if tag not in _KEPT_TABLES]:  # noqa: SIM118
        del font[tag]
    font.setGlyphOrder(order)
    font["glyf"].glyphs, font["glyf"].glyphOrder = glyphs, order
    font["hmtx"].metrics = metrics
    tables = []
    for encoding, number in ((1, 4), (10, 12)):
        table = CmapSubtable.newSubtable(number)
        table.platformID, table.platEncID, table.language = 3, encoding, 0
        table.cmap = {c: n for c, n in characters.items() if number == 12 or c < 0x10000}
        tables.append(table)
    font["cmap"].tables = tables
    font["post"].formatType = 3.0
    font["OS/2"].usWeightClass = 400
    font["head"].macStyle = 0
    font["OS/2"].fsSelection = 0x40
    _name(font, f"Guanggu {face.role.capitalize()}")
    file = Path(target) / f"{face.role}.ttf"
    font.save(file)
    package, _, made_from, licence = _SOURCES[face.source]
    return _entry(
        face, file, f"Guanggu {face.role.capitalize()}", made_from, package, licence, characters
    )


def _entry(face, file, family, made_from, package, licence, characters) -> dict[str, object]:
    return {
        "role": face.role, "style": face.style, "exact": face.exact, "file": file.name,
        "family": family, "made_from": made_from, "package": package, "licence": licence,
        "characters": _ranges(sorted(characters)),
    }  # fmt: skip


def _ranges(points: list[int]) -> list[list[int]]:
    """Code points as inclusive ranges."""
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ranges


def take_fandol(folder: Path, target: Path) -> list[dict[str, object]]:
    """Copy Fandol's 仿宋 and 楷体 unchanged."""
    from fontTools.ttLib import TTFont

    entries = []
    for role, name in FANDOL.items():
        file = target / f"{role}.otf"
        shutil.copyfile(folder / name, file)
        font = TTFont(file)
        family = font["name"].getDebugName(16) or font["name"].getDebugName(1)
        face = JOINED[role]._replace(exact=True)
        entries.append(
            _entry(
                face,
                file,
                family,
                name,
                f"Debian {FANDOL_PACKAGE}",
                "GPL-2.0 with font exception",
                font.getBestCmap(),
            )
        )
    return entries


def find_fandol(offline: bool, scratch: Path) -> Path | None:
    """The folder of the Fandol files: installed, else unpacked from Debian's package."""
    for folder in (os.environ.get("GUANGGU_FANDOL", ""), *FANDOL_FOLDERS):
        if folder and all((Path(folder) / name).is_file() for name in FANDOL.values()):
            return Path(folder)
    if offline or not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    try:
        _run(["apt-get", "download", FANDOL_PACKAGE], scratch, 120)
        package = next(scratch.glob("*.deb"))
        _run(["dpkg-deb", "-x", str(package), str(scratch / "debian")], scratch, 120)
    except (subprocess.SubprocessError, OSError, StopIteration):
        return None
    unpacked = scratch / "debian" / FANDOL_FOLDERS[0].lstrip("/")
    return unpacked if unpacked.is_dir() else None


def _run(command: list[str], folder: Path, seconds: int) -> None:
    subprocess.run(
        command, cwd=folder, timeout=seconds, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def fingerprint() -> dict[str, object]:
    """What the files depend on: format and package versions."""
    versions: dict[str, object] = {"format": FORMAT}
    for package, *_ in _SOURCES.values():
        described = json.loads((MODULES / package / "package.json").read_text("utf-8"))
        versions[package] = described["version"]
    return versions


def build(offline: bool = False, force: bool = False) -> bool:
    """Build what is missing; True where anything was built. Raises FileNotFoundError without npm's packages."""
    made_of = fingerprint()
    report = TARGET / "faces.json"
    if (
        not force
        and report.is_file()
        and json.loads(report.read_text("utf-8"))["made_of"] == made_of
    ):
        return False
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TARGET.parent, prefix=".fonts-") as scratch_name:
        scratch = Path(scratch_name)
        fresh = scratch / "fonts"
        fresh.mkdir()
        fandol = find_fandol(offline, scratch)
        entries = take_fandol(fandol, fresh) if fandol else []
        taken = {entry["role"] for entry in entries}
        wanted = [face for role, face in JOINED.items() if role not in taken]
        with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
            entries += pool.map(join, wanted, [str(fresh)] * len(wanted))
        text = json.dumps({"made_of": made_of, "faces": entries}, ensure_ascii=False)
        (fresh / "faces.json").write_text(text, "utf-8")
        shutil.rmtree(TARGET, ignore_errors=True)
        fresh.rename(TARGET)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="ask nothing of Debian's servers")
    parser.add_argument("--force", action="store_true", help="build anew")
    options = parser.parse_args()
    try:
        built = build(options.offline, options.force)
    except FileNotFoundError as error:
        print(f"缺少字体包，请先运行 npm ci / font packages are missing, run npm ci first: {error}")
        return 1
    for face in json.loads((TARGET / "faces.json").read_text("utf-8"))["faces"]:
        mark = "" if face["exact"] else "  (代用 / stands in)"
        print(f"{face['style']}\t{face['made_from']}\t{face['package']}{mark}")
    print("已生成 / built" if built else "已是最新 / up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
