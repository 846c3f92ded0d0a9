"""The model's draft → claims with the evidence that they name. Ids that do not exist are dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Evidence, Language
from rag.steps.answer import Claim

_CLAIM = re.compile(r"(?P<text>[^\[\]\n]+?)\s*(?P<ids>(?:\[\d+\]\s*)+)(?P<end>[。.;；]?)")
_ID = re.compile(r"\[(\d+)\]")


def read_draft(text: str, evidence: Sequence[Evidence], language: Language) -> tuple[list[Claim], list[str]]:
    """(claims, faults). What stands without an id behind it is no claim: it is dropped, and named as a fault."""
    known = {item.id: item.statement for item in evidence}
    claims: list[Claim] = []
    faults: list[str] = []
    rest = text
    for match in _CLAIM.finditer(text):
        rest = rest.replace(match.group(), "", 1)
        ids = list(dict.fromkeys(int(found) for found in _ID.findall(match["ids"])))
        statements = tuple(known[number] for number in ids if number in known)
        if not statements:
            faults.append(f"cites nothing that exists: {match['text'].strip()}")
            continue
        claims.append(Claim(text=_tidy(match["text"]), statements=statements, end=". " if language is Language.ENGLISH else "。"))
    if rest.strip(" 。.\n"):
        faults.append(f"without evidence: {rest.strip()[:60]}")
    if not claims:
        faults.append("no statement with evidence")
    return claims, faults


def _tidy(text: str) -> str:
    return text.strip().removeprefix("回答：").strip(" 。.")
