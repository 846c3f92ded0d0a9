"""What the corpus holds, as every question needs it: read from the store once, and again when that changed.

At 4,000 reports, reading them takes longer than answering does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rag.domain import Report
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


def _holdings(store: ReportStore) -> Holdings:
    reports = store.reports()
    digests = "".join(sorted(source.sha256 for source in store.sources()))
    return Holdings(
        digest=hashlib.sha256(digests.encode()).hexdigest()[:16],
        reports=tuple(reports),
        duplicates=find_duplicates(reports),
    )
