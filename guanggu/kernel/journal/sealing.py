"""Batching the journal into a Merkle tree whose signed roots can be kept elsewhere.

The root log (``settings.GUANGGU_ROOTS_LOG``) is a plain text file of every root: copied off the
machine, it proves a journal that was cut short or written anew together with its roots.
"""

from __future__ import annotations

import functools
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from guanggu.base import clock
from guanggu.standards.rfc_9162 import Frontier, leaf_hash, root_of

from .models import Root, Tile
from .reading import Cursor, read_events

SEAL_EVERY_SECONDS = 2
TILE_LEAVES = 256
BATCH = 256 * 40  # a multiple of the tile


@functools.lru_cache(maxsize=1)
def _key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))


def signed_text(size: int, root: bytes, at_microseconds: int, previous: bytes) -> bytes:
    """What the platform signs: the tree head and the digest of the head before it."""
    lines = ("guanggu journal root", size, root.hex(), at_microseconds, previous.hex())
    return "\n".join(str(line) for line in lines).encode()


def digest_of(root: Root) -> bytes:
    """What the next root points back to."""
    return sha256(bytes(root.hash) + bytes(root.signature)).digest()


def signature_is_valid(root: Root) -> bool:
    text = signed_text(root.size, bytes(root.hash), root.at_microseconds, bytes(root.previous))
    try:
        Ed25519PublicKey.from_public_bytes(bytes(root.public_key)).verify(
            bytes(root.signature), text
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def own_public_key() -> bytes:
    return _key(settings.GUANGGU_JOURNAL_KEY).public_key().public_bytes_raw()


def seal() -> int:
    """Take the settled events that no root covers into the tree; answers how many."""
    total = 0
    while count := _seal_batch():
        total += count
        if count < BATCH:
            break
    return total


def _seal_batch() -> int:
    last = Root.objects.order_by("-size").first()
    if not read_events(_after(last), 1):
        return 0
    with transaction.atomic():
        last = Root.objects.select_for_update().order_by("-size").first()
        frontier = Frontier.from_bytes(bytes(last.frontier)) if last else Frontier()
        # The first batch brings the tree to a whole tile, so that the others start on one.
        events = read_events(_after(last), BATCH - frontier.size % TILE_LEAVES)
        if not events:
            return 0
        leaves = [leaf_hash(bytes(event.hash)) for event in events]
        _keep_tiles(frontier, last, leaves, events)
        frontier = frontier.extend(leaves)
        root = _sign(frontier, last)
        root.transaction, root.event_id = events[-1].transaction, events[-1].id
        root.save(force_insert=True)
    _log(root)
    return len(events)


def _after(last: Root | None) -> Cursor:
    return Cursor(last.transaction, last.event_id) if last else Cursor()


def _sign(frontier: Frontier, last: Root | None) -> Root:
    at = clock.to_microseconds(clock.now())
    previous = digest_of(last) if last else bytes(32)
    hash_ = frontier.root()
    key = _key(settings.GUANGGU_JOURNAL_KEY)
    return Root(
        size=frontier.size,
        hash=hash_,
        frontier=frontier.to_bytes(),
        previous=previous,
        at_microseconds=at,
        signature=key.sign(signed_text(frontier.size, hash_, at, previous)),
        public_key=own_public_key(),
    )


def _keep_tiles(frontier: Frontier, last: Root | None, leaves: list[bytes], events: list) -> None:
    """Write the tiles that this batch completes, each with the cursor before its first leaf."""
    open_leaves = frontier.size % TILE_LEAVES
    if open_leaves:
        start = _open_tile_cursor(frontier.size)
        earlier = read_events(start, open_leaves)
        leaves = [leaf_hash(bytes(event.hash)) for event in earlier] + leaves
        events = earlier + events
    else:
        start = _after(last)
    number = frontier.size // TILE_LEAVES
    tiles = []
    for first in range(0, len(leaves) - TILE_LEAVES + 1, TILE_LEAVES):
        hash_ = root_of(leaves[first : first + TILE_LEAVES])
        tiles.append(
            Tile(number=number, hash=hash_, transaction=start.transaction, event_id=start.event_id)
        )
        end = events[first + TILE_LEAVES - 1]
        start, number = Cursor(end.transaction, end.id), number + 1
    Tile.objects.bulk_create(tiles)


def _open_tile_cursor(size: int) -> Cursor:
    """The cursor before the first leaf of the tile that is not full yet."""
    number = size // TILE_LEAVES
    if number == 0:
        return Cursor()
    full = Tile.objects.get(number=number - 1)
    end = read_events(Cursor(full.transaction, full.event_id), TILE_LEAVES)[-1]
    return Cursor(end.transaction, end.id)


def _log(root: Root) -> None:
    if path := settings.GUANGGU_ROOTS_LOG:
        line = f"{root.size} {bytes(root.hash).hex()} {bytes(root.signature).hex()}\n"
        with Path(path).open("a", encoding="ascii") as log:
            log.write(line)
