"""Is every figure, name and quoted word of a claim in the evidence that it cites?
A claim that fails is not served.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.domain import Direction, Figure, FigureKind, Intent, Language, Statement
from rag.ports import Simplify
from rag.steps.answer import Claim
from rag.steps.attribute import attribute
from rag.steps.english_units import other_units
from rag.steps.fold import fold_query
from rag.steps.numbered import unproven
from rag.steps.question_words import WHOLE
from rag.steps.read_figures import read_figures, same_unit, same_value

_QUOTED = re.compile(r"[“《「]([^”》」]{2,40})[”》」]")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBERED_NAME = re.compile(
    r"[A-Za-z]+\d+(?:\.\d+)?|\d[A-OQ-Z](?![A-Za-z])|[\d十百千万亿]+(?=级(?!以上)|[^,。;\d]{0,4}热线)"
)
"""PM2.5, 5G, 千亿级, 12345热线: no figures, but a name with another number is another name."""
_REPORT = re.compile(r"[^,。;\d]{0,14}报告|\s+(?:government\s+)?(?:work\s+)?report\b", re.I)
_ENGLISH_UNIT = re.compile(
    r"\s*(?:(?P<points>percentage points?)|(?P<percent>per ?cent)"
    r"|(?P<scale>thousand|million|billion|trillion))\b",
    re.I,
)
_UNKNOWN_UNIT = re.compile(r"\s?(?![和与或至到及的,])[一-龥]")
"""A Chinese word right behind a number counts something, also where no list of units has it."""
_SCALES = "千百万亿%‰"
_ENGLISH_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


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
    english = intent.language is Language.ENGLISH
    sources = [
        end
        for s in claim.statements
        for figure in read_figures(s.text, quoted=True)
        for end in _ends(figure, english=english)
    ]
    places = {s.hit.report.region for s in claim.statements}
    for figure in read_figures(text):
        is_date = figure.kind is FigureKind.DATE or _BARE_YEAR.fullmatch(figure.text) is not None
        if is_date and (_right_year(figure, text, claim, intent) or _stands(figure.text, claim)):
            continue
        fault = _figure_fault(figure, sources, claim, text, english=english)
        if fault:
            faults.append(fault)
    faults += _misplaced(text, claim)
    if english:
        evidence = "".join(statement.text for statement in claim.statements)
        faults += [f"{words} is in another unit than the evidence" for words in other_units(text, evidence)]
    for words in _QUOTED.findall(text):
        if not any(words in s.text for s in claim.statements) and words not in intent.text:
            faults.append(f"“{words}” does not stand in the evidence")
    faults += [
        f"{name} does not stand in the evidence"
        for name in _NUMBERED_NAME.findall(text)
        if name not in intent.text and not any(name in s.hit.sentence.text for s in claim.statements)
    ]
    told = "".join(statement.hit.sentence.text for statement in claim.statements)
    faults += [f"{name} does not stand in the evidence" for name in unproven(text, told)]
    faults += [
        f"{whole} does not stand in the evidence"
        for whole in WHOLE.findall(text)
        if not any(whole in s.hit.sentence.text or _is_of(s, whole) for s in claim.statements)
    ]
    faults += [f"names {region}" for region in intent.regions if region in text and region not in places]
    return faults


def _is_of(statement: Statement, whole: str) -> bool:
    """Whether 全省 or 全国 is what the report is about."""
    region = statement.hit.report.region or ""
    return region == whole or (whole == "全省" and region.endswith(("省", "自治区")))


def _misplaced(text: str, claim: Claim) -> list[str]:
    """Values that the claim gives to something else than the evidence does, which has another one for it:
    of 瞪羚企业、科技型中小企业分别增长100%、66.9% the second is not 瞪羚企业's."""
    evidence = [one for statement in claim.statements for one in attribute(statement.text)]
    faults = []
    for owned in attribute(text):
        same = [one for one in evidence if same_value(one.figure, owned.figure)]
        if not same or any(_alike(one.words, owned.words) for one in same):
            continue
        rightful = [
            one for one in evidence if same_unit(one.figure, owned.figure) and _alike(one.words, owned.words)
        ]
        if rightful:
            faults.append(f"{owned.figure.text} is of {same[0].words}, not of {rightful[0].words}")
    return faults


def _alike(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    one, other = one.replace("的", ""), other.replace("的", "")
    return one in other or other in one


def _right_year(figure: Figure, text: str, claim: Claim, intent: Intent) -> bool:
    """Whether the evidence speaks of this year: its period, or the year asked about where it names none.

    The year in which a report was given is right only as that: a result of 2023 is none of 2024, but
    stands in the 2024年政府工作报告.
    """
    year = int(figure.value)
    periods = {s.hit.sentence.period for s in claim.statements}
    if year in periods or (None in periods and year in intent.periods):
        return True
    given = {s.hit.report.year for s in claim.statements}
    return year in given and _REPORT.match(text, figure.end) is not None


def _ends(figure: Figure, *, english: bool) -> list[Figure]:
    """A range as it stands, in English its ends too: between 5 and 6 percent."""
    if figure.upper is None or not english:
        return [figure]
    return [figure, replace(figure, upper=None), replace(figure, value=figure.upper, upper=None)]


def _figure_fault(
    figure: Figure, sources: Sequence[Figure], claim: Claim, text: str, *, english: bool
) -> str | None:
    """`text` is what the figure stands in."""
    same = [source for source in sources if same_value(figure, source)]
    if not same and not figure.unit:
        behind = _UNKNOWN_UNIT.match(text, figure.end)
        if behind is not None:  # 32班 is not 32个
            stands = _stands(figure.text + behind.group(), claim)
            return None if stands else f"{figure.text}{behind.group()} does not stand in the evidence"
        unit = _ENGLISH_UNIT.match(text, figure.end) if english else None
        same = _same_bare(figure, sources, unit)
        if not same and unit is None and _stands(figure.text, claim):
            return None
    if not same:
        return f"{figure.text} does not stand in the evidence"
    if figure.direction is not Direction.NONE and all(
        s.direction not in (Direction.NONE, figure.direction) for s in same
    ):
        return f"{figure.text} goes the other way in the evidence"
    if not english and figure.kind is not FigureKind.DATE and all(s.bound is not figure.bound for s in same):
        return f"{figure.text} has another 左右/以上/以内 in the evidence"
    return None


def _same_bare(figure: Figure, sources: Sequence[Figure], unit: re.Match[str] | None) -> list[Figure]:
    """The figures that a number without a Chinese unit stands for. `unit` are the English words behind it:
    5.1 percent is no 5.1 percentage points, 6.5 million is 650万."""
    if unit is None:
        return [source for source in sources if source.value == figure.value]
    if unit["scale"]:
        value = figure.value * _ENGLISH_SCALES[unit["scale"].lower()]
        return [source for source in sources if source.value == value]
    kind = FigureKind.POINTS if unit["points"] else FigureKind.PERCENT
    return [source for source in sources if source.value == figure.value and source.kind is kind]


def _right_place(statement: Statement, intent: Intent) -> bool:
    return (
        (not intent.regions or statement.hit.report.region in intent.regions)
        and statement.fits_stance
        and statement.fits_period
    )


def _stands(words: str, claim: Claim) -> bool:
    """Whether the words stand in the evidence as a number of their own, not inside a longer one (1102万)."""
    scaled = "" if words[-1] in _SCALES else f"(?![{_SCALES}])"
    pattern = re.compile(rf"(?<![\d.]){re.escape(words)}(?![\d.]*\d){scaled}")
    return any(pattern.search(s.hit.sentence.text) for s in claim.statements)
