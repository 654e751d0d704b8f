"""Vectors: the eight leaves used by the test suites of Certificate Transparency logs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.standards.rfc_9162 import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    consistency_ranges,
    inclusion_path,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

RECORDS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [leaf_hash(record) for record in RECORDS]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION_OF_0_IN_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
CONSISTENCY_6_TO_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


def by_definition(leaves):
    """MTH of RFC 9162 2.1.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


trees = st.integers(1, 70).map(lambda n: [leaf_hash(str(i).encode()) for i in range(n)])


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_known_vectors(size):
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]
    assert Frontier().extend(LEAVES[:size]).root().hex() == ROOTS[size]


def test_paths_are_those_of_the_known_vectors():
    assert [node.hex() for node in inclusion_path(LEAVES, 0)] == INCLUSION_OF_0_IN_8
    assert [node.hex() for node in consistency_path(LEAVES, 6)] == CONSISTENCY_6_TO_8
    assert [node.hex() for node in consistency_path(LEAVES, 1)] == INCLUSION_OF_0_IN_8


@given(trees, st.integers(0, 70))
def test_frontier_and_root_follow_the_definition(leaves, cut):
    expected = by_definition(leaves)
    frontier = Frontier().extend(leaves[:cut]).extend(leaves[cut:])
    assert root_of(leaves) == expected == frontier.root()
    assert Frontier.from_bytes(frontier.to_bytes()) == frontier


@given(trees, st.data())
def test_every_leaf_is_proved_and_no_other_passes(leaves, data):
    size, root = len(leaves), root_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(leaves, index)
    assert verify_inclusion(leaves[index], index, size, path, root)
    assert not verify_inclusion(leaf_hash(b"forged"), index, size, path, root)
    other = data.draw(st.integers(0, size))
    assert other == index or not verify_inclusion(leaves[index], other, size, path, root)
    assert not verify_inclusion(leaves[index], index, size, [*path, root], root)
    assert not path or not verify_inclusion(leaves[index], index, size, path[:-1], root)


@given(trees, st.data())
def test_growth_is_proved_and_a_rewritten_past_is_not(leaves, data):
    size, root = len(leaves), root_of(leaves)
    first = data.draw(st.integers(1, size))
    path = consistency_path(leaves, first)
    old_root = root_of(leaves[:first])
    assert verify_consistency(first, size, path, old_root, root)
    altered = data.draw(st.integers(0, first - 1))
    rewritten = [*leaves[:altered], leaf_hash(b"forged"), *leaves[altered + 1 :]]
    forged_path = consistency_path(rewritten, first)
    assert not verify_consistency(first, size, forged_path, old_root, root_of(rewritten))
    assert not verify_consistency(first, size, [*path, root], old_root, root)


@given(st.integers(1, 2**40), st.data())
def test_ranges_of_huge_trees_are_few_and_cover_all_other_leaves(size, data):
    index = data.draw(st.integers(0, size - 1))
    ranges = sorted([*inclusion_ranges(index, size), (index, index + 1)])
    assert len(ranges) <= 42
    assert ranges[0][0] == 0
    assert ranges[-1][1] == size
    assert all(a[1] == b[0] for a, b in pairwise(ranges))
    assert len(consistency_ranges(index + 1, size)) <= 42


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_a_leaf_outside_the_tree_has_no_path(index):
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_path(LEAVES[:3], index)
    assert not verify_inclusion(LEAVES[0], index, 3, [], ROOTS[3])


def test_a_frontier_refuses_what_cannot_be_one():
    with pytest.raises(ValueError, match="nodes"):
        Frontier(3, (LEAVES[0],))
    with pytest.raises(ValueError, match="bytes"):
        Frontier().append(b"short")
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(b"\x00" * 9)
    with pytest.raises(ValueError, match="did not grow"):
        consistency_path(LEAVES, 9)
