"""Several things asked of one place at once, or one thing for several years: the best statement for each."""

from __future__ import annotations

from dataclasses import replace

from rag.domain import Answer, Intent, Language, Statement, Wanted
from rag.inquiry import Inquiry
from rag.steps.refuse import weigh
from rag.steps.scope import Scope
from rag.steps.split_asking import askings, of_whole, stands_alone


def answer_several(inquiry: Inquiry, scope: Scope) -> Answer | None:
    """None where one thing is asked for, or where a part finds no statement: then the whole is asked."""
    parts = _parts(inquiry)
    found: list[Statement] = []
    for part in parts:
        good = weigh(inquiry.look(scope.reports, part), part).good
        if not good:
            return None
        seen = {statement.hit.sentence.id for statement in found}
        # What is asked in one breath mostly stands in one sentence.
        same = (s for s in good if s.hit.sentence.id in seen and s.cover >= good[0].cover)
        found.append(next(same, good[0]))
    found = list({(s.hit.sentence.id, s.start, s.end): s for s in found}.values())
    if len(found) < 2:
        return None
    inquiry.show(found)
    return inquiry.quote(found)


def _parts(inquiry: Inquiry) -> list[Intent]:
    intent = inquiry.intent
    if len(intent.regions) != 1:
        return []
    if len(intent.indicators) > 1 and intent.wanted is not Wanted.NONE:
        return [replace(intent, indicators=(one,), indicator_words=()) for one in intent.indicators]
    if len(intent.periods) > 1 and intent.wanted is Wanted.NONE:
        return [replace(intent, periods=(period,), leaning=None) for period in intent.periods]
    texts = askings(intent.text, english=intent.language is Language.ENGLISH)
    if len(texts) == 1:
        return []
    parts = [of_whole(inquiry.parts.understand(text, inquiry.reports), intent) for text in texts]
    return parts if all(map(stands_alone, parts)) and all(p.regions == intent.regions for p in parts) else []
