"""PDF/A-2b from a template and data by one compiler that stays warm.

A template sees only files that are handed to it (itself, ``guanggu.typ``, ``data.json``,
``qr.svg``): it runs in an empty folder and cannot read the machine. The same data, template and
date give the same bytes.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.standards import gb_t_9704_2012 as layout

from . import faces
from .declaration import LIBRARY, TYPST, DocumentTemplate

# The typesetter is loaded by the first document, not when the server starts.
if TYPE_CHECKING:
    import typst

_lock = Lock()  # the compiler refuses a second thread ("Already borrowed")

CANNOT_DRAW = T(
    "文书中有本机字体无法显示的字符：{}。请改用规范字，或联系管理员安装字体后重试。",
    "The document has characters that no typeface here can draw: {}. Write them otherwise, "
    "or ask the administrator to install a typeface.",
)
DOES_NOT_COMPILE = T("文书模板有误，无法排版：{}", "The template cannot be typeset: {}")


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    import typst

    empty = tempfile.mkdtemp(prefix="guanggu-typst-")
    main: Any = {"main.typ": b""}  # its stubs know no mapping of names to contents
    return typst.Compiler(
        input=main,
        root=empty,
        font_paths=[str(faces.FONTS)],
        ignore_system_fonts=True,
        package_path=empty,
        package_cache_path=empty,
    )


@lru_cache(maxsize=1)
def _library() -> bytes:
    return (TYPST / LIBRARY).read_bytes()


@lru_cache(maxsize=1)
def _layout() -> dict[str, Any]:
    """The figures of GB/T 9704-2012 by lower-case name."""
    return {
        name.lower(): value
        for name, value in vars(layout).items()
        if name.isupper() and isinstance(value, int | float | str)
    }


def qr_svg(text: str) -> bytes:
    """A QR code as SVG; error correction M survives a fold through it."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0)
    return out.getvalue()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def check_drawable(data: Mapping[str, Any]) -> None:
    """Raises Invalid naming the characters of ``data`` that would come out as empty boxes."""
    missing = faces.undrawable("".join(_texts(data)))
    if missing:
        shown = "、".join(f"{c}(U+{ord(c):04X})" for c in missing[:10])
        raise Invalid(CANNOT_DRAW.format(shown), code="undrawable")


def render(source: bytes, data: Mapping[str, Any], dated_at: datetime, *, qr: str = "") -> bytes:
    """One PDF/A-2b file.

    source: text of the template; data: JSON; dated_at: aware, stands in the file as its date;
    qr: text of the QR code. Raises Invalid for characters no face draws and for a faulty template.
    """
    import typst

    check_drawable(data)
    sent = {**data, "faces": faces.chains(), "layout": _layout()}
    files: Any = {
        "main.typ": source,
        LIBRARY: _library(),
        "data.json": json.dumps(sent, ensure_ascii=False).encode(),
        "qr.svg": qr_svg(qr or "-"),
    }
    with _lock:
        try:
            made: Any = _compiler().compile(
                input=files,
                format="pdf",
                pdf_standards="a-2b",
                timestamp=clock.to_microseconds(dated_at) // 1_000_000,
            )
        except typst.TypstError as error:
            raise Invalid(DOES_NOT_COMPILE.format(str(error)[:300]), code="template") from error
    return bytes(made)


def render_template(
    template: DocumentTemplate, data: Mapping[str, Any], dated_at: datetime, *, qr: str = ""
) -> bytes:
    return render(template.source, data, dated_at, qr=qr)
