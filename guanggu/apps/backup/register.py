"""Copies and drills as a register, the app's way in, and the words of its events."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import Register, Section, register
from guanggu.web import event_words, navigation

from .models import BackupPlan, BackupRun
from .queries import SEE_BACKUPS

register(
    Register(
        model=BackupRun,
        title=T("备份记录", "Backup runs"),
        one=T("备份记录", "Backup run"),
        view=SEE_BACKUPS,
        columns=("kind", "state", "began_at", "ended_at", "proof"),
        filters=("kind", "state"),
        sections=(
            Section(
                T("备份", "Run"),
                ("kind", "state", "began_at", "ended_at", "snapshot", "proof", "proof_en",
                 "figures", "job"),
            ),
        ),
        scopes=lambda row: (),
        order="-ended_at",
        in_menu=False,
        extra={"area": "administration"},
    )
)  # fmt: skip
register(
    Register(
        model=BackupPlan,
        title=T("备份计划", "Backup plan"),
        one=T("备份计划", "Backup plan"),
        view=SEE_BACKUPS,
        columns=("key", "is_active", "hour", "keep_daily", "keep_weekly", "keep_monthly"),
        sections=(
            Section(
                T("计划", "Plan"),
                ("is_active", "hour", "keep_daily", "keep_weekly", "keep_monthly", "drill_days"),
            ),
        ),
        scopes=lambda row: (),
        in_menu=False,
        extra={"area": "administration"},
    )
)  # fmt: skip
navigation.entry(
    "administration", T("备份与恢复", "Backup"), "/backup/", order=54,
    allows=SEE_BACKUPS.is_possible,
)  # fmt: skip
for _kind, _said, _tone in (
    ("run_ended", T("备份或演练结束", "A copy or drill ended"), ""),
    ("plan_changed", T("修改备份计划", "Plan changed"), ""),
    ("overdue", T("备份或演练逾期", "A copy or drill is overdue"), "bad"),
):
    event_words.say(f"backup.{_kind}", _said, _tone)
