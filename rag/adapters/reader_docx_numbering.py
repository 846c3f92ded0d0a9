"""The styles and automatic numbers of a Word file: what stands before a paragraph though nobody typed it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DIGITS = "〇一二三四五六七八九"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand"}
    | {"japaneseCounting", "ideographDigital"}
)
_CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
_UNTOLD = frozenset({"bullet", "none"})
_SLOT = re.compile(r"%([1-9])")
_MAX_CHAIN = 20


class Numbering:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, styles: Element | None, numbers: Element | None) -> None:
        self._styles = _by_id(styles, "style", "styleId")
        self._lists = _by_id(numbers, "num", "numId")
        self._kinds = _by_id(numbers, "abstractNum", "abstractNumId")
        self._counts: dict[str, dict[int, int]] = {}

    def is_contents(self, paragraph: Element) -> bool:
        """Whether a paragraph is a line of a contents list, by the name of its style (toc 1, TOC Heading)."""
        style = self._styles.get(value(child(paragraph, "pPr", "pStyle")) or "")
        return (value(child(style, "name")) or "").lower().startswith("toc")

    def number(self, paragraph: Element) -> str:
        """一、 or 1.1 of a numbered paragraph; empty for others and for bullets. Counts on."""
        entry = self._entry(paragraph)
        kind = self._kind(entry[0]) if entry else None
        if entry is None or kind is None:
            return ""
        key, level = value(kind, "abstractNumId") or "", entry[1]
        counts = self._counts.setdefault(key, {})
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        levels = {value(e, "ilvl") or "0": e for e in kind if local(e) == "lvl"}
        own = levels.get(str(level))
        if own is None:
            return ""
        counts[level] = counts[level] + 1 if level in counts else _start(own)
        if value(child(own, "numFmt")) in _UNTOLD:
            return ""
        pattern = (value(child(own, "lvlText")) or "")[:40]

        def told(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            number = counts.get(at, _start(levels.get(str(at))))
            return _written(number, value(child(levels.get(str(at)), "numFmt")) or "decimal")

        return _SLOT.sub(told, pattern)

    def _entry(self, paragraph: Element) -> tuple[str, int] | None:
        """(list, level) of a paragraph: its own, else that of its style or of one that it builds on."""
        properties = child(paragraph, "pPr")
        style = self._styles.get(value(child(properties, "pStyle")) or "")
        level: str | None = None
        for _ in range(_MAX_CHAIN):
            numbered = child(properties, "numPr")
            level = level or value(child(numbered, "ilvl"))
            if (number := value(child(numbered, "numId"))) is not None:
                return None if number == "0" else (number, int(level) if level and level.isdigit() else 0)
            if style is None:
                return None
            properties = child(style, "pPr")
            style = self._styles.get(value(child(style, "basedOn")) or "")
        return None

    def _kind(self, number: str) -> Element | None:
        return self._kinds.get(value(child(self._lists.get(number), "abstractNumId")) or "")


def _by_id(root: Element | None, name: str, key: str) -> dict[str, Element]:
    return {} if root is None else {value(e, key) or "": e for e in root if local(e) == name}


def _start(level: Element | None) -> int:
    text = value(child(level, "start")) or "1"
    return int(text) if text.isascii() and text.isdigit() else 1


def _written(number: int, kind: str) -> str:
    if kind in _CHINESE:
        return _chinese(number)
    if kind in _CIRCLED and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if kind in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr(ord("a" if kind == "lowerLetter" else "A") + number - 1)
    return str(number)


def _chinese(number: int) -> str:
    """1 to 99 in words, as headings are counted; digits beyond."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones else "")


def local(element: Element) -> str:
    """The name without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value(element: Element | None, name: str = "val") -> str | None:
    """The attribute of that local name."""
    if element is None:
        return None
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), None)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that local name, and so on along the path."""
    for name in path:
        element = None if element is None else next((c for c in element if local(c) == name), None)
    return element
