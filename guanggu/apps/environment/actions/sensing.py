"""The sensing side of a station or an outlet, as the kernel is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.observation.public import Station, specs_of

from ..rules.streams import Spec
from ..rules.words import factor_title


def station_of(
    *, key: str, name: str, name_en: str, kind: str, subject: str, geometry: Any,
    organisation: Organisation | None, is_public: bool, streams: Sequence[Spec],
) -> Station:  # fmt: skip
    """A thing of the sample with these streams."""
    return Station(
        key=key, name=name[:200], name_en=name_en[:200], kind=kind, subject=subject,
        geometry=geometry, organisation=organisation, is_public=is_public,
        streams=specs_of(streams, factor_title), is_sample=True, source="sample",
    )  # fmt: skip
