"""Make a copy now, or prove the newest one: what the plan does by itself, on the terminal."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from guanggu.base.bilingual import T
from guanggu.site.command import both


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--drill", action="store_true",
        help=both(T("备份后在空目录中恢复并证明相等", "then restore it into an empty place and prove it")),
    )  # fmt: skip
    parser.add_argument(
        "--only-drill", action="store_true",
        help=both(T("只演练最近一份备份", "only prove the newest copy")),
    )  # fmt: skip
    parser.add_argument(
        "--pgbackrest", metavar="DATA_FOLDER",
        help=both(T("给出 pgBackRest 的配置与步骤", "say how pgBackRest is set up")),
    )  # fmt: skip
    parser.add_argument("--ship", action="store_true", help=argparse.SUPPRESS)  # child of serve


def run(options: argparse.Namespace) -> int:
    """0 where all is done and proven, 1 where not; the run stands on the page in either case."""
    from guanggu.apps.backup.tasks import BACKUP, DRILL, KEEPER
    from guanggu.kernel.journal.public import start_job

    if options.pgbackrest:
        return _tell_pgbackrest(options.pgbackrest)
    if options.ship:
        return _ship()
    names = [] if options.only_drill else [BACKUP]
    if options.drill or options.only_drill:
        names.append(DRILL)
    for name in names:
        if not _done(start_job(KEEPER, name)):
            return 1
    return 0


def _tell_pgbackrest(data_folder: str) -> int:
    """Its configuration on the output, so that it can be piped into the file; the steps beside."""
    from django.conf import settings

    from guanggu.apps.backup.connector.pgbackrest import STEPS, configuration, repository

    print(configuration(data_folder, repository(), settings.GUANGGU_BACKUP_KEY), end="")
    print(both(STEPS), file=sys.stderr)
    return 0


def _ship() -> int:
    """litestream in place of this process; waits where it is not wanted (PostgreSQL)."""
    import os
    import signal

    from guanggu.apps.backup.connector.litestream import (
        NO_PROGRAM,
        is_wanted,
        program,
        write_configuration,
    )

    found = program()
    if not is_wanted():
        signal.pause()
    if found is None:
        print(both(NO_PROGRAM), file=sys.stderr)
        return 1
    os.execv(found, [found, "replicate", "-config", str(write_configuration())])


def _done(key: str) -> bool:
    """Run the job here, with its heartbeat, and say what came of it."""
    import json

    from guanggu.kernel.journal.public import LongJob, claim_job, run_claimed

    claimed = claim_job(key)
    if claimed is None:  # the worker was quicker: it is on its page
        print(both(T("已交后台办理：/jobs/{}/", "the worker has it: /jobs/{}/").format(key)))
        return True
    run_claimed(claimed, beats=True)
    row: Any = LongJob.objects.get(key=key)
    if row.state != "done":
        print(both(T(row.error or row.state, row.error_en or row.state)), file=sys.stderr)
        return False
    print(both(T(**json.loads(row.result)["text"])))
    return True
