"""The lexical index of one process among several: in its memory, kept in step with the store they share.

A folder of tantivy has one writer, and a process on another machine does not see it. So nobody writes into
this one: what changed in the store since the last look, by whomever, is taken over from there. At the first
look that is everything.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from rag.domain import Sentence
from rag.ports import LexicalIndex, PassageIndex
from rag.stores import ReportStore

_SOURCES_AT_ONCE = 100
"""Sources whose sentences are in memory at once, and written in one commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A source as it was taken over."""

    revision: str
    report_ids: tuple[str, ...]


class FollowedWords:
    """`LexicalIndex` that reads like `index` and that `keep_up` alone fills. Safe for threads."""

    def __init__(self, store: ReportStore, index: LexicalIndex) -> None:
        """`index` is empty."""
        self._store = store
        self._index = index
        self._taken: dict[str, _Taken] = {}
        self._turn = threading.Lock()

    def keep_up(self, passages: PassageIndex) -> None:
        """Take over what changed, and let `passages` know of which reports that is. Raises what the store
        raises; what was taken over by then stays."""
        with self._turn:
            revisions = self._store.revisions()
            gone = [id_ for id_, taken in self._taken.items() if revisions.get(id_) != taken.revision]
            if gone:
                reports = [report_id for id_ in gone for report_id in self._taken[id_].report_ids]
                self._index.remove(reports)
                for id_ in gone:
                    del self._taken[id_]
                passages.reread(reports)
            coming = [id_ for id_ in revisions if id_ not in self._taken]
            of_source = self._reports(coming)
            for start in range(0, len(coming), _SOURCES_AT_ONCE):
                batch = coming[start : start + _SOURCES_AT_ONCE]
                reports = [report_id for id_ in batch for report_id in of_source[id_]]
                self._index.add(self._store.sentences(reports))
                for id_ in batch:
                    self._taken[id_] = _Taken(revision=revisions[id_], report_ids=tuple(of_source[id_]))
                passages.reread(reports)

    def _reports(self, source_ids: Sequence[str]) -> dict[str, list[str]]:
        """Source id → ids of its reports. One query for many sources: each would cost a round trip."""
        found: dict[str, list[str]] = {id_: [] for id_ in source_ids}
        only = source_ids[0] if len(source_ids) == 1 else None
        for report in self._store.reports(only) if source_ids else ():
            if report.source_id in found:
                found[report.source_id].append(report.id)
        return found

    # --- read as any other ---

    def search(
        self, words: Sequence[str], *, report_ids: Sequence[str], limit: int
    ) -> list[tuple[str, float]]:
        return self._index.search(words, report_ids=report_ids, limit=limit)

    def report_ids(self) -> set[str]:
        return self._index.report_ids()

    def ids(self) -> list[str]:
        return self._index.ids()

    def count(self) -> int:
        return self._index.count()

    # --- written by nobody: the store is followed ---

    def add(self, sentences: Sequence[Sentence]) -> None: ...

    def remove(self, report_ids: Sequence[str]) -> None: ...

    def clear(self) -> None: ...
