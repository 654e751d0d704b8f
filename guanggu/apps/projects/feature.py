"""The parcels of projects on the map, coloured by stage."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Layer, Legend, layer

from .models import Project
from .queries.scopes import VIEW_PROJECTS
from .rules.words import STAGE_COLOURS, STAGES

layer(
    Layer(
        model=Project, title=T("投资项目", "Investment projects"), view=VIEW_PROJECTS,
        properties=("name", "name_en", "stage", "owner_name"), colour="#0b4ca1",
        colour_by="stage", minzoom=9, order=60,
        legend=tuple(Legend(code, title, STAGE_COLOURS[code]) for code, title in STAGES.items()),
    )
)  # fmt: skip
