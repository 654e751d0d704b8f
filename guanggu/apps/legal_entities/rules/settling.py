"""From probabilities to decisions: what is linked at once, what an official looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .codes import CodeState

AUTO_LINK = 0.99
REVIEW = 0.60  # below it hardly a pair proved the same in trials
# The best partner must lead the next one by this many bits, else a person decides.
LEAD_BITS = 4.0

TRUSTED = (CodeState.VALID, CodeState.REGION_UNKNOWN)


class Fate(StrEnum):
    LINK = "link"
    REVIEW = "review"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two entities and how alike they are.

    probability: 0 to 1; weight_bits: log2 of the odds over all evidence; name_agrees: the names
    are the same but for spelling; evidence: agreement by field, for the page of the reviewer.
    """

    left: str
    right: str
    probability: float
    weight_bits: float
    name_agrees: bool
    evidence: Mapping[str, str] = field(default_factory=dict)


def fate_of(likeness: Likeness, *, both_have_codes: bool) -> Fate:
    """The fate of a pair taken by itself.

    Two good codes are two entities, however alike they look. People run sister firms under one
    roof with one telephone, so that without agreement of the names nothing is linked unseen.
    """
    if both_have_codes or likeness.probability < REVIEW:
        return Fate.APART
    if likeness.probability >= AUTO_LINK and likeness.name_agrees:
        return Fate.LINK
    return Fate.REVIEW


def settle(
    pairs: Iterable[Likeness], has_code: Mapping[str, bool]
) -> tuple[list[Likeness], list[Likeness]]:
    """(pairs to link, pairs to review), strongest first.

    has_code: whether each entity has a code to be trusted. No group of linked entities ever holds
    two of them: the pair that would join them goes to review.
    """
    links: list[Likeness] = []
    reviews: list[Likeness] = []
    groups = _Groups(has_code)
    rivals: dict[str, float] = {}
    for pair in sorted(pairs, key=lambda p: (-p.weight_bits, p.left, p.right)):
        fate = fate_of(pair, both_have_codes=has_code[pair.left] and has_code[pair.right])
        if fate is Fate.APART or groups.together(pair.left, pair.right):
            continue
        if fate is Fate.LINK and groups.may_join(pair.left, pair.right):
            groups.join(pair.left, pair.right)
            links.append(pair)
            for end in (pair.left, pair.right):
                rivals.setdefault(end, pair.weight_bits)
        elif not _is_outdone(pair, rivals, has_code):
            reviews.append(pair)
    return links, reviews


def _is_outdone(pair: Likeness, linked: Mapping[str, float], has_code: Mapping[str, bool]) -> bool:
    """True where the end without a code was linked elsewhere by much better evidence."""
    ends = [end for end in (pair.left, pair.right) if not has_code[end]]
    return any(linked.get(end, pair.weight_bits) >= pair.weight_bits + LEAD_BITS for end in ends)


class _Groups:
    """Entities joined so far, each group with the one good code that it may hold."""

    def __init__(self, has_code: Mapping[str, bool]):
        self._parent: dict[str, str] = {}
        self._code: dict[str, bool] = {}
        self._has_code = has_code

    def _root(self, key: str) -> str:
        if key not in self._parent:
            self._parent[key], self._code[key] = key, self._has_code[key]
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def together(self, left: str, right: str) -> bool:
        return self._root(left) == self._root(right)

    def may_join(self, left: str, right: str) -> bool:
        return not (self._code[self._root(left)] and self._code[self._root(right)])

    def join(self, left: str, right: str) -> None:
        into, of = self._root(left), self._root(right)
        self._parent[of] = into
        self._code[into] = self._code[into] or self._code[of]


def keeps_of_two(left: tuple[str, str], right: tuple[str, str]) -> tuple[str, str]:
    """(kept key, absorbed key) of two (key, code state): a good code first, then any code.

    >>> keeps_of_two(("X-AAAA", "missing"), ("91420118MA4K000001", "valid"))
    ('91420118MA4K000001', 'X-AAAA')
    """

    def rank(entity: tuple[str, str]) -> tuple[int, str]:
        key, state = entity
        worth = 0 if state in TRUSTED else 2 if key.startswith("X-") else 1
        return (worth, key)

    kept, absorbed = sorted((left, right), key=rank)
    return kept[0], absorbed[0]
