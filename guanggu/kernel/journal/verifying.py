"""Reading the whole journal again and naming what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

from guanggu.base.bilingual import T
from guanggu.standards.rfc_9162 import Frontier

from . import chain
from .models import Root
from .reading import one_state
from .sealing import digest_of, own_public_key, signature_is_valid
from .states import GUARDED, REMOVED, STATE_ENDING, digest_in

BATCH = 5000
FINDINGS_MAX = 1000  # one altered row is enough to act on; a ruined table must not fill memory


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit: what, and where it stands."""

    place: str
    message: T


@dataclass
class Verdict:
    events: int = 0
    roots: int = 0
    records: int = 0
    findings: list[Finding] = field(default_factory=list)
    states: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return not self.findings

    def add(self, place: str, message: T) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(place, message))


# Other kernels may add checks of their own.
CHECKS: list[Callable[[Verdict], None]] = []

_ALTERED = T("事件内容被改动", "the event was altered")
_BROKEN = T("与前一事件的链接断开", "the link to the event before it is broken")
_GAP = T("缺少第{}号事件", "event number {} is missing")
_ID_GAP = T("序号{}至{}的事件被删除", "the events with id {} to {} were removed")
_ROOT = T("与已签名的根不符", "does not agree with the signed root")
_SIGNATURE = T("根的签名无效", "the signature of the root is not valid")
_ROOT_LINK = T("与前一个根的链接断开", "the link to the root before it is broken")
_ROOT_LOST = T("根日志中有而数据库中没有", "stands in the root log but not in the database")
_ROW_ALTERED = T(
    "记录与日志不符，可能被绕过程序直接改动",
    "the row differs from what the journal says: it was changed behind the platform's back",
)
_ROW_UNKNOWN = T("日志中没有该记录", "the journal knows no such row")
_ROW_LOST = T("日志中有而数据库中没有该记录", "the row is gone although the journal holds it")
_SHORT = T("根覆盖的事件多于现存事件", "covers more events than there are")


def verify(progress: Callable[[int], None] = lambda done: None) -> Verdict:
    """Check every event, chain, root and record; answers all findings (none: sound).

    Of one state of the database: what others write meanwhile is neither waited for nor mistaken for
    a change behind the platform's back.
    """
    verdict = Verdict()
    logged = _logged_roots()  # before that state: a root stands in the database first
    with one_state():
        roots = list(Root.objects.order_by("size"))
        _verify_events(verdict, roots, progress)
        _verify_roots(verdict, roots, logged)
        _verify_rows(verdict)
        for check in CHECKS:
            check(verdict)
    return verdict


def _batches(ends: Iterable[int]) -> Iterator[list[tuple]]:
    """(id, subject, sequence, previous, hash, hashed bytes), joined by the engine for speed.

    No batch reaches over one of ``ends``, the sizes at which a root was signed.
    """
    columns = (
        "subject", "sequence", "kind", "at_microseconds", "actor", "actor_name", "post",
        "on_behalf_of", "data",
    )  # fmt: skip
    if connection.vendor == "sqlite":
        text = f"CAST({' || char(10) || '.join(columns)} AS BLOB)"
    else:
        text = f"convert_to({' || chr(10) || '.join(columns)}, 'UTF8')"
    sql = (
        f"SELECT id, subject, sequence, previous, hash, {text} FROM journal_event "
        'ORDER BY "transaction", id'
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        done = 0
        for end in ends:
            while done < end and (rows := cursor.fetchmany(min(BATCH, end - done))):
                done += len(rows)
                yield rows
        while rows := cursor.fetchmany(BATCH):
            yield rows


def _verify_events(verdict: Verdict, roots: list[Root], progress: Callable[[int], None]) -> None:
    heads: dict[str, tuple[int, bytes]] = {}
    frontier, start = Frontier(), (0, chain.NOTHING)
    due = iter(roots)
    root = next(due, None)
    id_before = 0
    gaps: list[tuple[int, int]] = []
    for rows in _batches([root.size for root in roots]):
        # The body runs a million times and more: what it needs lies in local names.
        for id_, subject, sequence, previous, digest, text in rows:
            if id_ != id_before + 1:
                gaps.append((id_before + 1, id_ - 1))
            id_before = id_
            head_sequence, head_hash = heads.get(subject, start)
            if sha256(previous + text).digest() != digest:
                verdict.add(f"{subject}#{sequence}", _ALTERED)
            if sequence != head_sequence + 1:
                verdict.add(subject, _GAP.format(head_sequence + 1))
            elif previous != head_hash:
                verdict.add(f"{subject}#{sequence}", _BROKEN)
            heads[subject] = (sequence, digest)
            if text.endswith(STATE_ENDING) and (state := digest_in(text.decode())):
                collection, _, key = subject.partition("/")
                verdict.states.setdefault(collection, {})[key] = state
        frontier = frontier.extend([sha256(b"\x00" + row[4]).digest() for row in rows])
        verdict.events += len(rows)
        if root is not None and verdict.events == root.size:
            if frontier.root() != bytes(root.hash):
                _name_root(verdict, root, gaps)
            root = next(due, None)
            gaps = []
            progress(verdict.events)
    if root is not None:
        verdict.add(f"roots/{root.size}", _SHORT)
        _name_gaps(verdict, gaps)


def _name_root(verdict: Verdict, root: Root, gaps: Iterable[tuple[int, int]]) -> None:
    verdict.add(f"roots/{root.size}", _ROOT)
    _name_gaps(verdict, gaps)


def _name_gaps(verdict: Verdict, gaps: Iterable[tuple[int, int]]) -> None:
    # Ids are consecutive on SQLite; PostgreSQL leaves gaps for every rolled-back transaction.
    if connection.vendor == "sqlite":
        for first, last in gaps:
            verdict.add("journal", _ID_GAP.format(first, last))


def _verify_rows(verdict: Verdict) -> None:
    for collection, rows in GUARDED.items():
        states = verdict.states.pop(collection, {})
        for key, digest in rows():
            verdict.records += 1
            known = states.pop(key, None)
            if known is None or known == REMOVED:
                verdict.add(f"{collection}/{key}", _ROW_UNKNOWN)
            elif known != digest:
                verdict.add(f"{collection}/{key}", _ROW_ALTERED)
        for key, digest in states.items():
            if digest != REMOVED:
                verdict.add(f"{collection}/{key}", _ROW_LOST)


def _verify_roots(verdict: Verdict, roots: list[Root], logged: Iterable[tuple[int, str]]) -> None:
    previous, key = bytes(32), own_public_key()
    for root in roots:
        if not signature_is_valid(root) or bytes(root.public_key) != key:
            verdict.add(f"roots/{root.size}", _SIGNATURE)
        if bytes(root.previous) != previous:
            verdict.add(f"roots/{root.size}", _ROOT_LINK)
        previous = digest_of(root)
        verdict.roots += 1
    known = {(root.size, bytes(root.hash).hex()) for root in roots}
    for size, digest in logged:
        if (size, digest) not in known:
            verdict.add(f"roots/{size}", _ROOT_LOST)


def _logged_roots() -> list[tuple[int, str]]:
    """Size and hash of every root that the root log holds."""
    path = settings.GUANGGU_ROOTS_LOG
    if not path or not Path(path).exists():
        return []
    found = []
    with Path(path).open(encoding="ascii") as log:
        for line in log:
            size, digest, *_ = [*line.split(), "", ""]
            if size.isdigit():
                found.append((int(size), digest))
    return found
