"""The lake from the command line: how it stands, made anew, held against the database, followed."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time

from guanggu.base import clock
from guanggu.base.bilingual import T
from guanggu.site.command import both

DIFFERENCES_SHOWN = 20
GONE = T("数据湖中没有", "not in the lake")
TOO_MUCH = T("数据库中已没有", "no more in the database")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("status", "rebuild", "verify", "follow"),
        help=both(T("状态 / 重建 / 核对 / 持续写入", "how it stands / anew / compare / keep writing")),
    )  # fmt: skip
    parser.add_argument(
        "--writer", type=_writer, default=(0, 1), metavar="N/M",
        help=both(T("多个写入进程中的第几个，如 1/2", "which of several writers, as in 1/2")),
    )  # fmt: skip


def _writer(text: str) -> tuple[int, int]:
    """1/2 is the first of two: (0, 2)."""
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count) <= 64):
        raise argparse.ArgumentTypeError(both(T("应如 1/2", "it is written as in 1/2")))
    return int(number) - 1, int(count)


def run(options: argparse.Namespace) -> int:
    """0 where all is well; 1 where ``verify`` found a difference."""
    if options.what == "follow":
        return _follow(options.writer)
    return {"status": _status, "rebuild": _rebuild, "verify": _verify}[options.what]()


def _status() -> int:
    from guanggu.kernel.lake.public import lake

    snapshot = lake().snapshot()
    tables = lake().tables()
    behind_s = (clock.now() - tables[0].fresh_at).total_seconds() if tables else 0.0
    text = T(
        "快照 {}，至事件 {}，滞后 {:.1f} 秒", "snapshot {}, up to event {}, behind by {:.1f} s"
    )
    print(both(text.format(snapshot.id, snapshot.event_id, max(0.0, behind_s))))
    for table in tables:
        if table.rows:
            print(
                f"{table.rows:>12,} {table.bytes / 2**20:>10.1f} MiB  {table.name}  {both(table.title)}"
            )
    return 0


def _rebuild() -> int:
    from guanggu.kernel.lake.public import lake
    from guanggu.kernel.lake.verifying import rebuild

    def progress(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done:,}", end="", file=sys.stderr, flush=True)

    started = time.monotonic()
    done = rebuild(lake().place, progress)
    text = T("已重新入湖 {} 个事件，用时 {:.1f} 秒", "{} events taken in again in {:.1f} s")
    print(both(text.format(done, time.monotonic() - started)))
    return 0


def _verify() -> int:
    from guanggu.kernel.lake.public import lake
    from guanggu.kernel.lake.upkeep import Difference
    from guanggu.kernel.lake.verifying import compare_all

    tables = rows = 0
    found: list[Difference] = []
    for compared in compare_all(lake().place):
        tables, rows = tables + 1, rows + compared.rows
        found += compared.differences
    for each in found[:DIFFERENCES_SHOWN]:
        if each.columns:
            what = T("不同的列：{}", "other values in {}").format(", ".join(each.columns))
        else:
            what = GONE if each.lake is None else TOO_MUCH
        print(f"{each.table} {each.key}: {both(what)}")
    if found:
        text = T("数据湖与数据库有 {} 处不符", "the lake differs from the database in {} places")
        print(both(text.format(len(found))), file=sys.stderr)
        return 1
    text = T("核对通过：{} 张表、{} 行一致", "equal: {} tables, {} rows")
    print(both(text.format(tables, rows)))
    return 0


def _follow(writer: tuple[int, int]) -> int:
    """Until SIGTERM: where the lake is not written by ``guanggu ingest`` (started with --no-lake)."""
    from guanggu.kernel.lake.lane import Lane
    from guanggu.kernel.lake.public import lake

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    lane = Lane(lake().place, first_s=0.0, shard=writer)
    stop.wait()
    lane.end()
    return 0
