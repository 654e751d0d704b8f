"""An indicator counted from the lake itself: kept with its query, explained by its records."""

from __future__ import annotations

from datetime import date

from guanggu.base.actor import platform
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.indicator.public import (
    Indicator,
    explain,
    recompute,
    revisions,
    series,
    take_in_declared,
)
from guanggu.kernel.register.public import register_of, save_new_records


def _entities(first: int, days: list[date]) -> None:
    model = register_of("legal_entities").model
    rows = [
        model(key=f"E-{n}", name=f"测试企业{n}有限公司", established_on=day, is_sample=True)
        for n, day in enumerate(days, first)
    ]
    save_new_records(platform("tests"), rows, "legal_entities.created")


def test_the_lake_counts_founded_firms_and_shows_which(the_lake):
    take_in_declared()
    _entities(1, [date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 1), date(2001, 1, 1)])
    the_lake.take_in()
    assert recompute("entities-founded")["added"] == 2
    assert series("entities-founded") == {"2026-01": 2, "2026-02": 1}
    kept = revisions("entities-founded", "2026-01")[0].provenance
    assert kept["tables"] == ["legal_entities_legal_entities"]
    assert "established_on" in kept["sql"]
    found = explain(Indicator.objects.get(key="entities-founded"), "2026-01")
    assert found.problem is None
    assert found.agrees
    assert [row["ref"] for row in found.rows] == ["legal_entities/E-1", "legal_entities/E-2"]
    page = sign_in(an_official(roles=[])).get("/indicators/entities-founded/2026-01/")
    assert "测试企业1有限公司" in page.content.decode()
    _entities(5, [date(2026, 1, 7)])
    the_lake.take_in()
    assert recompute("entities-founded")["added"] == 1
    assert [r.number for r in revisions("entities-founded", "2026-01")] == [2, 3]
