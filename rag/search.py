"""The two legs and their fusion: reports in scope and an intent → sentences, best first.

No model, no judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.domain import Hit, Intent, Language, Report
from rag.ports import CutWords, LexicalIndex, PassageIndex, ReportStore, Vectors
from rag.steps.fuse import fuse

_PASSAGES = 24
_SENTENCES = 40


def search(
    vector: Vectors,
    *,
    intent: Intent,
    reports: Sequence[Report],
    store: ReportStore,
    passages: PassageIndex,
    words: LexicalIndex,
    cut_words: CutWords,
    limit: int = 60,
) -> list[Hit]:
    """At most `limit` hits, all from `reports`: the filter is applied inside both legs, never afterwards.
    `vector` is that of the query."""
    by_id = {report.id: report for report in reports}
    if not by_id:
        return []
    report_ids = sorted(by_id)
    legs = {
        "lexical": [
            i
            for i, _ in words.search(query_words(intent, cut_words), report_ids=report_ids, limit=_SENTENCES)
        ],
        "indicator": _indicator_leg(intent, words, report_ids, cut_words),
        "dense": _dense_leg(vector, passages, store, report_ids),
    }
    ranked = fuse({leg: found for leg, found in legs.items() if found})[:limit]
    sentences = store.sentences_by_id([sentence_id for sentence_id, _, _ in ranked])
    return [
        Hit(sentence=sentences[i], report=by_id[sentences[i].report_id], score=score, found_by=legs_found)
        for i, score, legs_found in ranked
        if i in sentences
    ]


def query_words(intent: Intent, cut_words: CutWords) -> list[str]:
    """The words that the lexical leg looks for: keywords in their forms, indicators, quoted words."""
    texts = [word for keyword in intent.keywords for form in keyword.forms for word in form]
    texts += [term for indicator in intent.indicators for term in indicator.terms[:3]]
    texts += intent.quoted
    if not texts and intent.language is not Language.ENGLISH:
        texts = [intent.text]
    return _cut(texts, cut_words)


def _indicator_leg(
    intent: Intent, words: LexicalIndex, report_ids: Sequence[str], cut_words: CutWords
) -> list[str]:
    """Sentences that name an indicator under any term: a term's words must not drown among the others."""
    found: list[str] = []
    for indicator in intent.indicators:
        for term in indicator.terms[:4]:
            hits = words.search(cut_words(term), report_ids=report_ids, limit=_SENTENCES // 2)
            found.extend(sentence_id for sentence_id, _ in hits)
    return list(dict.fromkeys(found))


def _dense_leg(
    vector: Vectors, passages: PassageIndex, store: ReportStore, report_ids: Sequence[str]
) -> list[str]:
    found = passages.search(vector, report_ids=report_ids, limit=_PASSAGES)
    held = store.passages_by_id([passage_id for passage_id, _ in found])
    return [s for passage_id, _ in found if passage_id in held for s in held[passage_id].sentence_ids]


def _cut(texts: Iterable[str], cut_words: CutWords) -> list[str]:
    return list(dict.fromkeys(word for text in texts for word in cut_words(text)))
