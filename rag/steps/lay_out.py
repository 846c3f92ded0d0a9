"""A source's text → where its paragraphs end and which characters only its page or its site put there.

For who shows the text: lines that a hard wrap cut are joined, page numbers left out, by the same rules by
which it is searched; and every character keeps its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from rag.domain import Span
from rag.steps.fold import LineEnd, fold

LINE_ENDS = {"pdf": LineEnd.WRAP, "docx": LineEnd.PARAGRAPH, "html": LineEnd.PARAGRAPH}
"""What a single newline is, by format; unsure in others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`breaks` are offsets at which a paragraph ends, `hidden` the spans that are left out when it is read,
    in order; offsets into the text that was laid out."""

    breaks: tuple[int, ...]
    hidden: tuple[Span, ...]


def lay_out(text: str, *, format: str) -> Layout:
    """`format` is that of the source. Linear in the length of the text."""
    folded = fold(text, simplify=str, line_end=LINE_ENDS.get(format, LineEnd.UNSURE))
    breaks = tuple(at for at, character in zip(folded.origin, folded.text, strict=False) if character == "\n")
    kept = (-1, *folded.origin[:-1], len(text))
    return Layout(
        breaks=breaks,
        hidden=tuple(Span(one + 1, other) for one, other in pairwise(kept) if other > one + 1),
    )
