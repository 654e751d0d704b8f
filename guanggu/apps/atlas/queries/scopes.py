"""Who may see and change layers that were brought in, and the tree of all layers."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Layer, layers_for
from guanggu.kernel.identity.public import permission

from ..models import UserFeature, UserLayer


def may_publish(actor: Actor) -> bool:
    """Keepers of the map publish, change and remove every layer."""
    return actor.kind == "platform" or (actor.kind == "official" and actor.has("map"))


def may_bring_in(actor: Actor) -> bool:
    """Officials bring in drafts of their own."""
    return actor.kind in ("official", "platform")


def _seen(actor: Actor, prefix: str = "") -> Q | bool:
    if may_publish(actor):
        return True
    seen = Q(**{f"{prefix}is_published": True})
    if may_bring_in(actor):
        seen |= Q(**{f"{prefix}owner": actor.ref})
    return seen


def _changed(actor: Actor, prefix: str = "") -> Q | bool:
    if may_publish(actor):
        return True
    if not may_bring_in(actor):
        return False
    return Q(**{f"{prefix}owner": actor.ref, f"{prefix}is_published": False})


VIEW_LAYERS = permission("atlas.view_layers", scope=_seen)
CHANGE_LAYERS = permission("atlas.change_layers", scope=_changed)
VIEW_FEATURES = permission("atlas.view_features", scope=lambda actor: _seen(actor, "layer__"))
CHANGE_FEATURES = permission(
    "atlas.change_features", scope=lambda actor: _changed(actor, "layer__")
)


def layer_of(record: UserLayer) -> Layer:
    """The layer on the map that a record of a layer makes."""
    return Layer(
        model=UserFeature,
        name=record.key,
        part=Q(layer=record.pk),
        title=T(record.name, record.name_en or record.name),
        view=None if record.is_published else VIEW_FEATURES,
        properties=("name",),
        more=lambda feature: feature.properties,
        colour=record.colour,
        order=80,
        extra={"is_sample": record.is_sample, "app": "atlas"},
    )


def groups(actor: Actor) -> list[tuple[T, list[Layer]]]:
    """Layers by the system that they come from, in the order of the layers. A draft is listed
    for those who may see it alone."""
    drafts = set(UserLayer.objects.filter(is_published=False).values_list("key", flat=True))
    if drafts and not may_publish(actor):
        drafts -= set(UserLayer.objects.filter(owner=actor.ref).values_list("key", flat=True))
    elif may_publish(actor):
        drafts = set()
    found: dict[str, list[Layer]] = {}
    for layer in layers_for(actor):
        if layer.key not in drafts:
            found.setdefault(layer.model._meta.app_label, []).append(layer)
    return [(_title_of(name), layers) for name, layers in found.items()]


def _title_of(name: str) -> T:
    """The system's name from its manifest; a kernel has none."""
    import tomllib
    from pathlib import Path

    path = Path(apps.get_app_config(name).path) / "app.toml"
    if not path.exists():
        return T("监测设施", "Monitoring")
    title = tomllib.loads(path.read_text(encoding="utf-8"))["title"]
    return T(title["zh"], title["en"])
