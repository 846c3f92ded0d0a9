"""Refusals as a detector of questions without an answer (as in RGB's negative rejection, Chen et al., AAAI
2024).

refusal_precision = refused cases that have no answer / refused cases
refusal_recall = refused cases that have no answer / cases that have no answer
false_refusal_rate = refused cases that have an answer / cases that have an answer

Only the status counts: a refusal in prose under the status `answered` is an answer.
"""

from __future__ import annotations

from eval.metrics.outcome import ANSWERABLE, FAILED, NOT_ANSWERABLE, Outcome, Share, Unscored
from eval.observation import Observation


def refusal_precision(seen: Observation) -> Outcome:
    if seen.failed:
        return FAILED
    if not seen.refused:
        return Unscored("the case was not refused", counted=False)
    return Share(float(not seen.case.answerable), 1)


def refusal_recall(seen: Observation) -> Outcome:
    if seen.case.answerable:
        return ANSWERABLE
    return FAILED if seen.failed else Share(float(seen.refused), 1)


def false_refusal_rate(seen: Observation) -> Outcome:
    if not seen.case.answerable:
        return NOT_ANSWERABLE
    return FAILED if seen.failed else Share(float(seen.refused), 1)
