"""Sentences → passages for the dense index: neighbours of one section, up to a length that the embedder
likes.

What is embedded begins with its place, so that a passage of one city is not near a question on another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rag.domain import Passage, Report, Sentence, Stance

_LENGTH = 120
"""Code points of sentence text in a passage:
about 80 tokens, where figures of one paragraph still stand apart.
"""
_SHORT = 24
"""Code points below which sentences do not stand alone: a few words say little without what is beside them,
and are near to any question in another language."""

_DONE_OR_AHEAD = {Stance.RESULT: "已完成", Stance.TARGET: "目标", Stance.PLAN: "计划", Stance.OTHER: ""}


def chunk(report: Report, sentences: Iterable[Sentence]) -> Iterator[Passage]:
    """Passages in order. Every sentence is in exactly one; one that is longer than the limit stands alone."""
    group: list[Sentence] = []
    for sentence in sentences:
        if group and (
            _full(group, sentence)
            or sentence.section != group[0].section
            or _mood(sentence) != _mood(group[0])
        ):
            yield _passage(report, group)
            group = []
        group.append(sentence)
    if group:
        yield _passage(report, group)


def _full(group: list[Sentence], sentence: Sentence) -> bool:
    """Whether a passage has no room for the next sentence. One of few words may go beyond the length, beside
    a long one or by a little."""
    held = sum(len(one.text) for one in group)
    length = held + len(sentence.text)
    few_words = min(held, len(sentence.text)) < _SHORT
    return length > _LENGTH and not (few_words and (len(group) == 1 or length <= _LENGTH + _SHORT))


def _mood(sentence: Sentence) -> Stance:
    """Work and the numbers that it aims at stand together."""
    return Stance.PLAN if sentence.stance is Stance.TARGET else sentence.stance


def _passage(report: Report, group: list[Sentence]) -> Passage:
    first = group[0]
    year = f"{first.period}年" if first.period else ""
    if first.years:
        year = f"{first.years[0]}—{first.years[1]}年"
    place = (
        f"{report.region or ''} {year}{_DONE_OR_AHEAD[first.stance]} {' '.join(first.section[-1:])}".strip()
    )
    return Passage(
        id=f"p{first.id}",
        report_id=report.id,
        sentence_ids=tuple(sentence.id for sentence in group),
        search_text=f"{place}\n" + "".join(sentence.text for sentence in group),
    )
