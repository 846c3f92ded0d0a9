"""How much of a question's words a text holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.domain import Keyword

_EVENTS = "会节展赛"
_EVENT = re.compile(f"[一-龥]{{2,3}}[{_EVENTS}]")


def cover(text: str, keywords: Sequence[Keyword]) -> float:
    """Share of the keywords, by weight, that folded text holds; 0 where there are none.

    Of a form in several words of which some stand there, those count, by their number or, where that is
    less, by their characters: of 工业总产值 the words 总产, 产值 and 总产值 stand in 农业总产值, three
    characters of five.
    """
    total = sum(keyword.weight for keyword in keywords)
    lower = text.lower()

    def share(keyword: Keyword) -> float:
        return max(_share(form, lower) for form in keyword.forms)

    return sum(keyword.weight * share(keyword) for keyword in keywords) / total if total else 0.0


def _share(form: Sequence[str], lower: str) -> float:
    standing = [word for word in form if word.lower() in lower or _shortened(word, lower)]
    if len(standing) in (0, len(form)):
        return float(bool(standing))
    characters = len(set("".join(standing))) / len(set("".join(form)))
    return min(len(standing) / len(form), characters)


def _shortened(word: str, text: str) -> bool:
    """投洽会 is 中国国际投资贸易洽谈会: an event is called by characters of its name, in order."""
    if word[-1:] not in _EVENTS or not _EVENT.fullmatch(word):
        return False
    return re.search("[一-龥]{0,4}?".join(word), text) is not None
