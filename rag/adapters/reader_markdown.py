"""Markdown → the text that it shows: headings and paragraphs without their marks, tables as sentences.

Lines are kept, as Chinese authors wrap theirs both ways. Each pattern works on one line and is linear in it.
"""

from __future__ import annotations

import re

from rag.steps.tell_table import Table, tell_table

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<text>.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-{2,})[ \t]*$")
_RULE = re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_DELIMITER = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BULLET = re.compile(r"^[ \t]*(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+")
_CELL_END = re.compile(r"(?<!\\)\|")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INLINE = (
    (re.compile(r"!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)"), ""),
    (re.compile(r"\[([^\]\n]{1,500})\]\([^)\n]{0,2000}\)"), r"\1"),
    (re.compile(r"\*\*([^*\n]{1,2000})\*\*|__([^_\n]{1,2000})__"), r"\1\2"),
    (re.compile(r"(?<![*\w])\*([^*\s][^*\n]{0,2000})\*(?!\*)"), r"\1"),
    (re.compile(r"`([^`\n]{1,2000})`"), r"\1"),
    (re.compile(r"</?(?:br|b|i|u|strong|em|span|p|div|font|center|sup|sub)\b[^<>\n]{0,500}>", re.I), ""),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)


def markdown_text(text: str) -> str:
    lines = _COMMENT.sub("", text.lstrip("\ufeff")).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown: list[str] = []
    position = _past_front_matter(lines)
    while position < len(lines):
        line = lines[position]
        if "|" in line and position + 1 < len(lines) and _is_delimiter(lines[position + 1], line):
            position = _table(lines, position, shown)
            continue
        position += 1
        if _FENCE.match(line) or _RULE.match(line) or (_UNDERLINE.match(line) and shown and shown[-1]):
            shown.append("")
            continue
        heading = _HEADING.match(line)
        if heading:
            shown += ["", _inline(heading["text"]), ""]
        elif _BULLET.match(line):
            shown += ["", _inline(_BULLET.sub("", line))]
        else:
            shown.append(_inline(_QUOTE.sub("", line)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(shown)).strip("\n")


def _past_front_matter(lines: list[str]) -> int:
    if lines and lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:50]):
        return next(number for number, line in enumerate(lines[1:50], 1) if line.strip() == "---") + 1
    return 0


def _is_delimiter(line: str, head: str) -> bool:
    return "-" in line and _DELIMITER.match(line) is not None and len(_cells(line)) == len(_cells(head))


def _table(lines: list[str], start: int, shown: list[str]) -> int:
    """Appends a pipe table's sentences; gives the line behind it."""
    rows = [_cells(lines[start])]
    width = len(rows[0])
    position = start + 2
    while position < len(lines) and "|" in lines[position] and lines[position].strip():
        rows.append((_cells(lines[position]) + [""] * width)[:width])
        position += 1
    shown += ["", *tell_table(Table(rows=tuple(tuple(row) for row in rows), heads=1)), ""]
    return position


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [_inline(cell) for cell in _CELL_END.split(inner)]


def _inline(line: str) -> str:
    for pattern, replacement in _INLINE:
        line = pattern.sub(replacement, line)
    return line.strip(" \t")
