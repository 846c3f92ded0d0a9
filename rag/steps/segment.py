"""Folded text → sentences, and a sentence → statements.

Never cut inside a number, a 《title》, a “quotation” or a bracket. A statement is a run of clauses about one
subject: 固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一 is one, with the clause of the next indicator a
new one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPEN = "“《(【『「‘"
_CLOSE = "”》)】』」’"
_END = "。!?…"
# How a clause begins that goes on about the subject of the clause before it.
_GOES_ON = re.compile(
    r"(?:(?:同比|比上年|较上年|较年初|比去年|环比|年均|累计|分别|均|并|且|也|其中|达到?|约|占|居|列|排|位|增速|增幅|排名|名列|"
    r"位列|位居|预计位列|跃居|稳居|连续|创|为|是|实现|整改率|完成率|办结率|占比|升|净增|总量|高于|低于|快于|好于|超过|突破|"
    r"获评|获|荣获|被|入选|较|比|提高|下降|降低|回落|增长|增加|减少|上升)|对全省|存贷比|增值税)"
)
_MAX_QUOTED = 60


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of folded text. A newline always ends one; closing marks stay with theirs."""
    start = 0
    depth = 0
    position = 0
    while position < len(text):
        character = text[position]
        position += 1
        if character == "\n":
            yield from _trimmed(text, start, position - 1)
            start, depth = position, 0
        elif character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth = max(0, depth - 1)
        elif character in _END:
            while position < len(text) and text[position] in _END + _CLOSE:
                depth -= text[position] in _CLOSE
                position += 1
            if depth <= 0 or _quote_is_long(text, start, position):
                yield from _trimmed(text, start, position)
                start, depth = position, 0
    yield from _trimmed(text, start, len(text))


def clauses(text: str) -> list[tuple[int, int]]:
    """Offsets of the clauses of one sentence, cut at commas and semicolons outside brackets and numbers."""
    found: list[tuple[int, int]] = []
    start = depth = 0
    for position, character in enumerate(text):
        depth += (character in _OPEN) - (character in _CLOSE)
        if character in ",;" and depth <= 0 and not _inside_number(text, position):
            found.extend(_trimmed(text, start, position))
            start = position + 1
    found.extend(_trimmed(text, start, len(text)))
    return found


def statements(text: str) -> list[tuple[int, int]]:
    """Offsets of the statements of one sentence, in order; together they hold every clause."""
    merged: list[tuple[int, int]] = []
    for start, end in clauses(text):
        after_semicolon = merged and ";" in text[merged[-1][1] : start]
        if merged and not after_semicolon and _GOES_ON.match(text, start):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _inside_number(text: str, position: int) -> bool:
    """Whether a comma stands between digit groups: 5,000.

    A list of figures (16,4) needs three digits to be one.
    """
    return (
        text[position] == ","
        and text[position - 1 : position].isdigit()
        and re.match(r"\d{3}(?!\d)", text[position + 1 : position + 5]) is not None
    )


def _quote_is_long(text: str, start: int, position: int) -> bool:
    """A bracket that stays open this long was opened by mistake or holds whole sentences."""
    opened = max(text.rfind(mark, start, position) for mark in _OPEN)
    return position - opened > _MAX_QUOTED


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
