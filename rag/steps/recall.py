"""The readings of the texts read last are kept: the same sentences are found for question after question."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, update_wrapper
from typing import TypeVar

T = TypeVar("T")

_TEXTS = 20_000
_LONGEST = 400
"""Code points of a text whose reading is kept: longer ones, of a broken file, would fill the memory."""


def recalled(read: Callable[[str], Iterable[T]]) -> Callable[[str], tuple[T, ...]]:
    """The same reading, of which the results for 20,000 texts, the last ones, are kept. `read` must give the
    same for the same text, and nothing that can be changed."""
    kept = lru_cache(_TEXTS)(lambda text: tuple(read(text)))

    def reading(text: str) -> tuple[T, ...]:
        return kept(text) if len(text) <= _LONGEST else tuple(read(text))

    return update_wrapper(reading, read)
