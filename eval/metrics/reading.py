"""Exact match and F1 of a short answer, as CMRC 2018 scores them (Cui et al., EMNLP-IJCNLP 2019).

Text is cut into single Chinese characters and runs of other letters and digits; punctuation and white space
do not count. EM is 1 where prediction and a gold answer are then the same. F1 is 2PR / (P + R) with P and R
the length of their longest common run of units over the length of each. The best of several gold answers
counts. Both sides are simplified and NFKC-folded first, so that the script of an answer to a traditional
question is no fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rag.adapters.script_opencc import simplify

_UNIT = re.compile(r"[一-鿿]|[^\W_一-鿿]+")


def exact_match(prediction: str, golds: Sequence[str]) -> float:
    said = units(prediction)
    return float(any(said == units(gold) for gold in golds))


def f1(prediction: str, golds: Sequence[str]) -> float:
    said = units(prediction)
    return max((_f1(said, units(gold)) for gold in golds), default=0.0)


def units(text: str) -> list[str]:
    return _UNIT.findall(simplify(unicodedata.normalize("NFKC", text)).lower())


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    common = _longest_run(said, gold)
    if common == 0:
        return 0.0
    precision, recall = common / len(said), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def _longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest run of units that stands in both."""
    best = 0
    ends_before = [0] * (len(other) + 1)
    for left in one:
        ends = [0] * (len(other) + 1)
        for place, right in enumerate(other, 1):
            if left == right:
                ends[place] = ends_before[place - 1] + 1
                best = max(best, ends[place])
        ends_before = ends
    return best
