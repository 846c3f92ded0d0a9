"""Reciprocal-rank fusion, worked by hand with k = 60."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.steps.fuse import fuse

LEGS = st.dictionaries(
    st.sampled_from(["lexical", "dense", "indicator"]), st.lists(st.sampled_from("abcdefgh"), max_size=12)
)


def test_scores_by_hand() -> None:
    fused = fuse({"lexical": ["a", "b", "c"], "dense": ["b", "d"]})
    assert [(found, legs) for found, _, legs in fused] == [
        ("b", ("lexical", "dense")),
        ("a", ("lexical",)),
        ("d", ("dense",)),
        ("c", ("lexical",)),
    ]
    by_hand = [1 / 62 + 1 / 61, 1 / 61, 1 / 62, 1 / 63]
    assert [score for _, score, _ in fused] == pytest.approx(by_hand)


def test_two_middling_ranks_outweigh_one_first() -> None:
    """1/70 + 1/70 = 0.0286 > 1/61 = 0.0164."""
    tail = [f"x{n}" for n in range(8)]
    other = [f"y{n}" for n in range(8)]
    fused = fuse({"lexical": ["first", *tail, "both"], "dense": ["second", *other, "both"]})
    assert [found for found, _, _ in fused[:3]] == ["both", "first", "second"]


def test_a_leg_counts_an_id_once_at_its_best_rank() -> None:
    assert fuse({"dense": ["a", "a", "b"]}) == fuse({"dense": ["a", "b"]})


def test_equal_scores_stand_in_the_order_of_ids() -> None:
    assert [found for found, _, _ in fuse({"one": ["b"], "two": ["a"], "three": ["c"]})] == ["a", "b", "c"]


def test_blind_legs_add_nothing() -> None:
    assert fuse({}) == fuse({"lexical": []}) == []
    assert fuse({"lexical": [], "dense": ["a"]}) == fuse({"dense": ["a"]})


@given(LEGS)
def test_every_id_once_best_first(legs: dict[str, list[str]]) -> None:
    fused = fuse(legs)
    assert sorted(found for found, _, _ in fused) == sorted({i for ids in legs.values() for i in ids})
    scores = [score for _, score, _ in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(set(names) == {leg for leg, ids in legs.items() if found in ids} for found, _, names in fused)
