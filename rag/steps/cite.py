"""The model's draft → claims with the evidence that they name. Ids that do not exist are dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Evidence, Figure, FigureKind, Language, Statement
from rag.steps.answer import Claim
from rag.steps.read_figures import read_figures, same_value

_CLAIM = re.compile(r"(?P<text>[^\[\]\n]+?)\s*(?P<ids>(?:\[\d+\]\s*)+)(?P<end>[。.;；]?)")
_ITEM = re.compile(r"[、,，;；]| and |和|及|与")
_ID = re.compile(r"\[(\d+)\]")
_OPEN = re.compile(r"哪|谁|什么|多少|几|怎|如何|\b(?:which|what|who|whom|where|when|why|how)\b", re.I)
_WORDS = re.compile(r"[a-z]{3,}|\d[\d.,]*|[一-龥]")
_EMPTY = frozenset("的了是为在于有和与及其该这那市县区省年个").union(
    ("the", "was", "were", "has", "had", "have", "its", "that")
)
"""Words and characters that tell nothing by themselves."""
_CHINESE = re.compile(r"[一-龥]")
_LATIN = re.compile(r"[A-Za-z]{2,}")


def lists_all(claims: Sequence[Claim], count: int | None) -> bool:
    """Whether a draft names as many items as were asked for; True where the question gives no number."""
    return count is None or sum(len(_ITEM.findall(claim.text)) for claim in claims) >= count - 1


_ECHO = re.compile(r"^\s*(?:Answer(?: in English)?|回答|答案|答)\s*[:：]\s*")
"""What a prompt ends with, written once more."""


def read_draft(text: str, evidence: Sequence[Evidence], language: Language) -> tuple[list[Claim], list[str]]:
    """(claims, faults). What stands without an id behind it is no claim:
    it is dropped, and named as a fault.
    """
    text = _ECHO.sub("", text)
    known = {item.id: item.statement for item in evidence}
    claims: list[Claim] = []
    faults: list[str] = []
    rest = text
    for match in _CLAIM.finditer(text):
        rest = rest.replace(match.group(), "", 1)
        ids = list(dict.fromkeys(int(found) for found in _ID.findall(match["ids"])))
        statements = tuple(known[number] for number in ids if number in known)
        words = _tidy(match["text"])
        if not statements or not words:
            faults.append(f"cites nothing that exists: {words}" if words else "an id without a statement")
            continue
        if not _is_in(words, language):
            faults.append(f"not in the language of the question: {words}")
        end = ". " if language is Language.ENGLISH else "。"
        claims.append(Claim(text=words, statements=_holder(words, statements, evidence), end=end))
    if rest.strip(" 。.\n"):
        faults.append(f"without evidence: {rest.strip()[:60]}")
    if not claims:
        faults.append("no statement with evidence")
    return claims, faults


def tells(claims: Sequence[Claim], question: str) -> bool:
    """Whether a draft holds anything that an open question does not: "The group moved from Beijing to
    Gaoping" is no answer to which group did. Whether something is so may be told in the question's words."""
    if not _OPEN.search(question):
        return True
    asked = set(_WORDS.findall(question.lower()))
    return any(set(_WORDS.findall(claim.text.lower())) - asked - _EMPTY for claim in claims)


def _is_in(text: str, language: Language) -> bool:
    """An English statement has more English words than Chinese characters, quoted ones excepted; a Chinese
    one has Chinese characters at all. A percentage alone is of every language, a number alone (4033 for
    4033亿美元) of none: it has lost what it is a number of."""
    if not _CHINESE.search(text) and not _LATIN.search(text):
        return "%" in text
    own = re.sub(r"[“\"(][^”\")]*[”\")]", "", text)
    chinese = len(_CHINESE.findall(own))
    return chinese < len(_LATIN.findall(own)) if language is Language.ENGLISH else bool(_CHINESE.search(text))


def _holder(text: str, cited: tuple[Statement, ...], evidence: Sequence[Evidence]) -> tuple[Statement, ...]:
    """What was cited; but where a figure of the claim stands in none of it, the one piece of evidence that
    holds all of them. Small models name the wrong id now and then; the figures decide, never likeness of
    words."""
    figures = [f for f in read_figures(text) if f.unit and f.kind is not FigureKind.DATE]
    if not figures or _holds_all(figures, [s.text for s in cited]):
        return cited
    holders = [item.statement for item in evidence if _holds_all(figures, [item.text])]
    return (holders[0],) if len(holders) == 1 else cited


def _holds_all(figures: Sequence[Figure], texts: Sequence[str]) -> bool:
    held = [figure for text in texts for figure in read_figures(text, quoted=True)]
    return all(any(same_value(figure, other) for other in held) for figure in figures)


def _tidy(text: str) -> str:
    return text.strip().strip(" 。.")
