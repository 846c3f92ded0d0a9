"""A Word file (.docx) → its text, a line a paragraph, with lxml over the file's own XML.

Read as Word shows it: tracked insertions in, deletions and hidden text out, content controls and text boxes
in, automatic numbers (一、 that nobody typed) written out, contents lists left out, tables as sentences.
Elements are known by their local names, so that both kinds of OOXML (transitional, strict) are read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.adapters.archive_zip import DAMAGE
from rag.adapters.reader_docx_numbering import Numbering, child, local, value
from rag.errors import SourceError
from rag.steps.tell_table import Table, tell_table

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MAX_PART = 200_000_000
"""Bytes of XML that one part may unpack to."""
_SKIPPED = frozenset(
    {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "sdtPr", "tblPr", "trPr"}
)
_BREAKS = frozenset({"br", "cr"})
_LONG_CELL = 200
_MAX_SPAN = 100


def docx_text(name: str, content: bytes) -> str:
    """Raises SourceError for a file that is damaged or too large when unpacked."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            document = _part(name, archive, _document_name(archive))
            styles = _part(name, archive, "word/styles.xml")
            numbers = _part(name, archive, "word/numbering.xml")
        if document is None:
            raise SourceError(f"{name} is a Word file without a document in it: save it again.")
        return "\n".join(_lines(document, Numbering(styles, numbers)))
    except (*DAMAGE, KeyError, etree.XMLSyntaxError) as exc:
        raise SourceError(f"{name} is a damaged Word file: open it, save it again and give that.") from exc


def _document_name(archive: zipfile.ZipFile) -> str:
    names = [n for n in archive.namelist() if n.startswith("word/document") and n.endswith(".xml")]
    return names[0] if names and "word/document.xml" not in names else "word/document.xml"


def _part(name: str, archive: zipfile.ZipFile, part: str) -> Element | None:
    from lxml import etree

    if part not in archive.namelist():
        return None
    if archive.getinfo(part).flag_bits & 1:
        raise SourceError(f"{name} is under a password: save it without one and give that file.")
    with archive.open(part) as stream:
        content = stream.read(_MAX_PART + 1)
    if len(content) > _MAX_PART:
        raise SourceError(f"{name} unpacks to over {_MAX_PART // 1_000_000} MB: give its text as a file.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(content, parser=parser)


def _lines(element: Element, numbering: Numbering) -> Iterator[str]:
    """The lines of all blocks inside, in order."""
    for block in element:
        kind = local(block)
        if kind == "p":
            if not numbering.is_contents(block):
                yield from _paragraph(block, numbering)
        elif kind == "tbl":
            yield from _table(block, numbering)
        elif kind not in _SKIPPED:
            yield from _lines(block, numbering)


def _paragraph(paragraph: Element, numbering: Numbering) -> Iterator[str]:
    """A paragraph's lines, and those of the text boxes that are anchored in it."""
    boxes: list[Element] = []
    text = "".join(_text(paragraph, boxes))
    number = numbering.number(paragraph) if text.strip() else ""
    for line in (number + text.strip()).split("\n"):
        if line.strip():
            yield line.strip()
    for box in boxes:
        yield from _lines(box, numbering)


def _text(element: Element, boxes: list[Element]) -> Iterator[str]:
    for part in element:
        kind = local(part)
        if kind == "t":
            yield (part.text or "").replace("\n", " ")
        elif kind in ("tab", "ptab"):
            yield " "
        elif kind in _BREAKS:
            yield "\n"
        elif kind == "noBreakHyphen":
            yield "-"
        elif kind == "txbxContent":
            boxes.append(part)
        elif kind == "r" and _is_hidden(part):
            continue
        elif kind not in _SKIPPED:
            yield from _text(part, boxes)


def _is_hidden(run: Element) -> bool:
    vanish = child(run, "rPr", "vanish")
    return vanish is not None and value(vanish) not in ("0", "false")


def _table(table: Element, numbering: Numbering) -> Iterator[str]:
    """A table of data as sentences; of one that only places its cells, their blocks."""
    rows = [row for row in _children(table, "tr") if child(row, "trPr", "del") is None]
    cells = [list(_children(row, "tc")) for row in rows]
    if any(_places(cell) for row in cells for cell in row):
        for row in cells:
            for cell in row:
                yield from _lines(cell, numbering)
        return
    grid: list[list[str]] = []
    for row in cells:
        grid.append(_grid_row(row, grid[-1] if grid else []))
    width = max((len(row) for row in grid), default=0)
    heads = next((n for n, row in enumerate(rows) if child(row, "trPr", "tblHeader") is None), 0)
    filled = tuple(tuple(row + [""] * (width - len(row))) for row in grid)
    yield from tell_table(Table(rows=filled, heads=heads or None))


def _children(element: Element, name: str) -> Iterator[Element]:
    """Rows or cells, also inside content controls."""
    for part in element:
        if local(part) == name:
            yield part
        elif local(part) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _children(part, name)


def _places(cell: Element) -> bool:
    """Whether a cell holds a table of its own, or more text than a cell of data."""
    return child(cell, "tbl") is not None or len(_cell_text(cell)) > _LONG_CELL


def _cell_text(cell: Element) -> str:
    return "\n".join("".join(_text(p, [])) for p in cell.iter() if local(p) == "p").strip()


def _grid_row(cells: list[Element], above: list[str]) -> list[str]:
    row: list[str] = []
    for cell in cells:
        properties = child(cell, "tcPr")
        span = value(child(properties, "gridSpan")) or "1"
        merge = child(properties, "vMerge")
        goes_on = merge is not None and value(merge) != "restart" and len(row) < len(above)
        text = above[len(row)] if goes_on else _cell_text(cell)
        row += [text] * (min(int(span), _MAX_SPAN) if span.isascii() and span.isdigit() else 1)
    return row
