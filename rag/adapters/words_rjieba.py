"""Search words of Chinese text with rjieba; figures and Latin terms are cut here, whole.

A dictionary cutter breaks what it does not know at every sign: 1,234.5 into 1 and 234.5, R&D into three.
Figures are what people search these texts for, so runs of ASCII letters and digits never reach it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import rjieba

_TERM = r"(?=[0-9.&/+\-]*[a-z])[a-z0-9]+(?:[.&/+\-][a-z0-9]+)*"
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?%?|[0-9]+(?:\.[0-9]+)?%?"
_PIECE = re.compile(rf"(?P<term>{_TERM})|(?P<number>{_NUMBER})|(?P<chinese>[^a-z0-9\ud800-\udfff]+)")


def cut_words(text: str) -> list[str]:
    """`CutWords`: overlapping words of folded text, lower case, in order.

    地区生产总值 gives 地区, 生产, 总值, 生产总值. A figure is one word and matches no part of another (5.1 is
    neither 5.10 nor 15.1); with a percent sign it is two: 5.1% gives 5.1 and 5.1%. Thousands are joined:
    1,234.5 gives 1234.5. Latin terms stay whole (pm2.5, r&d, 5g); around a hyphen or slash their parts are
    words too. Lone surrogates, which no encoding can write, are left out.
    """
    words: list[str] = []
    for piece in _PIECE.finditer(text.lower()):
        if piece["number"]:
            words.extend(_number(piece["number"]))
        elif piece["term"]:
            words.extend(_term(piece["term"]))
        else:
            words.extend(_chinese(piece["chinese"]))
    return words


def _number(figure: str) -> Iterator[str]:
    joined = figure.replace(",", "")
    yield joined.rstrip("%")
    if joined.endswith("%"):
        yield joined


def _term(term: str) -> Iterator[str]:
    yield term
    parts = re.split(r"[/\-]", term)
    if len(parts) > 1:
        yield from (part for part in parts if len(part) > 1)


def _chinese(run: str) -> Iterator[str]:
    return (word for word in _cutter().cut_for_search(run) if word.isalnum())


@cache
def _cutter() -> rjieba.Jieba:
    """The dictionary, loaded at the first use. It keeps no state between calls."""
    return rjieba.Jieba()


def tag_words(text: str) -> list[tuple[str, str]]:
    """`TagWords`: words of folded text that do not overlap, with their part of speech in jieba's tag set.

    Latin terms are "eng", figures "m".
    """
    tagged: list[tuple[str, str]] = []
    for piece in _PIECE.finditer(text.lower()):
        if piece["chinese"]:
            tagged.extend(_cutter().tag(piece["chinese"]))
        else:
            tagged.append((piece.group(), "m" if piece["number"] else "eng"))
    return tagged
