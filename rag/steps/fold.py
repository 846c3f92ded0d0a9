"""Text as it stands → text as it is searched, with the way back.

Folded: NFKC, traditional → simplified, invisible characters gone, hard wraps and padding between Chinese
characters joined, years in digits (一九八〇年 → 1980年), one newline between paragraphs. What is quoted is
never taken from here, only found here.
"""

from __future__ import annotations

import re
import unicodedata

from rag.domain import FoldedText
from rag.ports import Simplify

HEADING_MARK = re.compile(
    r"(?:[一二三四五六七八九十]+、|[(][一二三四五六七八九十]+[)]|第[一二三四五六七八九十]+[,、]|[一二三四五六七八九十]是|"
    r"——|【|\d+[.、])"
)
_PARAGRAPH_END = "。!?;:…】)”》."
_NEVER_LAST, _NEVER_FIRST = "《“(【", "》”)】,。、;:"
"""Marks that no paragraph ends with and none begins with: around a link, sites break a line beside them."""
_CHINESE_YEAR = re.compile(r"[一二][九〇零○0][〇零○0一二三四五六七八九]{2}(?=年)")
_YEAR_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_PLAIN_OR_ONE = re.compile(r"(?P<plain>[\x00-\x7f\u4e00-\u9fff]+)|.", re.S)
"""A run that NFKC leaves as it is, or one other character."""
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")


def fold(text: str, *, simplify: Simplify) -> FoldedText:
    """Fold a whole source. Linear in its length."""
    characters, origin = _normalise(text)
    joined, kept = _join(characters)
    simple = simplify(joined)
    if len(simple) != len(joined):
        raise ValueError("simplify changed the length of the text")
    simple = _CHINESE_YEAR.sub(lambda match: match.group().translate(_YEAR_DIGITS), simple)
    ends = [origin[i] for i in kept]
    ends.append(ends[-1] + 1 if ends else len(text))
    return FoldedText(text=simple, origin=tuple(ends))


def fold_query(text: str, *, simplify: Simplify) -> str:
    """Fold a question: as `fold`, on one line."""
    return fold(text, simplify=simplify).text.replace("\n", "")


def _normalise(text: str) -> tuple[str, list[int]]:
    """NFKC character by character; `origin[i]` is the offset of the source character behind character i."""
    characters: list[str] = []
    origin: list[int] = []
    for match in _PLAIN_OR_ONE.finditer(text):
        piece, offset = match.group(), match.start()
        if match["plain"]:
            characters.append(piece)
            origin.extend(range(offset, match.end()))
        elif unicodedata.category(piece) not in ("Cf", "Cc", "Co") or piece.isspace():
            made = unicodedata.normalize("NFKC", piece)
            characters.append(made)
            origin.extend([offset] * len(made))
    return "".join(characters), origin


def _join(text: str) -> tuple[str, list[int]]:
    """Join wraps. Returns the joined text and, for each of its characters, its index in `text`."""
    out: list[str] = []
    kept: list[int] = []
    for match in re.finditer(r"\s+|\S+", text):
        piece = match.group()
        if not piece.isspace():
            out.append(piece)
            kept.extend(range(match.start(), match.end()))
            continue
        separator = _separator(text, match.start(), match.end())
        if separator:
            out.append(separator)
            kept.append(match.start())
    return "".join(out), kept


def _separator(text: str, start: int, end: int) -> str:
    """What stands for the white space `text[start:end]`: a paragraph break, a space, or nothing (a wrap)."""
    if start == 0 or end == len(text):
        return ""
    if _breaks_paragraph(text, start, end):
        return "\n"
    return " " if _ASCII_WORD.match(text[start - 1]) and _ASCII_WORD.match(text[end]) else ""


def _breaks_paragraph(text: str, start: int, end: int) -> bool:
    """Whether white space that holds a newline ends a paragraph.

    A line that has commas but ends in no mark was cut by a hard wrap, unless it is a heading or the next
    line opens with a heading's or a bullet's mark.
    """
    newlines = text.count("\n", start, end)
    if newlines == 0 or text[start - 1] in _NEVER_LAST or text[end] in _NEVER_FIRST:
        return False
    if newlines > 1 or text[start - 1] in _PARAGRAPH_END:
        return True
    line = text[text.rfind("\n", 0, start) + 1 : start].strip()
    if HEADING_MARK.match(line) or HEADING_MARK.match(text[end : end + 8]):
        return True
    return not (text[start - 1] in ",、" or any(mark in line for mark in ",;,;"))
