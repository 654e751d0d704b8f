"""Documents and files for the tests of other kernels and of apps."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from guanggu.base.actor import Actor
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.identity.testing import an_organisation

from .faces import font_report
from .issuing import prepare_document
from .models import Document

# The smallest files of their kinds that ``receive`` takes.
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def fonts_are_built() -> bool:
    return all(face.state != "missing" for face in font_report())


needs_fonts = pytest.mark.skipif(
    not fonts_are_built(), reason="the typefaces are not built: python tools/fonts.py"
)


def a_document(
    actor: Actor, *, organisation: Organisation | None = None, data: Any = None, **more: Any
) -> Document:
    """A numbered certificate in a transaction of its own."""
    issuer = organisation or an_organisation("武汉东湖新技术开发区市场监督管理局")
    with transaction.atomic():
        return prepare_document(
            actor,
            template=more.pop("template", "document.certificate"),
            data=data or {"rows": [["名称", "武汉样例有限公司"], ["有效期", "长期"]]},
            subject=more.pop("subject", "cases/C-1"),
            organisation=issuer.pk,
            pattern=more.pop("pattern", "武新许〔{year}〕{number}号"),
            **more,
        )
