"""A whole question as it was understood → what it is asked of, with the words that say so and the question
without each of them.

2023年张家口的GDP增长多少？ is asked of 张家口市 and of 2023; without its place it is 2023年的GDP增长多少？
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.domain import AskedScope, FoldedText, Intent, Language, Limit, LimitKind, Report, Span, Stance
from rag.ports import Simplify
from rag.steps.asked import YEAR
from rag.steps.fold import fold

_AHEAD = re.compile(r"预期目标|目标值?|预期|预计|计划|\b(?:targets?|goals?|planned)\b", re.I)
_DONE = re.compile(
    r"实际(?!利用|使用|到位)|已经?|(?<=[增长降成现加少高])了(?=[多几]|$)|\bactual(?:ly)?\b", re.I
)
_STANCE_WORDS = {Stance.TARGET: _AHEAD, Stance.RESULT: _DONE}
_LEADING = re.compile(r"(?:\b(?:in|of|for|at|by|from|during)\s+(?:the\s+)?|在)$", re.I)
_POSSESSIVE = re.compile(r"['’]s\b")
_JOINER = re.compile(r"\s*(?:[、,，]|以及|和|与|及|跟|\band\b)\s*", re.I)
_JOINER_BEFORE = re.compile(rf"{_JOINER.pattern}$", re.I)
_ASKS = re.compile(r"[一-龥A-Za-z]{2}")


def tell_scope(question: str, intent: Intent, reports: Sequence[Report], *, simplify: Simplify) -> AskedScope:
    """`question` is the one that `intent` was read from."""
    others = tuple(mention.place.name for mention in intent.others if mention.listed)
    limits = [
        Limit(
            kind=kind,
            value=value,
            start=span.start,
            end=span.end,
            without=_without(question, span),
        )
        for kind, value, span in _spans(question, intent, reports, simplify)
    ]
    return AskedScope(
        regions=tuple(dict.fromkeys((*intent.regions, *others))),
        years=intent.periods or intent.report_years,
        stance=intent.stance,
        limits=tuple(sorted(limits, key=lambda limit: (limit.start, limit.value))),
    )


def _spans(
    question: str, intent: Intent, reports: Sequence[Report], simplify: Simplify
) -> Iterator[tuple[LimitKind, str, Span]]:
    """Each limit with where its words stand in the question as it was put."""
    asked = _asked(question, intent, simplify)
    if asked is None:
        return
    for place in intent.asked_of:
        for name in _places(asked.text[place.start : place.end], intent, reports):
            yield LimitKind.REGION, name, asked.span(place.start, place.end)
    for match in YEAR.finditer(asked.text):
        year = _year(match.group(), intent)
        if year is not None:
            yield LimitKind.YEAR, str(year), asked.span(*match.span())
    pattern = _STANCE_WORDS.get(intent.stance) if intent.stance else None
    for match in pattern.finditer(asked.text) if pattern else ():
        yield LimitKind.STANCE, str(intent.stance), asked.span(*match.span())


def _asked(question: str, intent: Intent, simplify: Simplify) -> FoldedText | None:
    """The text that the intent's spans point into, with the way back to the question; None where the intent
    is that of a part of it."""
    folded = fold(question, simplify=simplify)
    kept = [i for i, character in enumerate(folded.text) if character != "\n"]
    line = "".join(folded.text[i] for i in kept)
    if intent.language is Language.ENGLISH:
        text = question.strip()
        start = question.index(text)
        whole = FoldedText(text=text, origin=tuple(range(start, start + len(text) + 1)))
        return whole if line == intent.text else None
    origin = [*(folded.origin[i] for i in kept), folded.origin[-1]]
    start = line.rfind(intent.text)
    if start < 0:
        return None
    return FoldedText(text=intent.text, origin=tuple(origin[start : start + len(intent.text) + 1]))


def _places(named: str, intent: Intent, reports: Sequence[Report]) -> list[str]:
    """The full names of the places that these words of the question stand for."""
    lower = named.lower()
    found: dict[str, None] = {}
    for report in reports:
        region = report.region
        if region in intent.regions and any(n.lower() in lower for n in (region, *report.aliases)):
            found[region] = None
    return list(found) or [mention.place.name for mention in intent.others if mention.words == named]


def _year(said: str, intent: Intent) -> int | None:
    """The year that the words stand for, where it is one that the question asks about."""
    asked = (*intent.periods, *intent.report_years)
    digits = re.match(r"\d+", said)
    if digits is None:  # 去年, this year
        return asked[0] if len(asked) == 1 else None
    year = int(digits.group())
    year = year if year > 99 else 2000 + year
    return year if year in asked else None


def _without(question: str, span: Span) -> str | None:
    """The question without the words, and without what only joined them to the others: a comma of a list, the
    preposition before them. None where nothing is left to ask."""
    before, after = question[: span.start], question[span.end :]
    after = _POSSESSIVE.sub("", after, count=1) if _POSSESSIVE.match(after) else after
    if joiner := _JOINER.match(after):
        after = after[joiner.end() :]
    elif (joiner := _JOINER_BEFORE.search(before)) is not None:
        before = before[: joiner.start()]
    else:
        before = _LEADING.sub("", before)
    if not before.strip():
        after = after.lstrip().removeprefix("的")
    if before[-1:].isspace() or not before:
        after = after.lstrip()
    left = re.sub(r"\s+([?？.。])", r"\1", f"{before}{after}").strip()
    return left if _ASKS.search(left) and left != question.strip() else None
