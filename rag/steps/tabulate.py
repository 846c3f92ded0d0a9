"""The figures of a comparison → rows in one unit, each with the marker of its citation."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rag.domain import (
    Citation,
    Comparison,
    ComparisonRow,
    Direction,
    Figure,
    FigureKind,
    Indicator,
)
from rag.steps.compare import Reading, as_stated
from rag.steps.read_figures import same_unit

_SCALES = ((Decimal(10) ** 12, "万亿"), (Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))


def tabulate(
    readings: Sequence[Reading],
    missing: Sequence[str],
    *,
    citations: Sequence[Citation],
    indicators: Sequence[Indicator],
) -> Comparison | None:
    """None for fewer than two figures. `missing` are sides that give none: they come last."""
    if len(readings) < 2:
        return None
    figures = [reading.figure for reading in readings]
    comparable = all(same_unit(figure, figures[0]) for figure in figures)
    scale, name = _scale(figures)
    rows = [_row(reading, scale if comparable else None, citations) for reading in readings]
    rows += [ComparisonRow(label=side, region=None) for side in missing]
    return Comparison(
        indicator=indicators[0].name if len(indicators) == 1 else None,
        unit=f"{name}{figures[0].unit}" if comparable else None,
        rows=tuple(rows),
    )


def _row(reading: Reading, scale: Decimal | None, citations: Sequence[Citation]) -> ComparisonRow:
    """Without a scale the figures have no unit in common, and the row has no value."""
    figure, hit = reading.figure, reading.statement.hit
    single = scale is not None and figure.upper is None
    return ComparisonRow(
        label=reading.label,
        region=hit.report.region,
        year=hit.sentence.period,
        value=_signed(figure, scale) if single and scale is not None else None,
        text=("-" if _falls(figure) else "") + as_stated(reading),
        marker=_marker(reading, citations),
    )


def _marker(reading: Reading, citations: Sequence[Citation]) -> int | None:
    span, source_id = reading.statement.span, reading.statement.hit.report.source_id
    for citation in citations:
        if (citation.source_id, citation.start, citation.end) == (source_id, span.start, span.end):
            return citation.marker
    return None


def _signed(figure: Figure, scale: Decimal) -> float:
    value = figure.value / scale
    return float(-value if _falls(figure) else value)


def _falls(figure: Figure) -> bool:
    """A rate that the report tells as a fall: 下降3.2%. An amount that fell is still that amount."""
    rate = figure.kind in (FigureKind.PERCENT, FigureKind.POINTS)
    return rate and figure.direction is Direction.DOWN and figure.value > 0


def _scale(figures: Sequence[Figure]) -> tuple[Decimal, str]:
    """The largest of 万亿, 亿, 万 that the smallest figure reaches, where they are written so."""
    written = "".join(figure.text for figure in figures)
    least = min((abs(figure.value) for figure in figures if figure.value), default=Decimal(0))
    for scale, name in _SCALES:
        if name in written and least >= scale:
            return scale, name
    return Decimal(1), ""
