"""Reading procedures: the parsed definition of a version, and the version new cases get."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson

from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Missing

from .definition import Definition, parse
from .models import Procedure

_PARSED: dict[str, Definition] = {}  # by digest: two versions of one digest read the same
_KEPT_MAX = 2000


def digest_of(code: str, version: int, raw: dict[str, Any]) -> str:
    body = orjson.dumps([code, version, raw], option=orjson.OPT_SORT_KEYS)
    return sha256(body).hexdigest()


def definition_of(procedure: Procedure) -> Definition:
    known = _PARSED.get(procedure.digest)
    if known is None:
        if len(_PARSED) >= _KEPT_MAX:
            _PARSED.clear()
        known = parse(procedure.code, procedure.version, procedure.definition)
        _PARSED[procedure.digest] = known
    return known


def definition_pinned(procedure_id: int, digest: str) -> Definition:
    """The definition to which a case is pinned, known by its digest. Raises RuntimeError."""
    known = _PARSED.get(digest)
    if known is None:
        found = Procedure.objects.get(pk=procedure_id)
        if found.digest != digest:
            raise RuntimeError(f"procedure {found} is not the version of its cases any more")
        known = definition_of(found)
    return known


def published(code: str) -> Procedure:
    """The version that new cases follow. Raises Missing, Conflict where none is published."""
    versions = Procedure.objects.filter(code=code)
    found = versions.filter(state="published").order_by("-version").first()
    if found:
        return found
    if versions.exists():
        raise Conflict(
            T(
                "流程“{}”没有已发布的版本，暂不能受理。",
                "Procedure “{}” has no published version; no case can be opened.",
            ).format(code)
        )
    raise Missing(T("没有流程“{}”。", "There is no procedure “{}”.").format(code))
