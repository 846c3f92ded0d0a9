"""Does every name of an English draft stand in the Chinese evidence, by its sound or by its meaning?

A model that translates makes names up: Conso Group for 康硕集团, three counties for two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.ports import LookUp, Romanise
from rag.steps.answer import Claim

_WORD = re.compile(r"(?<![\w'’])[A-Z][a-z]+(?:['’](?!s\b)[a-z]+)?")
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        january february march april may june july august september october november december
        according additionally also although because both but china chinese due each for from furthermore
        government however in it its moreover no of on overall report since that the their there therefore
        these they this those to together total under when where which while with work yes
        """,
    )
)
"""Months, and with what a sentence begins, of which the dictionary has no phrase."""


def check_names(claims: Sequence[Claim], question: str, *, romanise: Romanise, look_up: LookUp) -> list[str]:
    """The faults of an English draft: capitalised words that stand neither in the question nor, as a Latin
    spelling of one to four characters, in the sentences that their claim cites, and are no English words."""
    asked = {word.lower() for word in re.findall(r"[A-Za-z'’]+", question)}
    return [
        f"{word} does not stand in the evidence"
        for claim in claims
        for word in dict.fromkeys(_names(claim.text, look_up))
        if word.lower() not in asked and not _spelt(word, claim, romanise)
    ]


def _names(text: str, look_up: LookUp) -> Iterator[str]:
    for match in _WORD.finditer(text):
        word = match.group()
        if word.lower() not in _NO_NAMES and not _is_english(word.lower(), look_up):
            yield word


def _is_english(word: str, look_up: LookUp) -> bool:
    stems = (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y")
    return any(look_up(phrase) for stem in stems for phrase in (stem, f"to {stem}"))


def _spelt(word: str, claim: Claim, romanise: Romanise) -> bool:
    letters = re.sub(r"[^a-z]", "", word.lower())
    for statement in claim.statements:
        report = statement.hit.report
        evidence = f"{statement.hit.sentence.text}{report.region or ''}"
        if letters in romanise(evidence) or letters in report.aliases or word in evidence:
            return True
    return False
