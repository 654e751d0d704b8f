"""Bringing in a layer from a file, publishing it, taking it away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.base.ids import readable_code
from guanggu.kernel.feature.public import features
from guanggu.kernel.identity.public import get
from guanggu.kernel.journal.public import DIGEST_KEY, REMOVED, Entry, action, append, append_batch
from guanggu.kernel.register.public import remove_record, save_new_records, save_record

from ..models import UserFeature, UserLayer
from ..queries import CHANGE_LAYERS, VIEW_LAYERS, may_bring_in, may_publish
from ..rules.words import COLOURS

REFUSED_KEPT_MAX = 500
_DO_NOT_FIT = T("图层未导入。", "The layer was not brought in.")
_NAME = T("请填写图层名称（不超过 80 字）。", "Name the layer (at most 80 characters).")
_TAKEN = T("已有同名图层，请换一个名称。", "You have a layer of that name: choose another.")
_NOTHING = T("没有可导入的要素：{}", "No feature could be taken in: {}")
_KEY = re.compile(r"[a-z][a-z0-9_]{2,39}")


def _allows(actor: Actor, /, **_: Any) -> bool:
    return may_bring_in(actor)


@action("atlas.take_in", allows=_allows, title=T("导入图层", "Bring in a layer"))
def take_in(
    actor: Actor,
    *,
    name: str,
    taken: Sequence[Any],
    refused: Sequence[tuple[int, T]],
    file_name: str,
    file_crs: str = "",
    name_en: str = "",
    description: str = "",
    colour: str = "#1f6f8b",
    layer_key: str = "",
    is_sample: bool = False,
) -> dict[str, Any]:
    """Make a draft layer of the features that ``rules.judging`` took. Raises Invalid."""
    name = " ".join(name.split())
    errors: dict[str, T] = {}
    if not name or len(name) > 80:
        errors["name"] = _NAME
    elif UserLayer.objects.filter(owner=actor.ref, name=name).exists():
        errors["name"] = _TAKEN
    if not taken:
        reason = refused[0][1] if refused else T("文件是空的", "the file is empty")
        errors["file"] = _NOTHING.format(reason)
    if errors:
        raise Invalid(_DO_NOT_FIT, fields=errors)
    if not _KEY.fullmatch(layer_key):
        layer_key = f"user-{readable_code(8).lower()}"
    layer = UserLayer(
        key=layer_key, name=name, name_en=name_en, description=description,
        colour=colour if colour in COLOURS else "#1f6f8b", owner=actor.ref,
        owner_name=actor.name, file_name=file_name[:200], file_crs=file_crs[:120],
        refused=[[number, text.zh, text.en] for number, text in refused[:REFUSED_KEPT_MAX]],
        is_sample=is_sample, source=file_name[:80],
    )  # fmt: skip
    counts = {"taken": len(taken), "refused": len(refused)}
    save_record(actor, layer, "atlas.layer_imported", **counts)
    made = [
        UserFeature(
            key=f"{layer.key}-{one.number}", layer=layer, name=one.name, geometry=one.geometry,
            properties=one.properties, source=layer.source,
        )
        for one in taken
    ]  # fmt: skip
    save_new_records(actor, made, "atlas.feature_imported")
    return {"layer": layer.key, **counts}


def _may_publish(actor: Actor, /, layer: str, **_: Any) -> bool:
    get(actor, UserLayer, VIEW_LAYERS, key=layer)
    return may_publish(actor)


@action("atlas.publish_layer", allows=_may_publish, title=T("发布图层", "Publish a layer"))
def publish_layer(actor: Actor, *, layer: str) -> dict[str, Any]:
    return _publish(actor, layer, True)


@action("atlas.withdraw_layer", allows=_may_publish, title=T("撤回图层", "Withdraw a layer"))
def withdraw_layer(actor: Actor, *, layer: str) -> dict[str, Any]:
    return _publish(actor, layer, False)


def _publish(actor: Actor, key: str, is_published: bool) -> dict[str, Any]:
    layer = UserLayer.objects.select_for_update().get(key=key)
    if layer.is_published == is_published:
        raise Conflict(
            T(
                "图层状态已变化，请刷新后再操作。",
                "The layer has changed meanwhile: reload the page.",
            )
        )
    layer.is_published = is_published
    save_record(actor, layer, "atlas.layer_changed")
    return {"layer": key, "is_published": is_published}


def _may_remove(actor: Actor, /, layer: str, **_: Any) -> bool:
    get(actor, UserLayer, CHANGE_LAYERS, key=layer)
    return True


@action("atlas.remove_layer", allows=_may_remove, title=T("删除图层", "Remove a layer"))
def remove_layer(actor: Actor, *, layer: str, reason: str = "") -> dict[str, Any]:
    """Take the layer away with all its features; their history stays in the journal."""
    record = UserLayer.objects.get(key=layer)
    rows = UserFeature.objects.filter(layer=record)
    keys = list(rows.values_list("key", flat=True))
    rows.delete()
    told = {"reason": reason, DIGEST_KEY: REMOVED}
    append_batch(Entry(f"user_features/{key}", "atlas.removed", actor, told) for key in keys)
    remove_record(actor, record, "atlas.layer_removed", reason=reason)
    features().drop(layer)
    append(f"layers/{layer}", "atlas.layer_removed", actor, {"features": len(keys)})
    return {"layer": layer, "features": len(keys)}
