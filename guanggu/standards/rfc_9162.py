"""RFC 9162 section 2.1 (and RFC 6962, same tree): Merkle tree hashing and its proofs.

A leaf here is always a *leaf hash*, 32 bytes, made by :func:`leaf_hash` from the record's bytes.
A verifier needs no trust in who made the proof: it recomputes the root and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
_PATH_NODES_MAX = 64  # a path of a tree of 2**64 leaves


def leaf_hash(record: bytes) -> bytes:
    """2.1.1: a leaf is hashed behind 0x00, so that no inner node passes for a record."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """2.1.1: an inner node is hashed behind 0x01."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root of the leaf hashes; :data:`EMPTY_ROOT` of none.

    Pairing level by level with the odd node carried up gives the tree of 2.1.1.
    """
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        odd = [level[-1]] if len(level) % 2 else []
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)] + odd
    return level[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree that only grows, kept as the roots of its perfect subtrees, largest first.

    At most 64 hashes stand for any number of leaves; appending costs two hashes on average.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.nodes) != self.size.bit_count():
            raise ValueError(f"{len(self.nodes)} nodes cannot stand for {self.size} leaves")

    def append(self, leaf: bytes) -> Frontier:
        """The frontier with one leaf hash more."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """The frontier with the leaf hashes added in order, a level of the tree at a time."""
        level, held, kept = list(leaves), list(self.nodes), []
        if any(len(leaf) != HASH_BYTES for leaf in level):
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes")
        size, height = self.size + len(level), 0
        while level:
            if self.size >> height & 1:  # as in binary addition: equal subtrees merge
                level.insert(0, held.pop())
            if len(level) % 2:
                kept.append(level.pop())
            pairs = iter(level)
            level = [sha256(b"\x01" + a + b).digest() for a, b in zip(pairs, pairs, strict=True)]
            height += 1
        nodes = held + kept[::-1]
        return Frontier(size, tuple(nodes))

    def root(self) -> bytes:
        """Root over all leaves so far."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def to_bytes(self) -> bytes:
        """8 bytes of size, big endian, then the nodes."""
        return self.size.to_bytes(8, "big") + b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Frontier:
        """Raises ValueError where the length does not fit the size."""
        if len(raw) < 8 or (len(raw) - 8) % HASH_BYTES:
            raise ValueError(f"not a frontier: {len(raw)} bytes")
        nodes = tuple(raw[i : i + HASH_BYTES] for i in range(8, len(raw), HASH_BYTES))
        return cls(int.from_bytes(raw[:8], "big"), nodes)


def _split(count: int) -> int:
    """Largest power of two below ``count`` (2.1.1, k)."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Half-open leaf ranges whose roots form the inclusion path (2.1.3.1), leaf side first.

    For a caller who keeps subtree roots and need not hash all leaves again.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(first: int, size: int) -> list[tuple[int, int]]:
    """Half-open leaf ranges whose roots form the consistency path (2.1.4.1), in its order."""
    if not 0 < first <= size:
        raise ValueError(f"a tree of {size} did not grow from one of {first}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # the old root itself is left out where it is a whole subtree from leaf 0
        ranges.append((start, end))
    return ranges[::-1]


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Audit path of the leaf at ``index`` in the tree of all ``leaves``."""
    return [root_of(leaves[a:b]) for a, b in inclusion_ranges(index, len(leaves))]


def consistency_path(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Proof that the tree of ``leaves`` begins with the tree of its ``first`` leaves."""
    return [root_of(leaves[a:b]) for a, b in consistency_ranges(first, len(leaves))]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """2.1.3.2: whether the leaf hash stands at ``index`` of the tree with this size and root."""
    if not 0 <= index < size or len(path) > _PATH_NODES_MAX:
        return False
    here, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            node = node_hash(sibling, node)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    first: int, size: int, path: Sequence[bytes], first_root: bytes, root: bytes
) -> bool:
    """2.1.4.2: whether the tree of ``size`` leaves is the tree of ``first`` leaves and more."""
    if not 0 < first <= size or len(path) > _PATH_NODES_MAX:
        return False
    if first == size:
        return not path and first_root == root
    nodes = list(path)
    if first & (first - 1) == 0:
        nodes.insert(0, first_root)
    if not nodes:
        return False
    here, last = first - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and old == first_root and new == root
