"""What the corpus holds, as every question needs it: read from the store once, and again when that changed.

At 4,000 reports, reading them takes longer than answering does.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from cachetools import LRUCache, cachedmethod

from rag.domain import Passage, Report, Sentence, SourceText
from rag.steps.find_duplicates import find_duplicates
from rag.stores import ReportStore

T = TypeVar("T")


class Shelf:
    """What was read last under one version of a store: sentences, passages, texts. Safe for threads.

    `most_characters` bounds the texts of sources, and a fifth of it those of whole reports; with 20,000
    single sentences, at 2.5 kB each, that is about 100 MB.
    """

    def __init__(self, store: ReportStore, *, most_characters: int = 5_000_000) -> None:
        self._store = store
        self._looking = threading.Lock()
        self._texts: LRUCache[str, SourceText] = LRUCache(most_characters, lambda one: len(one.text))
        self._reports: LRUCache[str, tuple[Sentence, ...]] = LRUCache(
            most_characters // 5, lambda all_: sum(len(sentence.text) for sentence in all_)
        )
        self._sentences: LRUCache[str, Sentence] = LRUCache(20_000)
        self._passages: LRUCache[str, Passage] = LRUCache(5_000)

    @cachedmethod(attrgetter("_texts"), lock=attrgetter("_looking"))
    def text(self, source_id: str) -> SourceText:
        """Raises NotFound."""
        return self._store.source_text(source_id)

    @cachedmethod(attrgetter("_reports"), lock=attrgetter("_looking"))
    def sentences(self, report_id: str) -> tuple[Sentence, ...]:
        """All sentences of a report, in the order of the text."""
        return tuple(self._store.sentences([report_id]))

    def sentences_with(self, words: str, report_ids: Sequence[str]) -> list[Sentence]:
        """As `ReportStore.sentences_with`."""
        return self._store.sentences_with(words, report_ids)

    def sentences_by_id(self, sentence_ids: Sequence[str]) -> dict[str, Sentence]:
        """As `ReportStore.sentences_by_id`."""
        return self._those(self._sentences, sentence_ids, self._store.sentences_by_id)

    def passages_by_id(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """As `ReportStore.passages_by_id`."""
        return self._those(self._passages, passage_ids, self._store.passages_by_id)

    def _those(
        self, held: LRUCache[str, T], ids: Sequence[str], read: Callable[[Sequence[str]], Mapping[str, T]]
    ) -> dict[str, T]:
        with self._looking:
            found = {one: held[one] for one in ids if one in held}
        if lacking := [one for one in ids if one not in found]:
            fresh = read(lacking)
            found |= fresh
            with self._looking:
                held.update(fresh)
        return {one: found[one] for one in ids if one in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """`digest` names the corpus in manifests; `duplicates` is what `find_duplicates` says of `reports`; what
    they say is read from `shelf`."""

    digest: str
    reports: tuple[Report, ...]
    duplicates: Mapping[str, str]
    shelf: Shelf

    def asked(self, named: Collection[str] = ()) -> list[Report]:
        """The reports to ask: each once. A duplicate that is `named` by its id stays."""
        return [report for report in self.reports if report.id in named or report.id not in self.duplicates]


class HoldingsReader:
    """Holdings of one store. Safe for threads: at worst two read the same at once."""

    def __init__(self, store: ReportStore) -> None:
        self._store = store
        self._read: tuple[str, Holdings] | None = None

    def current(self) -> Holdings:
        # The version is read first: what changes in between is read again by the next question.
        version = self._store.version()
        read = self._read
        if read is None or read[0] != version:
            read = self._read = (version, _holdings(self._store))
        return read[1]


def _holdings(store: ReportStore) -> Holdings:
    reports = store.reports()
    digests = "".join(sorted(source.sha256 for source in store.sources()))
    return Holdings(
        digest=hashlib.sha256(digests.encode()).hexdigest()[:16],
        reports=tuple(reports),
        duplicates=find_duplicates(reports),
        shelf=Shelf(store),
    )
