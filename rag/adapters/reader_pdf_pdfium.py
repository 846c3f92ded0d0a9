"""A PDF with a text layer → its text and where each page begins, with PDFium.

PDFium gives characters with their boxes, and ruled lines; `reader_pdf_layout` makes lines of text, paragraphs
and tables of them.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.adapters.reader_pdf_layout import lay_out
from rag.adapters.reader_pdf_page import Glyph, Page, Rule
from rag.errors import SourceError

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MAX_PAGES = 3_000
_FEW = 8
"""A page with an image and fewer characters than this is a picture of a page."""
_PICTURES = 0.2
_UNREADABLE = 0.1
_MAX_OBJECTS = 20_000
_MAX_POINTS = 200_000
_WHITE = frozenset({*range(0x21), 0xA0, 0x3000, 0x200B, 0xFEFF}) - {2}
"""2 is what PDFium makes of a hyphen at the end of a line."""
_THIN = 3.0
"""Points: a rectangle as thin as this is a ruled line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfText:
    text: str
    pages: tuple[int, ...]


def pdf_text(name: str, content: bytes) -> PdfText:
    """Raises SourceError for a PDF that is damaged, under a password, scanned, or has no readable text."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as exc:
        if "password" in str(exc).lower():
            raise SourceError(f"{name} is under a password: save it without one and give that file.") from exc
        raise SourceError(f"{name} is a damaged PDF: fetch or save it again.") from exc
    try:
        if len(document) > MAX_PAGES:
            raise SourceError(f"{name} has more than {MAX_PAGES} pages: split it and give the parts.")
        pages = [_read_page(document, number) for number in range(len(document))]
    except pypdfium2.PdfiumError as exc:
        raise SourceError(f"{name} has a page that cannot be read: fetch or save it again.") from exc
    finally:
        document.close()
    _check(name, pages)
    text, starts = lay_out(pages)
    return PdfText(text=text, pages=starts)


def _check(name: str, pages: list[Page]) -> None:
    pictures = [number for number, page in enumerate(pages, 1) if page.has_image and len(page.glyphs) < _FEW]
    if pages and len(pictures) > _PICTURES * len(pages):
        raise SourceError(
            f"{name} is scanned: {len(pictures)} of its {len(pages)} pages are pictures without text; "
            "run text recognition (OCR) on it and give the result."
        )
    glyphs = [glyph for page in pages for glyph in page.glyphs]
    if not glyphs:
        raise SourceError(f"{name} has no text in it: give a PDF with a text layer.")
    lost = sum(not glyph.readable for glyph in glyphs)
    if lost > _UNREADABLE * len(glyphs):
        raise SourceError(
            f"{name} does not say which characters its signs are (its fonts lack a character map): "
            "export the PDF again, or run text recognition (OCR) on it."
        )


def _read_page(document: PdfDocument, number: int) -> Page:
    page = document[number]
    try:
        width, height = page.get_size()
        turn = page.get_rotation() % 360
        glyphs = tuple(_turned(glyph, turn) for glyph in _glyphs(page))
        rules, has_image = _objects(page)
        rules = [] if turn else rules
        return Page(width=width, height=height, glyphs=glyphs, rules=tuple(rules), has_image=has_image)
    finally:
        page.close()


def _glyphs(page: PdfPage) -> Iterator[Glyph]:
    """The characters that are drawn, in the order of drawing; white space is made anew from the gaps."""
    from pypdfium2 import raw

    textpage = page.get_textpage()
    try:
        x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
        for index in range(raw.FPDFText_CountChars(textpage)):
            code = raw.FPDFText_GetUnicode(textpage, index)
            if code in _WHITE or raw.FPDFText_IsGenerated(textpage, index) == 1:
                continue
            raw.FPDFText_GetCharOrigin(textpage, index, x, y)
            raw.FPDFText_GetLooseCharBox(textpage, index, box)
            if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
                code = 0xFFFD
            yield Glyph(
                text="-" if code in (2, 0xFFFE) else chr(code),
                left=min(box.left, box.right),
                right=max(box.left, box.right),
                base=y.value,
                size=max(abs(box.top - box.bottom), 1.0),
                readable=code != 0xFFFD
                and not 0xE000 <= code <= 0xF8FF
                and raw.FPDFText_HasUnicodeMapError(textpage, index) != 1,
            )
    finally:
        textpage.close()


def _turned(glyph: Glyph, turn: int) -> Glyph:
    """As a person sees it on a page that is shown turned by 90, 180 or 270 degrees clockwise."""
    if turn == 0:
        return glyph
    x, y, width = glyph.left, glyph.base, glyph.right - glyph.left
    at_x, at_y = {90: (y, -x), 180: (-x, -y), 270: (-y, x)}[turn]
    return Glyph(
        text=glyph.text, left=at_x, right=at_x + width, base=at_y, size=glyph.size, readable=glyph.readable
    )


def _objects(page: PdfPage) -> tuple[list[Rule], bool]:
    """(ruled lines, whether there is an image)."""
    from pypdfium2 import raw

    rules: list[Rule] = []
    has_image = False
    points = 0
    for count, found in enumerate(page.get_objects(max_depth=4)):
        if count > _MAX_OBJECTS or points > _MAX_POINTS:
            break
        if found.type == raw.FPDF_PAGEOBJ_IMAGE:
            has_image = True
        elif found.type == raw.FPDF_PAGEOBJ_PATH:
            matrix = found.get_matrix()
            path: list[tuple[float, float]] = []
            for index in range(raw.FPDFPath_CountSegments(found)):
                segment = raw.FPDFPath_GetPathSegment(found, index)
                x, y = ctypes.c_float(), ctypes.c_float()
                if not raw.FPDFPathSegment_GetPoint(segment, x, y):
                    continue
                points += 1
                at = matrix.on_point(x.value, y.value)
                kind = raw.FPDFPathSegment_GetType(segment)
                if kind == raw.FPDF_SEGMENT_MOVETO:
                    rules += _rules(path)
                    path = []
                path.append(at)
            rules += _rules(path)
    return rules, has_image


def _rules(path: list[tuple[float, float]]) -> Iterator[Rule]:
    """The horizontal and vertical lines of one path; a thin rectangle is one line."""
    if not path:
        return
    xs, ys = [x for x, _ in path], [y for _, y in path]
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    if right - left <= _THIN < high - low or high - low <= _THIN < right - left:
        yield Rule(left=left, right=right, low=low, high=high)
        return
    if len(path) in (4, 5) and right - left > _THIN and high - low > _THIN:
        path = [(left, low), (right, low), (right, high), (left, high), (left, low)]
    for (x1, y1), (x2, y2) in pairwise(path):
        if abs(x1 - x2) <= _THIN / 2 < abs(y1 - y2) or abs(y1 - y2) <= _THIN / 2 < abs(x1 - x2):
            yield Rule(left=min(x1, x2), right=max(x1, x2), low=min(y1, y2), high=max(y1, y2))
