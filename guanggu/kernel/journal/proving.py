"""Proof that one event stands in the journal under a signed root (RFC 9162 2.1.3)."""

from __future__ import annotations

from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.standards.rfc_9162 import inclusion_ranges, leaf_hash, root_of

from .models import Event, Root, Tile
from .reading import Cursor, read_events
from .sealing import TILE_LEAVES

_NOT_SEALED = T(
    "该记录刚刚写入，尚未封存。请数秒后再试。",
    "This record was just written and is not sealed yet. Try again in a few seconds.",
)


def inclusion_proof(event: Event) -> dict[str, Any]:
    """The audit path of the event, as JSON with hashes in hex.

    Keys: index, size, leaf, path, root, signature, public_key, at_microseconds, previous.
    Raises Missing where no root covers the event yet.
    """
    root = (
        Root.objects.filter(transaction__gt=event.transaction)
        | Root.objects.filter(transaction=event.transaction, event_id__gte=event.id)
    ).order_by("size").first()  # fmt: skip
    if root is None:
        raise Missing(_NOT_SEALED, code="not_sealed")
    index = leaf_index(event)
    path = [_subtree(first, end) for first, end in inclusion_ranges(index, root.size)]
    return {
        "index": index,
        "size": root.size,
        "leaf": leaf_hash(bytes(event.hash)).hex(),
        "path": [node.hex() for node in path],
        "root": bytes(root.hash).hex(),
        "signature": bytes(root.signature).hex(),
        "public_key": bytes(root.public_key).hex(),
        "at_microseconds": root.at_microseconds,
        "previous": bytes(root.previous).hex(),
    }


def leaf_index(event: Event) -> int:
    """Position of the event among all, from 0."""
    tile = _tile_before(event)
    start = Cursor(tile.transaction, tile.event_id) if tile else Cursor()
    index = tile.number * TILE_LEAVES if tile else 0
    while events := read_events(start, TILE_LEAVES):
        for offset, each in enumerate(events):
            if each.id == event.id:
                return index + offset
        index += len(events)
        start = Cursor(events[-1].transaction, events[-1].id)
    raise Missing(_NOT_SEALED, code="not_sealed")


def _tile_before(event: Event) -> Tile | None:
    earlier = Tile.objects.filter(transaction__lt=event.transaction) | Tile.objects.filter(
        transaction=event.transaction, event_id__lt=event.id
    )
    return earlier.order_by("-number").first()


def _subtree(first: int, end: int) -> bytes:
    """Root over leaves [first, end), from whole tiles where it is larger than one."""
    if end - first >= TILE_LEAVES:
        whole = end // TILE_LEAVES
        tiles = Tile.objects.filter(number__gte=first // TILE_LEAVES, number__lt=whole)
        nodes = [bytes(tile.hash) for tile in tiles.order_by("number")]
        if end % TILE_LEAVES:
            nodes.append(root_of(_leaves(whole * TILE_LEAVES, end)))
        return root_of(nodes)
    return root_of(_leaves(first, end))


def _leaves(first: int, end: int) -> list[bytes]:
    number = first // TILE_LEAVES
    tile = Tile.objects.filter(number=number).first()
    if tile:
        start = Cursor(tile.transaction, tile.event_id)
    elif number:
        full = Tile.objects.get(number=number - 1)
        last = read_events(Cursor(full.transaction, full.event_id), TILE_LEAVES)[-1]
        start = Cursor(last.transaction, last.id)
    else:
        start = Cursor()
    skip = first - number * TILE_LEAVES
    events = read_events(start, skip + end - first)[skip:]
    return [leaf_hash(bytes(event.hash)) for event in events]
