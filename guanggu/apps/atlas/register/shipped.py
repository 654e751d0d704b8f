"""The invented ground of the sample district: its boundary and main roads, marked as such."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from guanggu.base.actor import Actor

from ..actions import publish_layer, take_in
from ..models import UserLayer

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "sample.json"


def take_in_sample(actor: Actor) -> list[Any]:
    """Lay the layers of the ground that are not there yet; it has no things that sense."""
    from ..rules.judging import judge
    from ..rules.reading import read_file

    for layer in json.loads(SHIPPED.read_text(encoding="utf-8")):
        if UserLayer.objects.filter(key=layer["key"]).exists():
            continue
        text = json.dumps(layer["data"]).encode()
        judged = judge(read_file("sample.json", text).features)
        take_in(
            actor,
            name=layer["name"],
            name_en=layer["name_en"],
            layer_key=layer["key"],
            description=f"{layer['description']} {layer['description_en']}",
            colour=layer["colour"],
            taken=judged.taken,
            refused=judged.refused,
            file_name="sample.json",
            file_crs="EPSG:4490",
            is_sample=True,
        )
        publish_layer(actor, layer=layer["key"])
    return []
