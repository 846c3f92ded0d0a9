"""Traditional to simplified characters with OpenCC, code point for code point."""

from __future__ import annotations

import re
from functools import cache

from opencc import OpenCC


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


_SEPARATOR = re.compile(r"[\s,.，。、；：？！]")
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


@cache
def character_pairs() -> str:
    """Each character that by itself becomes another one, and that other one, in a row: 進进國国. All are
    one UTF-16 unit long."""
    # Set apart, as no phrase goes across a separator.
    block = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = simplify("\n".join(block)).split("\n")
    return "".join(old + new for old, new in zip(block, simple, strict=True) if old != new <= "\uffff")


def simplify(text: str) -> str:
    """`t2s`. A phrase rule that would change the length is undone by converting character by character.

    Only what stands between two separators with a character that may change is converted.
    """
    pieces: list[str] = []
    done = 0
    for match in _changing().finditer(text):
        if match.start() < done:
            continue
        begin = match.start()
        while begin > done and not _SEPARATOR.match(text, begin - 1):
            begin -= 1
        stop = _SEPARATOR.search(text, match.end())
        end = stop.start() if stop else len(text)
        pieces += [text[done:begin], _simplified(text[begin:end])]
        done = end
    return "".join(pieces) + text[done:]


def _simplified(piece: str) -> str:
    converted: str = _converter("t2s").convert(piece)
    return converted if len(converted) == len(piece) else "".join(_one(character) for character in piece)


def traditionalise(text: str) -> str:
    """`s2t`, for answers to questions in traditional characters."""
    converted: str = _converter("s2t").convert(text)
    return converted


def _one(character: str) -> str:
    converted: str = _converter("t2s").convert(character)
    return converted if len(converted) == 1 else character
