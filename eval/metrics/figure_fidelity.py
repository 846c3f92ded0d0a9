"""figure_fidelity = figures of answers that are proven / figures of answers (the project's contract).

A figure is proven when value and unit stand in a cited quote, as the source has it under the citation's
offsets, or when the answer gives a formula for it that this module works out again: the operands stand in
cited quotes, the arithmetic is right, and the figure is its result. A count is proven when as many reports
are cited, or when the quoted word occurs that often in them, or in one of them. The answer's own `figures`
are only asked for formulas. Refusals are not counted: they state nothing.
"""

from __future__ import annotations

import re

from eval.arithmetic import Formula, work_out
from eval.figures import ANY, PERCENT, RANK, Quantity, read_quantities, readable, same_quantity
from eval.metrics.outcome import FAILED, Outcome, Unscored, share
from eval.observation import Observation

NOTHING_STATED = Unscored("the answer states no figure", counted=False)
_QUOTED_WORD = re.compile(r"[“「『\"]([^”」』\"]{1,40})[”」』\"]")
# A count of each report, added: `4`, `2 + 1`, `2 + 1 = 3`, `count = 3`.
_TALLY = re.compile(r"^\s*(?:count\s*=\s*\d+|\d+(?:\s*\+\s*\d+)*(?:\s*=\s*\d+)?)\s*$")


def figure_fidelity(seen: Observation) -> Outcome:
    if seen.failed:
        return FAILED
    if seen.refused:
        return Unscored("the answer is a refusal", counted=False)
    figures = read_quantities(readable(seen.row.answer))
    if not figures:
        return NOTHING_STATED
    unproven = unproven_figures(seen)
    return share(len(figures) - len(unproven), len(figures), nothing=NOTHING_STATED.reason)


def unproven_figures(seen: Observation) -> list[str]:
    """The figures of the answer that no cited quote and no formula proves, as they stand."""
    quotes = [readable(quote) for quote in seen.quotes()]
    return [
        figure.text
        for figure in read_quantities(readable(seen.row.answer))
        if not _stands(figure, quotes) and not _computed(figure, seen, quotes)
    ]


def _stands(figure: Quantity, quotes: list[str]) -> bool:
    return any(
        same_quantity(figure, other, context=quote) for quote in quotes for other in read_quantities(quote)
    )


def _computed(figure: Quantity, seen: Observation, quotes: list[str]) -> bool:
    expressions = {record.expression for record in seen.row.figures if record.expression}
    for expression in expressions:
        if _TALLY.match(expression) and _is_count(figure, seen):
            return True
        formula = work_out(expression)
        if formula is None or not formula.holds or not _results_in(formula, figure):
            continue
        if all(_operand_stands(operand, quotes) for operand in formula.operands):
            return True
    return False


def _results_in(formula: Formula, figure: Quantity) -> bool:
    if formula.compares:
        # A chain of comparisons proves a place in the order.
        return figure.unit == RANK and 1 <= figure.value <= len(formula.operands)
    if figure.value != formula.value:
        return False
    if figure.unit == formula.unit or formula.unit == "":
        return True
    return figure.unit == ANY and formula.unit not in (PERCENT, RANK)


def _operand_stands(operand: Quantity, quotes: list[str]) -> bool:
    """A bare number may stand with any unit: the formula `5.1 - 3.8` over `5.1%` and `3.8%`."""
    if operand.unit:
        return _stands(operand, quotes)
    return any(other.value == operand.value for quote in quotes for other in read_quantities(quote))


def _is_count(figure: Quantity, seen: Observation) -> bool:
    cited = {citation.report_id for citation in seen.row.served}
    if figure.value in (len(cited), len({(c.source_id, c.start, c.end) for c in seen.row.served})):
        return True  # a list of reports, or of items that are cited one by one
    for word in _QUOTED_WORD.findall(seen.row.answer):
        counts = [_occurrences(word, report_id, seen) for report_id in cited]
        if figure.value == sum(counts) or figure.value in counts:
            return True
    return False


def _occurrences(word: str, report_id: str, seen: Observation) -> int:
    report = seen.reports.get(report_id)
    if report is None:
        return 0
    text = readable(seen.texts.get(report.source_id, "")[report.start : report.end])
    return text.count(readable(word))
