"""Why a case failed: the first stage of the line that is to blame, and what exactly is missing."""

from __future__ import annotations

from enum import StrEnum

from eval.metrics.answer_accuracy import is_correct
from eval.metrics.evidence_recall import shows_gold
from eval.normalise import contains, normalise
from eval.observation import Observation, touches


class Reason(StrEnum):
    WRONG_REFUSAL = "wrong refusal"  # there is an answer, and it was refused
    MISSING_REFUSAL = "missing refusal"  # there is none, and something was served
    RETRIEVAL = "gold not in evidence"
    ANSWERING = "evidence had it, answer lacks it"
    FORBIDDEN = "forbidden string served"
    ERROR = "error"


def why_failed(seen: Observation) -> tuple[Reason, str] | None:
    """The reason and what is missing, in words; None of a correct case."""
    if is_correct(seen):
        return None
    if seen.failed:
        return Reason.ERROR, seen.row.error or "no message"
    if not seen.case.answerable:
        return Reason.MISSING_REFUSAL, f"status {seen.row.status}, mode {seen.row.mode_used}"
    if seen.refused:
        return Reason.WRONG_REFUSAL, _refusal_detail(seen)
    missing = seen.missing_groups()
    forbidden = seen.forbidden()
    detail = "; ".join(
        _missing_details(seen, missing) + ([f"forbidden: {' | '.join(forbidden)}"] if forbidden else [])
    )
    if not missing:
        return Reason.FORBIDDEN, detail
    return (Reason.ANSWERING if _evidence_had_it(seen, missing) else Reason.RETRIEVAL), detail


def _refusal_detail(seen: Observation) -> str:
    refusal = seen.row.refusal.reason if seen.row.refusal is not None else "no reason given"
    return f"{refusal}; {_search_detail(seen)}"


def _missing_details(seen: Observation, missing: list[tuple[str, ...]]) -> list[str]:
    groups = seen.case.must_contain
    details = [
        f"missing group {groups.index(group) + 1} of {len(groups)}: {' | '.join(group)}" for group in missing
    ]
    return [*details, _search_detail(seen)] if missing else details


def _search_detail(seen: Observation) -> str:
    """At which rank search alone has the gold."""
    if seen.row.search is None or not seen.case.golds:
        return "search not scored"
    ranks = [
        next(
            (
                n
                for n, hit in enumerate(seen.row.search, 1)
                if touches(gold, hit.source_id, hit.start, hit.end)
            ),
            None,
        )
        for gold in seen.case.golds
    ]
    return "gold found by search at rank " + ", ".join("–" if rank is None else str(rank) for rank in ranks)


def _evidence_had_it(seen: Observation, missing: list[tuple[str, ...]]) -> bool:
    """Whether the evidence holds the gold spans, or a string of every missing group."""
    if seen.case.golds and shows_gold(seen, seen.row.evidence):
        return True
    shown = normalise("\n".join(item.text for item in seen.row.evidence))
    return all(any(contains(shown, words) for words in group) for group in missing)
