"""faithfulness and completeness: shares from 0 to 1 that a judging model gave, averaged over the cases it
judged.
"""

from __future__ import annotations

from eval.metrics.outcome import FAILED, Outcome, Share, Unscored
from eval.observation import Observation

NO_JUDGE = Unscored("no judge is configured")


def faithfulness(seen: Observation) -> Outcome:
    verdict = seen.row.judge
    return _missing(seen) if verdict is None else Share(verdict.faithful, 1)


def completeness(seen: Observation) -> Outcome:
    verdict = seen.row.judge
    return _missing(seen) if verdict is None else Share(verdict.complete, 1)


def _missing(seen: Observation) -> Unscored:
    if seen.failed:
        return FAILED
    if seen.refused:
        return Unscored("the answer is a refusal", counted=False)
    if seen.row.judge_error is not None:
        return Unscored(f"the judge failed: {seen.row.judge_error}")
    return NO_JUDGE
