"""Traditional to simplified characters with OpenCC, code point for code point."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


_PIECE = re.compile(r"[^\s,.，。、；：？！]+")
"""Marks that no phrase of OpenCC's goes across: it cuts there itself."""


@cache
def _changing() -> re.Pattern[str]:
    """Any of the characters that `t2s` may change. Simplified text has few of them, and looking for them is
    twenty times as fast as converting."""
    words = [pair for _, _, words in _converter("t2s").dict_cache.values() for pair in words.items()]
    changing = {
        old
        for key, value in words
        for old, new in zip(key, value.split(" ")[0].ljust(len(key)), strict=False)
        if old != new
    }
    return re.compile(f"[{re.escape(''.join(sorted(changing)))}]")


def simplify(text: str) -> str:
    """`t2s`. A phrase rule that would change the length is undone by converting character by character."""
    if _changing().search(text) is None:
        return text
    return _PIECE.sub(_simplified, text)


def _simplified(match: re.Match[str]) -> str:
    piece = match.group()
    if _changing().search(piece) is None:
        return piece
    converted: str = _converter("t2s").convert(piece)
    return converted if len(converted) == len(piece) else "".join(_one(character) for character in piece)


def traditionalise(text: str) -> str:
    """`s2t`, for answers to questions in traditional characters."""
    converted: str = _converter("s2t").convert(text)
    return converted


def _one(character: str) -> str:
    converted: str = _converter("t2s").convert(character)
    return converted if len(converted) == 1 else character
