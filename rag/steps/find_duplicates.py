"""Reports → which of them say what another one says: one report in two files, or twice in one.

A report's sketch is a bottom-k sample (Broder 1997: "On the resemblance and containment of documents") of the
hashes of its clauses, whatever white space stands in them. From two sketches follow, for the sets of clauses
A and B behind them, the resemblance (what both hold / what either holds) and the share of B that is in A.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from rag.domain import Report

_SIZE = 128
"""Hashes in a sketch: a resemblance is then off by 0.035 (one standard deviation) where it is 0.8."""
_HASH_BYTES = 6
_ALIKE = 0.8
_CONTAINED = 0.9
_FEWEST = 5
"""Clauses by which containment is judged at least: one shared sentence makes no copy."""
_MARKS = re.compile(r"[,。;:!?、…]+")
_SPACE = re.compile(r"\s+")


def sketch(sentences: Iterable[str]) -> tuple[int, ...]:
    """Of a report's folded sentences: the smallest hashes of its clauses, in order; the same in any process.

    The sentences are put together first: another wrap of the same text cuts other sentences.
    """
    clauses = set(_MARKS.split(_SPACE.sub("", "".join(sentences)))) - {""}
    return tuple(sorted(map(_hash, clauses))[:_SIZE])


def find_duplicates(reports: Sequence[Report]) -> dict[str, str]:
    """Id of a report → id of the report that is kept in its place; reports that stay are not in it.

    Only reports of one region and year are compared. Kept is the one that is whole, then the longer one, then
    the one that stands first.
    """

    def subject(report: Report) -> tuple[str, int]:
        return report.region or "", report.year or 0

    found: dict[str, str] = {}
    for _, group in groupby(sorted(reports, key=subject), key=subject):
        kept: list[Report] = []
        for report in sorted(group, key=lambda r: (r.truncated, -_clauses(r.sketch))):
            same = next((other for other in kept if _says_the_same(other.sketch, report.sketch)), None)
            if same is None:
                kept.append(report)
            else:
                found[report.id] = same.id
    return found


def _says_the_same(one: Sequence[int], other: Sequence[int]) -> bool:
    if not one or not other:
        return False
    union = sorted({*one, *other})[: _SIZE if _SIZE in (len(one), len(other)) else None]
    both = {*one} & {*other}
    if sum(value in both for value in union) >= _ALIKE * len(union):
        return True
    return _contains(one, other) or _contains(other, one)


def _contains(whole: Sequence[int], part: Sequence[int]) -> bool:
    """Whether `part` stands in `whole`. Up to its largest hash a full sketch holds every one of its report's,
    a shorter one holds all: there, each hash of the part is known to be in the whole or not."""
    last = whole[-1] if len(whole) == _SIZE else 1 << (8 * _HASH_BYTES)
    sample = [value for value in part if value <= last]
    return len(sample) >= _FEWEST and sum(v in set(whole) for v in sample) >= _CONTAINED * len(sample)


def _clauses(values: Sequence[int]) -> float:
    """How many clauses a report has, from its sketch: exact where they all went in."""
    if len(values) < _SIZE:
        return len(values)
    return (_SIZE - 1) * (1 << (8 * _HASH_BYTES)) / values[-1]


def _hash(clause: str) -> int:
    return int.from_bytes(hashlib.blake2b(clause.encode(), digest_size=_HASH_BYTES).digest(), "big")
