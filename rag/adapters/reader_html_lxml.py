"""A saved web page → its visible text, with lxml: a line a paragraph, tables as sentences.

All visible text is kept but what the page itself marks as no part of it (script, nav, aside, form, hidden)
and blocks that are little else than links. No guess at a "main content" is made: a guess that is wrong loses
paragraphs of a report (docs/decisions/0009). What site furniture remains, `identify` knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.adapters.reader_text import decode_bytes, decoded
from rag.domain import SourceFile
from rag.errors import SourceError
from rag.steps.tell_table import Table, tell_table

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,20})"
    rb"|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]{2,20})[\"']",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "gb18030", "x-gbk"})
_KNOWN = frozenset({"gb18030", "big5", "big5-hkscs"})
_META_BYTES = 4096
_OUT = frozenset(
    {"script", "style", "noscript", "template", "head", "button", "select", "option", "textarea", "input"}
    | {"svg", "math", "canvas", "iframe", "object", "embed", "video", "audio", "map"}
)
_ASIDE = frozenset({"nav", "aside", "form", "dialog", "menu", "footer"})
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font"}
    | {"i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span"}
    | {"strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FURNITURE_ROLES = frozenset({"navigation", "search", "complementary", "contentinfo", "dialog", "alert"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MAX_DEPTH = 300
_MAX_SPAN = 100
_LINKED = 0.6
"""From this share of link text on, a block that ends no sentence is navigation."""
_MOST = 0.4
"""An aside with this share of the page's text is no aside: some sites put whole pages into one form."""


def decode_html(file: SourceFile) -> tuple[str, str]:
    """(markup, encoding): what the page says where its bytes are no UTF-8 and fit that, else as any text.

    Browsers that save a page as UTF-8 may leave the old charset standing in it.
    """
    match = _META.search(file.content[:_META_BYTES])
    if match and not _is_unicode(file.content):
        said = (match[1] or match[2]).decode("ascii", "replace").lower()
        name = "gb18030" if said in _GB else said
        if name in _KNOWN and (text := decoded(file.content, name)):
            return text, name
    return decode_bytes(file)


def _is_unicode(content: bytes) -> bool:
    return content.startswith((b"\xff\xfe", b"\xfe\xff")) or decoded(content, "utf-8") is not None


def html_text(name: str, markup: str) -> str:
    """Raises SourceError for markup that holds no page."""
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    plain = _DECLARATION.sub("", markup.lstrip("\ufeff").replace("\x00", ""))
    try:
        page = html.document_fromstring(plain, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as exc:
        raise SourceError(f"{name} holds no web page that can be read: save the page again.") from exc
    body = page.find("body")
    lines = _Lines(_length(page))
    try:
        _walk(page if body is None else body, lines, 0)
    except RecursionError as exc:
        raise SourceError(f"{name} nests its elements too deep: save its text and give that file.") from exc
    lines.end()
    return "\n".join(lines.done)


class _Lines:
    """Lines as they fill; a line begins anew at each block. `total` is the length of all text of the page."""

    def __init__(self, total: int) -> None:
        self.done: list[str] = []
        self.total = total
        self._open: list[str] = []
        self._linked = 0

    def add(self, text: str, *, linked: bool, kept: bool) -> None:
        """`kept` is whether line ends in the text are line ends of the page, as in `pre`."""
        pieces = text.split("\n") if kept else [text]
        for number, piece in enumerate(pieces):
            if number:
                self.end()
            self._open.append(piece)
            self._linked += len("".join(piece.split())) if linked else 0

    def end(self) -> None:
        line = " ".join("".join(self._open).split())
        bare = len(line.replace(" ", ""))
        navigates = bare and self._linked / bare >= _LINKED and not re.search(r"[。！？；]", line)
        if bare and not navigates:
            self.done.append(line)
        self._open, self._linked = [], 0


def _walk(
    element: HtmlElement,
    lines: _Lines,
    depth: int,
    *,
    linked: bool = False,
    kept: bool = False,
    titled: bool = False,
) -> None:
    """Adds what an element shows, in order. A heading is no navigation though it may be `linked`."""
    if depth > _MAX_DEPTH:
        raise RecursionError
    if _is_out(element, lines.total):
        return
    tag = element.tag
    if tag == "table" and (table := _table(element)) is not None:
        lines.end()
        lines.done += tell_table(table)
        return
    block = tag not in _INLINE
    titled = titled or tag in _HEADINGS
    linked = (linked or (tag == "a" and element.get("href") is not None)) and not titled
    kept = kept or tag == "pre"
    if block or tag == "br":
        lines.end()
    lines.add(element.text or "", linked=linked, kept=kept)
    for child in element:
        _walk(child, lines, depth + 1, linked=linked, kept=kept, titled=titled)
        lines.add(child.tail or "", linked=linked, kept=kept)
    if block:
        lines.end()


def _is_out(element: HtmlElement, total: int) -> bool:
    """Whether a page says of an element that it is not shown or no part of what it tells."""
    if not isinstance(element.tag, str) or element.tag in _OUT:
        return True
    aside = (
        element.tag in _ASIDE
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or element.get("role") in _FURNITURE_ROLES
        or _HIDDEN.search(element.get("style") or "") is not None
    )
    return aside and _length(element) < _MOST * total


def _length(element: HtmlElement) -> int:
    """Code points of text inside, without those of scripts and styles."""
    texts = element.xpath(".//text()[not(parent::script or parent::style or parent::noscript)]")
    return sum(len(text.strip()) for text in texts)


def _table(element: HtmlElement) -> Table | None:
    """The grid of a table of data; None where a table only places what is in it."""
    if element.find(".//table") is not None:
        return None
    rows = list(element.iter("tr"))
    if any(cell.find(".//p[2]") is not None for row in rows for cell in row.iterchildren("td")):
        return None
    grid: list[list[str]] = []
    pending: dict[int, tuple[int, str]] = {}
    heads = 0
    for number, row in enumerate(rows):
        cells = list(row.iterchildren("td", "th"))
        grid.append(_grid_row(cells, pending))
        if cells and number == heads and all(cell.tag == "th" for cell in cells):
            heads += 1
    width = max((len(row) for row in grid), default=0)
    if width < 2:
        return None
    return Table(rows=tuple(tuple(row + [""] * (width - len(row))) for row in grid), heads=heads or None)


def _grid_row(cells: list[HtmlElement], pending: dict[int, tuple[int, str]]) -> list[str]:
    """One row of the grid. `pending` has, by column, what still reaches down from rows above."""
    row: list[str] = []

    def reach_down() -> None:
        while len(row) in pending:
            left, text = pending.pop(len(row))
            if left > 1:
                following[len(row)] = (left - 1, text)
            row.append(text)

    following: dict[int, tuple[int, str]] = {}
    for cell in cells:
        reach_down()
        text = "".join(_shown(cell))
        for _ in range(_span(cell, "colspan")):
            if (down := _span(cell, "rowspan")) > 1:
                following[len(row)] = (down - 1, text)
            row.append(text)
    reach_down()
    pending.update(following)
    return row


def _shown(element: HtmlElement) -> Iterator[str]:
    """The text of a cell."""
    if not isinstance(element.tag, str) or element.tag in _OUT or _HIDDEN.search(element.get("style") or ""):
        return
    yield element.text or ""
    for child in element:
        yield from _shown(child)
        yield child.tail or ""


def _span(cell: HtmlElement, name: str) -> int:
    text = cell.get(name) or "1"
    return min(int(text), _MAX_SPAN) or 1 if text.isascii() and text.isdigit() else 1
