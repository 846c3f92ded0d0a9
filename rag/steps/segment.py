"""Folded text → sentences, and a sentence → statements.

Never cut inside a number, a 《title》, a “quotation” or a bracket. A statement is a run of clauses about one
subject: 固定资产投资完成2.31亿元,增长31.1%,增速位列全市第一 is one, with the clause of the next indicator a
new one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.steps.fold import HEADING_MARK
from rag.steps.recall import recalled

_OPEN = "“《(【『「‘"
_CLOSE = "”》)】』」’"
_END = "。!?…"
# How a clause begins that goes on about the subject of the clause before it.
_GOES_ON = re.compile(
    r"(?:(?:同口径|自然口径|可比口径|按可比|扣除|剔除|总数|合计|同比|比上年|较上年|较年初|比去年|环比|年均|累计|分别|均|并|且|也|其中|即?达到?|即(?=增|减|下降)|约|占|居|列|排|位|增速|增幅|排名|名列|"
    r"位列|位居|预计位列|跃居|稳居|连续|在全[国省市区县][^,;。]{0,10}[排位列居]|总[额值]|[升降增减][为到至]|[由从](?=(?:19|20)\d\d年)|到(?:19|20)\d\d年[末底]?(?=[达增超]|实现|突破|提高)|创|为|是|实现|实际(?!利用|使用|到位)|整改率|完成率|办结率|占比|升|净增|总量|高于|低于|快于|好于|超过|突破|"
    r"获评|获|荣获|被|入选|较|比|提高|下降|降低|回落|增长|增加|减少|上升)|对全省|存贷比|增值税)"
)
_TOPIC = re.compile(r"^[^,;。\d]{2,24}(?:的(?:增长)?(?:速度|幅度|水平)|方面|来看)$")
"""A clause that only names what the next one is about: 工农业总产值的增长速度,1981年计划为3.7%."""
_ROW = re.compile(r"(?:同口径|按可比价[格]?计?算?|同比|[比较][上去]年|预计)?分别[^,;。]*")
_VALUE = re.compile(r"\d+(?:\.\d+)?(?:个百分点|[%‰]|[万亿]*[一-龥])")
_MAX_QUOTED = 300
"""A mark that is not closed within so many code points was opened by mistake."""
_LONG_LINE = 45
"""Code points from which a line that ends in no mark is no heading but a piece of a sentence."""
_BARE_MARK = re.compile(
    r"(?:第[一二三四五六七八九十]+[,、]?|[一二三四五六七八九十]+[是要]|[(]?\d{1,2}[)、.]|——|[(][一二三四五六七八九十]+[)])"
)
_TORN_NUMBER = re.compile(r"\d\n[\d.%]|[\d一二三四五六七八九十百千万亿]\n[亿万千百]?[元吨斤人个公米倍]")


_SENTENCE_MARK = re.compile(f"[\n{re.escape(_OPEN + _CLOSE + _END)}]")
_CLAUSE_MARK = re.compile(f"[,;{re.escape(_OPEN + _CLOSE)}]")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of folded text. Closing marks stay with theirs. A newline ends one, unless a
    site broke the line inside a figure, a title, a quotation, a bracket or a long sentence, or left a bare
    list mark (一是, 第一,) before it.
    """
    start = 0
    opened: list[int] = []
    position = 0
    while mark := _SENTENCE_MARK.search(text, position):
        character, position = mark.group(), mark.end()
        if character in _OPEN:
            opened.append(position - 1)
        elif character in _CLOSE:
            _close(text, opened, character)
        elif character == "\n":
            if not _goes_on(text, start, position - 1, opened):
                yield from _trimmed(text, start, position - 1)
                start, opened = position, []
        elif character in _END:
            while position < len(text) and text[position] in _END + _CLOSE:
                _close(text, opened, text[position])
                position += 1
            if not any(_closes(text, place, position) for place in opened):
                yield from _trimmed(text, start, position)
                start, opened = position, []
    yield from _trimmed(text, start, len(text))


def _close(text: str, opened: list[int], character: str) -> None:
    """Take the last mark that `character` closes, and those left open inside it, off `opened`."""
    if character not in _CLOSE:
        return
    mark = _OPEN[_CLOSE.index(character)]
    for place in range(len(opened) - 1, -1, -1):
        if text[opened[place]] == mark:
            del opened[place:]
            return


def _closes(text: str, mark: int, position: int) -> bool:
    """Whether the mark opened at `mark` is closed after `position`, before another of its kind opens."""
    opening = text[mark]
    closing = _CLOSE[_OPEN.index(opening)]
    rest = text[position : mark + _MAX_QUOTED]
    found, again = rest.find(closing), rest.find(opening)
    return found >= 0 and (again < 0 or found < again)


def _goes_on(text: str, start: int, newline: int, opened: list[int]) -> bool:
    """Whether the sentence that began at `start` goes on after this line break."""
    line = text[max(start, text.rfind("\n", start, newline) + 1) : newline].strip()
    after = text[newline + 1 : newline + 9]
    if not line or not after:
        return False
    if _TORN_NUMBER.match(text, newline - 1) or any(_closes(text, mark, newline) for mark in opened):
        return True
    if HEADING_MARK.match(after):
        return False
    if _BARE_MARK.fullmatch(line):
        return True
    ends = line[-1] in _END + _CLOSE + ":;"
    return not ends and (
        len(line) > _LONG_LINE or ("," in line and line[-1].isascii() and line[-1].isalnum())
    )


@recalled
def clauses(text: str) -> list[tuple[int, int]]:
    """Offsets of the clauses of one sentence, cut at commas and semicolons outside brackets and numbers."""
    found: list[tuple[int, int]] = []
    start = depth = 0
    for mark in _CLAUSE_MARK.finditer(text):
        position, character = mark.start(), mark.group()
        depth += (character in _OPEN) - (character in _CLOSE)
        if character in ",;" and depth <= 0 and not _inside_number(text, position):
            found.extend(_trimmed(text, start, position))
            start = position + 1
    found.extend(_trimmed(text, start, len(text)))
    return found


@recalled
def statements(text: str) -> list[tuple[int, int]]:
    """Offsets of the statements of one sentence, in order; together they hold every clause."""
    merged: list[tuple[int, int]] = []
    for start, end in clauses(text):
        after_semicolon = merged and ";" in text[merged[-1][1] : start]
        topic = merged and _TOPIC.match(text[slice(*merged[-1])])
        if merged and not after_semicolon and (topic or _GOES_ON.match(text, start)):
            _join(merged, text, start, end)
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _join(merged: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    """Make the statements one that a row of values is of: 生产总值974.6亿元,固定资产投资925亿元,
    分别增长14%、32%."""
    row = _ROW.match(text, start, end)
    values = len(_VALUE.findall(row.group())) if row is not None else 0
    if values < 2:
        return
    while len(merged) > 1 and len(_VALUE.findall(text[slice(*merged[-1])])) < values:
        (first, _), (behind, stop) = merged[-2:]
        if ";" in text[first:behind] or not _VALUE.search(text[slice(*merged[-2])]):
            return
        merged[-2:] = [(first, stop)]


def _inside_number(text: str, position: int) -> bool:
    """Whether a comma stands between digit groups: 5,000.

    A list of figures (16,4) needs three digits to be one.
    """
    return (
        text[position] == ","
        and text[position - 1 : position].isdigit()
        and re.match(r"\d{3}(?!\d)", text[position + 1 : position + 5]) is not None
    )


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
