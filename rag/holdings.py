"""What the corpus holds, as every question needs it: read from the store once, and again when that changed.

At 4,000 reports, reading them takes longer than answering does.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rag.domain import Report, SourceText
from rag.steps.find_duplicates import find_duplicates
from rag.stores import ReportStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """`digest` names the corpus in manifests; `duplicates` is what `find_duplicates` says of `reports`."""

    digest: str
    reports: tuple[Report, ...]
    duplicates: Mapping[str, str]

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


class TextReader:
    """The texts last read of one store, as every hit of a search needs its own. Safe for threads."""

    def __init__(self, store: ReportStore, *, most_characters: int = 5_000_000) -> None:
        self._store = store
        self._most = most_characters
        self._version = ""
        self._held: OrderedDict[str, SourceText] = OrderedDict()
        self._looking = threading.Lock()

    def text(self, source_id: str) -> SourceText:
        """Raises NotFound."""
        version = self._store.version()
        with self._looking:
            if version != self._version:
                self._held.clear()
                self._version = version
            held = self._held.get(source_id)
            if held is not None:
                self._held.move_to_end(source_id)
                return held
        read = self._store.source_text(source_id)
        with self._looking:
            if version == self._version:
                self._held[source_id] = read
                while sum(len(one.text) for one in self._held.values()) > self._most:
                    self._held.popitem(last=False)
        return read


def _holdings(store: ReportStore) -> Holdings:
    reports = store.reports()
    digests = "".join(sorted(source.sha256 for source in store.sources()))
    return Holdings(
        digest=hashlib.sha256(digests.encode()).hexdigest()[:16],
        reports=tuple(reports),
        duplicates=find_duplicates(reports),
    )
