"""Claims → the answer that is served:
text with markers, citations with exact spans, figures with their proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.domain import (
    Answer,
    AnswerFigure,
    Citation,
    FigureKind,
    FigureStatus,
    Language,
    Refusal,
    SourceText,
    Statement,
    Status,
)
from rag.ports import Simplify
from rag.steps.fold import with_points
from rag.steps.read import join_wraps
from rag.steps.read_figures import read_figures, same_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement of an answer and what it rests on. `computed` maps a figure's text to its expression."""

    text: str
    statements: tuple[Statement, ...]
    computed: Mapping[str, str] = field(default_factory=dict)
    end: str = "。"


def build_answer(
    claims: Sequence[Claim],
    *,
    sources: Mapping[str, SourceText],
    language: Language,
    mode_used: str,
    refusal: Refusal | None = None,
    simplify: Simplify = str,
) -> Answer:
    """Number the citations, set the markers behind each claim, account for each figure.

    `sources` are by their ids. With `simplify` figures are read in quotations of traditional texts too:
    2.31億元.
    """
    markers: dict[tuple[str, int, int], int] = {}
    text = ""
    citations: list[Citation] = []
    figures: list[AnswerFigure] = []
    for claim in claims:
        start = len(text)
        text += claim.text
        end = len(text)
        for statement in _distinct(claim.statements):
            marker = markers.setdefault(_key(statement), len(markers) + 1)
            text += f"[{marker}]"
            citations.append(cite(statement, sources, marker=marker, answer=(start, end)))
        text += claim.end
        figures.extend(_figures(claim, start, markers, simplify))
    return Answer(
        status=Status.ANSWERED if refusal is None else Status.PARTIAL,
        text=text.strip(),
        language=language,
        citations=tuple(citations),
        figures=tuple(figures),
        refusal=refusal,
        mode_used=mode_used,
    )


def cite(
    statement: Statement,
    sources: Mapping[str, SourceText],
    *,
    marker: int | None = None,
    answer: tuple[int, int] | None = None,
) -> Citation:
    """The exact source characters of a statement; without a marker it is a near miss."""
    report, sentence, span = statement.hit.report, statement.hit.sentence, statement.span
    source = sources[report.source_id]
    quote = source.text[span.start : span.end]
    return Citation(
        marker=marker,
        source_id=report.source_id,
        source_name=report.source_name,
        report_id=report.id,
        report_title=report.title,
        region=report.region,
        year=report.year,
        section=sentence.section,
        stance=sentence.stance,
        period=sentence.period,
        start=span.start,
        end=span.end,
        quote=quote,
        display=join_wraps(quote),
        answer_start=answer[0] if answer else None,
        answer_end=answer[1] if answer else None,
        page=source.page_at(span.start),
        paragraph=source.paragraph_at(span.start),
    )


def _key(statement: Statement) -> tuple[str, int, int]:
    return statement.hit.sentence.id, statement.start, statement.end


def _distinct(statements: Sequence[Statement]) -> list[Statement]:
    """Each statement once: two sides of a comparison may rest on the same one."""
    return list({_key(statement): statement for statement in statements}.values())


def _figures(
    claim: Claim, offset: int, markers: Mapping[tuple[str, int, int], int], simplify: Simplify
) -> list[AnswerFigure]:
    found = []
    for figure in read_figures(with_points(simplify(claim.text))):
        expression = claim.computed.get(figure.text)
        bare = not figure.unit and figure.kind is FigureKind.AMOUNT
        if figure.kind is FigureKind.DATE or (bare and expression is None):
            continue
        proofs = tuple(
            markers[_key(statement)]
            for statement in _distinct(claim.statements)
            if any(same_value(figure, source) for source in read_figures(statement.text, quoted=True))
        )
        found.append(
            AnswerFigure(
                text=claim.text[figure.start : figure.end],
                answer_start=offset + figure.start,
                answer_end=offset + figure.end,
                status=FigureStatus.COMPUTED if expression else FigureStatus.QUOTED,
                markers=proofs or tuple(markers[_key(s)] for s in _distinct(claim.statements)),
                expression=expression,
            )
        )
    return found
