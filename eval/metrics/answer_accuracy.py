"""answer_accuracy = correct cases / cases (the project's contract).

An answerable case is correct when it is not refused, the answer holds a string of every group of
`must_contain` and none of `must_not_contain`. One without an answer is correct when it is refused. An error
is wrong.
"""

from __future__ import annotations

from eval.metrics.outcome import Outcome, Share
from eval.observation import Observation


def is_correct(seen: Observation) -> bool:
    if seen.failed:
        return False
    if not seen.case.answerable:
        return seen.refused
    return not seen.refused and not seen.missing_groups() and not seen.forbidden()


def answer_accuracy(seen: Observation) -> Outcome:
    return Share(float(is_correct(seen)), 1)
