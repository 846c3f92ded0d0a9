"""Is every figure, name and quoted word of a claim in the evidence that it cites?
A claim that fails is not served.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Bound, Direction, Figure, FigureKind, Intent, Language, Statement
from rag.ports import Simplify
from rag.steps.answer import Claim
from rag.steps.fold import fold_query
from rag.steps.read_figures import read_figures, same_value

_QUOTED = re.compile(r"[“《「]([^”》」]{2,40})[”》」]")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")
_LATIN_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?")


def check_claims(claims: Sequence[Claim], intent: Intent, *, simplify: Simplify) -> list[str]:
    """The faults of a draft, in words for the model and the log; empty when everything is proven."""
    return [fault for claim in claims for fault in _check(claim, intent, simplify)]


def _check(claim: Claim, intent: Intent, simplify: Simplify) -> list[str]:
    text = fold_query(claim.text, simplify=simplify)
    faults = [
        f"{s.hit.report.region} {s.hit.sentence.period} is not what was asked"
        for s in claim.statements
        if not _right_place(s, intent)
    ]
    sources = [figure for s in claim.statements for figure in read_figures(s.text)]
    places = {s.hit.report.region for s in claim.statements}
    years = {s.hit.sentence.period for s in claim.statements} | {s.hit.report.year for s in claim.statements}
    for figure in read_figures(text):
        is_date = figure.kind is FigureKind.DATE or _BARE_YEAR.fullmatch(figure.text) is not None
        if is_date and (int(figure.value) in years or _stands(figure.text, claim)):
            continue
        fault = _figure_fault(figure, sources, claim, english=intent.language is Language.ENGLISH)
        if fault:
            faults.append(fault)
    for words in _QUOTED.findall(text):
        if not any(words in s.text for s in claim.statements) and words not in intent.text:
            faults.append(f"“{words}” does not stand in the evidence")
    faults += [f"names {region}" for region in intent.regions if region in text and region not in places]
    return faults


def _figure_fault(figure: Figure, sources: Sequence[Figure], claim: Claim, *, english: bool) -> str | None:
    same = [source for source in sources if same_value(figure, source)]
    if not same and not figure.unit:
        same = [source for source in sources if source.value == figure.value]
        if not same and _stands(figure.text, claim):
            return None
    if not same and english:
        same = [
            s
            for s in sources
            if _LATIN_NUMBER.findall(s.text) == _LATIN_NUMBER.findall(figure.text) and s.unit == ""
        ]
    if not same:
        return f"{figure.text} does not stand in the evidence"
    if figure.direction is not Direction.NONE and all(
        s.direction not in (Direction.NONE, figure.direction) for s in same
    ):
        return f"{figure.text} goes the other way in the evidence"
    if not english and all(
        s.bound in (Bound.ABOUT, Bound.AT_LEAST, Bound.AT_MOST) and s.bound is not figure.bound for s in same
    ):
        return f"{figure.text} lost its 左右/以上/以内"
    return None


def _right_place(statement: Statement, intent: Intent) -> bool:
    return (
        (not intent.regions or statement.hit.report.region in intent.regions)
        and statement.fits_stance
        and statement.fits_period
    )


def _stands(words: str, claim: Claim) -> bool:
    """Whether the words stand in the evidence as a number of their own, not inside a longer one."""
    pattern = re.compile(rf"(?<![\d.]){re.escape(words)}(?![\d.]*\d)")
    return any(pattern.search(s.hit.sentence.text) for s in claim.statements)
