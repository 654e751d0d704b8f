"""Declarations: layers brought in, and their features."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Link, Register, Section, register

from ..models import UserFeature, UserLayer
from ..queries import CHANGE_LAYERS, VIEW_FEATURES, VIEW_LAYERS
from ..queries.scopes import CHANGE_FEATURES

register(
    Register(
        model=UserLayer,
        title=T("自建图层", "Layers brought in"),
        one=T("自建图层", "Layer"),
        view=VIEW_LAYERS,
        change=CHANGE_LAYERS,
        columns=("name", "owner_name", "is_published", "file_name"),
        filters=("is_published", "colour"),
        sections=(Section(T("图层", "Layer"), ("name", "name_en", "description", "colour")),),
        search=("name", "name_en", "description"),
        links=(
            Link(T("图层管理", "About the layer"), lambda record: f"/atlas/layers/{record.key}/"),
        ),
        extra={"area": "city", "order": 92},
        in_menu=False,
    )
)
register(
    Register(
        model=UserFeature,
        title=T("自建图层要素", "Features brought in"),
        one=T("要素", "Feature"),
        view=VIEW_FEATURES,
        change=CHANGE_FEATURES,
        columns=("name", "layer", "key"),
        filters=("layer",),
        sections=(Section(T("要素", "Feature"), ("name", "layer", "geometry", "properties")),),
        search=("name",),
        extra={"area": "city", "order": 93},
        in_menu=False,
    )
)
