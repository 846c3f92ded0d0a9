"""Ranked lists with scores → one: each leg's scores become votes on one scale, and votes are added.

Words vote by their share of the best score, meaning by how far below the best likeness a text is. Cosines of
one embedder compare between questions, so where all are alike meaning says little, and where one stands out
much; ranks (1 / (60 + rank)) or scores stretched from 0 to 1 lose just that. Figures of each in eval/LOG.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Votes: TypeAlias = Mapping[str, float]


def of_best(found: Sequence[tuple[str, float]]) -> Votes:
    """BM25 scores, best first, none below 0: each as a share of the best."""
    best = max((score for _, score in found), default=0.0) or 1.0
    return {one: score / best for one, score in reversed(found)}


def below_best(found: Sequence[tuple[str, float]], *, weight: float) -> Votes:
    """Cosines, best first: 0 for the best, the others as far below as they are less alike, times `weight`."""
    best = max((score for _, score in found), default=0.0)
    return {one: weight * (score - best) for one, score in reversed(found)}


def by_place(found: Sequence[str], *, weight: float) -> Votes:
    """From `weight` for the first down to nothing, evenly: for lists whose scores do not compare."""
    distinct = list(dict.fromkeys(found))
    return {one: weight * (1 - place / len(distinct)) for place, one in enumerate(distinct)}


def fuse(legs: Mapping[str, Votes]) -> list[tuple[str, float, tuple[str, ...]]]:
    """(id, votes, legs that found it), best first; equal votes stand in the order of their ids.

    What a leg did not find gets 0 of it, or its least vote where that is less. A leg that found nothing is
    blind (an English question shares no word with a Chinese text) and adds nothing.
    """
    absent = {leg: min(0.0, *votes.values()) for leg, votes in legs.items() if votes}
    scores = {
        one: sum(legs[leg].get(one, least) for leg, least in absent.items())
        for one in dict.fromkeys(one for leg in absent for one in legs[leg])
    }
    found_by = {one: tuple(leg for leg in absent if one in legs[leg]) for one in scores}
    ordered = sorted(scores, key=lambda one: (-scores[one], one))
    return [(one, scores[one], found_by[one]) for one in ordered]
