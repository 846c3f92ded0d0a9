"""Text as it stands → text as it is searched, with the way back.

Folded: NFKC, traditional → simplified, invisible characters gone, hard wraps and padding between Chinese
characters joined, page numbers and running heads gone, years in digits (一九八〇年 → 1980年), one newline
between paragraphs. What is quoted is never taken from here, only found here.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from rag.domain import FoldedText
from rag.ports import Simplify
from rag.steps.page_marks import page_marks, without

HEADING_MARK = re.compile(
    r"(?:[一二三四五六七八九十]+、|[(][一二三四五六七八九十]+[)]|第[一二三四五六七八九十]+[,、]|[一二三四五六七八九十]是|"
    r"——|【|\d+[.、])"
)
_PARAGRAPH_END = "。!?;:…】)”》."
_NEVER_LAST, _NEVER_FIRST = "《“(【", "》”)】,。、;:"
"""Marks that no paragraph ends with and none begins with: around a link, sites break a line beside them."""
_ENDED = re.compile("[。:：!?！？;；]")
"""Behind such a mark a line that opens as a heading goes on as text."""
_SHORT = 12
"""Code points: a longer last line of a page, without a mark at its end, goes on on the next page."""
_CHINESE_YEAR = re.compile(r"[一二][九〇零○0][〇零○0一二三四五六七八九]{2}(?=年)")
_YEAR_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_SPACED_NUMBER = re.compile(r"(?<![A-Za-z\d.])\d(?: \d)+(?: ?\.(?: ?\d)+)?(?= ?[年月日个元万亿千百多余%‰])")
"""Some texts are spaced: 1 9 9 7 年, 4 9 2 5 0 万吨. Single digits before a unit are one number."""
_DECIMAL_STOP = re.compile(r"(?<=\d)。(?=\d{1,2}(?:%|个百分点|[万亿元]))")
"""301。2亿元: some texts print the decimal point as a full stop."""
_SPACE = re.compile(" ")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")
_LIST_MARKS = {chr(ord("①") + number): f"({number + 1})" for number in range(20)}
"""NFKC makes ① a bare 1, and ①现有20万吨 would begin with a count."""
_RUN = re.compile("(?P<plain>[\\x00-\\x7f一-鿿。、“”《》]+)|.", re.DOTALL)
"""Characters that stay as they are, or one that may change."""


class LineEnd(Enum):
    """What a single newline of a text is."""

    UNSURE = "unsure"  # plain text: the words around it tell
    WRAP = "wrap"  # a PDF's text: paragraphs are divided by a blank line
    PARAGRAPH = "paragraph"  # a web page's or a Word file's text


def fold(text: str, *, simplify: Simplify, line_end: LineEnd = LineEnd.UNSURE) -> FoldedText:
    """Fold a whole source. Linear in its length."""
    characters, origin = _normalise(text, page_marks(text) if line_end is LineEnd.UNSURE else [])
    joined, kept = _join(characters, line_end)
    simple = simplify(joined)
    if len(simple) != len(joined):
        raise ValueError("simplify changed the length of the text")
    simple = with_points(simple)
    simple = _CHINESE_YEAR.sub(lambda match: match.group().translate(_YEAR_DIGITS), simple)
    ends = [origin[i] for i in kept]
    ends.append(ends[-1] + 1 if ends else len(text))
    return FoldedText(text=simple, origin=tuple(ends))


def with_points(text: str) -> str:
    """Decimals that were printed with a full stop (4。1%) with a point, of the same length."""
    return _DECIMAL_STOP.sub(".", text)


def fold_query(text: str, *, simplify: Simplify) -> str:
    """Fold a question: as `fold`, on one line."""
    return fold(text, simplify=simplify).text.replace("\n", "")


def _normalise(text: str, marks: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """NFKC character by character; `origin[i]` is the offset of the source character behind character i.

    A form feed stands for what a page put between two lines.
    """
    characters: list[str] = []
    origin: list[int] = []
    for start, end in without(text, marks):
        if start and start < end and origin:
            characters.append("\f")
            origin.append(start - 1)
        for match in _RUN.finditer(text, start, end):
            offset, piece = match.start(), match.group()
            if match.lastgroup == "plain":
                characters.append(piece)
                origin.extend(range(offset, match.end()))
                continue
            if unicodedata.category(piece) in ("Cf", "Cc", "Co") and not piece.isspace():
                continue
            for made in _LIST_MARKS.get(piece) or unicodedata.normalize("NFKC", piece):
                characters.append(made)
                origin.append(offset)
    return "".join(characters), origin


def _join(text: str, line_end: LineEnd) -> tuple[str, list[int]]:
    """Join wraps. Returns the joined text and, for each of its characters, its index in `text`."""
    out: list[str] = []
    kept: list[int] = []
    spaced = {m.start() for run in _SPACED_NUMBER.finditer(text) for m in _SPACE.finditer(text, *run.span())}
    for match in re.finditer(r"\s+|\S+", text):
        piece = match.group()
        if match.start() in spaced:
            continue
        if not piece.isspace():
            out.append(piece)
            kept.extend(range(match.start(), match.end()))
            continue
        separator = _separator(text, match.start(), match.end(), line_end)
        if separator:
            out.append(separator)
            kept.append(match.start())
    return "".join(out), kept


def _separator(text: str, start: int, end: int, line_end: LineEnd) -> str:
    """What stands for the white space `text[start:end]`: a paragraph break, a space, or nothing (a wrap)."""
    if start == 0 or end == len(text):
        return ""
    newlines = text.count("\n", start, end)
    if line_end is LineEnd.UNSURE:
        breaks = (newlines > 0 or "\f" in text[start:end]) and _breaks_paragraph(text, start, end, newlines)
    else:
        breaks = newlines > (line_end is LineEnd.WRAP)
    if breaks:
        return "\n"
    if newlines and text[start - 1].isdigit() and text[end].isdigit():
        return ""  # 管网改造4⏎0公里
    return " " if _ASCII_WORD.match(text[start - 1]) and _ASCII_WORD.match(text[end]) else ""


def _breaks_paragraph(text: str, start: int, end: int, newlines: int) -> bool:
    """Whether white space that holds a newline, or the end of a page, ends a paragraph.

    A line that has commas but ends in no mark was cut by a hard wrap, unless it is a heading or the next
    line opens with a heading's or a bullet's mark.
    """
    if text[start - 1] in _NEVER_LAST or text[end] in _NEVER_FIRST:
        return False
    if newlines > 1 or text[start - 1] in _PARAGRAPH_END:
        return True
    line = text[max(text.rfind("\n", 0, start), text.rfind("\f", 0, start)) + 1 : start].strip()
    heads = HEADING_MARK.match(line) and not _ENDED.search(
        line
    )  # (六)化解风险。坚持…,确保平台公司从⏎17家压减到9家
    if heads or HEADING_MARK.match(text[end : end + 8]):
        return True
    if "\f" in text[start:end] and len(line) > _SHORT:
        return False
    return not (text[start - 1] in ",、" or any(mark in line for mark in ",;,;"))
