"""Traditional to simplified characters with OpenCC, code point for code point."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


def simplify(text: str) -> str:
    """`t2s`. A phrase rule that would change the length is undone by converting character by character."""
    converted: str = _converter("t2s").convert(text)
    if len(converted) == len(text):
        return converted
    return "".join(_one(character) for character in text)


def traditionalise(text: str) -> str:
    """`s2t`, for answers to questions in traditional characters."""
    converted: str = _converter("s2t").convert(text)
    return converted


def _one(character: str) -> str:
    converted: str = _converter("t2s").convert(character)
    return converted if len(converted) == 1 else character
