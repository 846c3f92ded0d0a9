"""The vectors of the reports that were searched last, as arrays: a question is compared with each passage of
many reports in less time than it takes to read those of one from the index anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rag.ports import Vectors

Read: TypeAlias = Callable[[Sequence[str]], tuple[Sequence[str], Vectors]]
"""Passage ids → those of them that are there, and their vectors as rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Of one report: `vectors[i]`, of unit length, is that of the passage `ids[i]`."""

    ids: tuple[str, ...]
    vectors: Vectors


class KeptVectors:
    """At most `most` rows; the reports that were not searched for longest go first. Safe for threads."""

    def __init__(self, read: Read, *, most: int) -> None:
        self._read, self._most = read, most
        self._changing = threading.Lock()
        self._kept: OrderedDict[str, Rows] = OrderedDict()
        self._size = 0
        self._changes = 0

    def rows(self, report_id: str, passage_ids: tuple[str, ...]) -> Rows:
        """Of the passages of a report that are there. Raises what reading raises."""
        with self._changing:
            if (kept := self._kept.get(report_id)) is not None and kept.ids == passage_ids:
                self._kept.move_to_end(report_id)
                return kept
            changes = self._changes
        ids, vectors = self._read(passage_ids)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        rows = Rows(ids=tuple(ids), vectors=vectors / lengths)
        with self._changing:
            # What was read while something changed may be of before; what is on its way in is not whole.
            if changes == self._changes and len(rows.ids) == len(passage_ids):
                self._keep(report_id, rows)
        return rows

    def forget(self, report_ids: Iterable[str] | None = None) -> None:
        """These reports changed; without, any may have."""
        with self._changing:
            self._changes += 1
            for report_id in list(self._kept) if report_ids is None else report_ids:
                self._drop(report_id)

    def _keep(self, report_id: str, rows: Rows) -> None:
        self._drop(report_id)
        self._kept[report_id] = rows
        self._size += len(rows.ids)
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, report_id: str) -> None:
        if (gone := self._kept.pop(report_id, None)) is not None:
            self._size -= len(gone.ids)
