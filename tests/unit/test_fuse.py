"""Fusion by votes, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.steps.fuse import below_best, by_place, fuse, of_best

VOTES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-5, 5, allow_nan=False), max_size=8)
LEGS = st.dictionaries(st.sampled_from(["lexical", "dense", "indicator"]), VOTES)


def test_votes_by_hand() -> None:
    assert of_best([("a", 8.0), ("b", 6.0), ("c", 2.0)]) == {"a": 1.0, "b": 0.75, "c": 0.25}
    assert below_best([("b", 0.9), ("d", 0.88)], weight=50) == pytest.approx({"b": 0.0, "d": -1.0})
    assert by_place(["x", "y", "x", "z", "w"], weight=2) == {"x": 2.0, "y": 1.5, "z": 1.0, "w": 0.5}
    assert of_best([]) == below_best([], weight=1) == by_place([], weight=1) == {}


def test_votes_are_added_and_what_a_leg_lacks_has_its_least() -> None:
    fused = fuse({"lexical": {"a": 1.0, "b": 0.75}, "dense": {"b": 0.0, "d": -1.0}})
    assert fused == [
        ("b", 0.75, ("lexical", "dense")),
        ("a", 0.0, ("lexical",)),
        ("d", -1.0, ("dense",)),
    ]


def test_a_leg_that_tells_little_apart_decides_little() -> None:
    """All passages are about equally alike: the words decide, whatever the order of the other list."""
    alike = below_best([("b", 0.851), ("c", 0.8505), ("a", 0.85)], weight=50)
    assert next(one for one, _, _ in fuse({"lexical": {"a": 1.0, "b": 0.6}, "dense": alike})) == "a"
    apart = below_best([("b", 0.90), ("c", 0.8505), ("a", 0.85)], weight=50)
    assert next(one for one, _, _ in fuse({"lexical": {"a": 1.0, "b": 0.6}, "dense": apart})) == "b"


def test_an_id_given_twice_counts_at_its_best() -> None:
    assert of_best([("a", 4.0), ("b", 2.0), ("a", 1.0)]) == {"a": 1.0, "b": 0.5}
    assert below_best([("a", 0.9), ("b", 0.8), ("a", 0.7)], weight=1)["a"] == 0.0


def test_equal_votes_stand_in_the_order_of_ids() -> None:
    fused = fuse({"one": {"b": 1.0}, "two": {"a": 1.0}, "three": {"c": 1.0}})
    assert [found for found, _, _ in fused] == ["a", "b", "c"]


def test_blind_legs_add_nothing() -> None:
    assert fuse({}) == fuse({"lexical": {}}) == []
    assert fuse({"lexical": {}, "dense": {"a": -0.5}}) == fuse({"dense": {"a": -0.5}})


@given(LEGS)
def test_every_id_once_best_first(legs: dict[str, dict[str, float]]) -> None:
    fused = fuse(legs)
    assert sorted(found for found, _, _ in fused) == sorted({i for votes in legs.values() for i in votes})
    scores = [score for _, score, _ in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(set(names) == {leg for leg, ids in legs.items() if found in ids} for found, _, names in fused)
