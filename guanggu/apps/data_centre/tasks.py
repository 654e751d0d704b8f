"""What the worker does for the data centre: the catalogue follows the lake, grants end, rules run."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Problem
from guanggu.kernel.identity.public import Account, actor_for
from guanggu.kernel.journal.public import Progress, long_job, recurring

from .actions.describing import describe_lake
from .actions.judging import count_all, judge
from .actions.opening import lake_stands, open_in_background
from .actions.requesting import expire_grant
from .models import DataGrant, QualityRule
from .register.shipped import take_in_shipped

log = logging.getLogger(__name__)


@recurring("data_centre.describe", every_seconds=300)
def follow_the_lake() -> None:
    """New tables and columns enter the catalogue; the shipped rules of quality come with them.

    An install without a lake has nothing to be catalogued yet.
    """
    if not lake_stands():
        return
    describe_lake(platform("data_centre"), is_sample=bool(settings.GUANGGU_SAMPLE))
    take_in_shipped(platform("data_centre"))


@recurring("data_centre.grants", every_seconds=3600)
def end_grants() -> None:
    """Mark what has run out; it was refused since its last day."""
    for row in DataGrant.objects.filter(state="granted", until_on__lt=clock.today()):
        try:
            expire_grant(platform("data_centre"), grant=row.key)
        except Conflict as problem:
            log.info("grant %s: %s", row.key, problem.message)


@recurring("data_centre.quality", every_seconds=86_400)
def judge_the_lake() -> None:
    """Every rule once a day."""
    if not lake_stands() or not QualityRule.objects.filter(is_active=True).exists():
        return
    try:
        judge(platform("data_centre"), counted=count_all())
    except Problem as problem:
        log.info("quality is checked later: %s", problem.message)


def _is_own(actor: Actor, /, account: int, post: int | None, **_: Any) -> bool:
    """Whoever asks runs it as himself, in the post in which he asks."""
    return actor.kind == "official" and (actor.account, actor.post) == (account, post)


@long_job("data_centre.query", T("后台查询", "Background query"), allows=_is_own)
def query_in_background(
    progress: Progress, *, account: int, post: int | None, sql: str, purpose: str, note: str
) -> dict[str, Any]:
    """A query that takes longer than a page waits; its answer is a Parquet file of its owner."""
    import pyarrow.parquet

    actor = actor_for(Account.objects.get(pk=account, is_active=True), post=post)
    progress.phase(T("正在查询数据湖", "Querying the lake"), 100)
    opened = open_in_background(actor, sql=sql, purpose=purpose, note=note, step=progress.step)
    progress.phase(T("正在写入结果文件", "Writing the file"))
    target = progress.folder / "result.parquet"
    pyarrow.parquet.write_table(opened.table, target, version="1.0", compression="zstd")
    text = T("共 {} 行", "{} rows").format(f"{opened.table.num_rows:,}")
    if opened.is_cut:
        text = text + T("（已达上限，只取前面的行）", " (at the limit; there were more)")
    return {"text": text.as_dict(), "file": target.name}
