"""Observations → scorecard: each figure with its interval, by split, type and language, and what could not
be scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from eval.cases import Split
from eval.intervals import interval
from eval.metrics import stance
from eval.metrics.answer_accuracy import answer_accuracy, is_correct
from eval.metrics.citation_focus import citation_focus
from eval.metrics.citation_precision import citation_precision
from eval.metrics.citation_recall import citation_recall
from eval.metrics.evidence_recall import evidence_overlap, evidence_recall, evidence_recall_at
from eval.metrics.figure_fidelity import figure_fidelity
from eval.metrics.judged import completeness, faithfulness
from eval.metrics.latency import first_token_ms, latency_ms, percentile
from eval.metrics.ndcg import ndcg_at_10
from eval.metrics.outcome import Metric, Share, Unscored, share
from eval.metrics.pointer_validity import pointer_validity
from eval.metrics.recall_at_k import recall_at
from eval.metrics.reciprocal_rank import reciprocal_rank
from eval.metrics.refusal import false_refusal_rate, refusal_precision, refusal_recall
from eval.observation import Observation
from eval.reasons import why_failed

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

METRICS: Mapping[str, Metric] = {
    "answer_accuracy": answer_accuracy,
    "evidence_recall": evidence_recall,
    "evidence_overlap": evidence_overlap,
    "citation_recall": citation_recall,
    "citation_precision": citation_precision,
    "citation_focus": citation_focus,
    "pointer_validity": pointer_validity,
    "figure_fidelity": figure_fidelity,
    "refusal_precision": refusal_precision,
    "refusal_recall": refusal_recall,
    "false_refusal_rate": false_refusal_rate,
    **{f"evidence_recall@{n}_tokens": evidence_recall_at(n) for n in (100, 200, 300)},
    **{f"search_recall@{k}": recall_at(k) for k in (1, 5, 10, 20)},
    "search_mrr": reciprocal_rank,
    "search_ndcg@10": ndcg_at_10,
    "faithfulness": faithfulness,
    "completeness": completeness,
}

Timing: TypeAlias = Callable[[Observation], "float | Unscored"]
_TIMINGS: Mapping[str, Timing] = {"latency_ms": latency_ms, "first_token_ms": first_token_ms}


def scorecard(
    seen: Sequence[Observation],
    *,
    settings: Mapping[str, Json],
    manifest: Json,
    asked: Mapping[str, Metric] = METRICS,
) -> dict[str, Json]:
    """The object of `scorecard.json`. A metric without a scored case is null, and `unscored` says why."""
    counts: dict[str, Counter[str]] = {}
    intervals: dict[str, Json] = {}
    metrics = _metrics(seen, asked, counts, intervals)
    metrics["answer_accuracy_by_type"] = _accuracy_by(seen, lambda one: one.case.type)
    metrics["answer_accuracy_by_language"] = _accuracy_by(seen, lambda one: one.case.lang)
    metrics["stance_confusion"] = _confusion(seen, counts)
    return {
        "n": len(seen),
        "metrics": metrics,
        "intervals": intervals,
        "splits": {split.value: _split(seen, asked, split) for split in Split},
        "by_type": _by(seen, asked, lambda one: one.case.type),
        "by_language": _by(seen, asked, lambda one: one.case.lang),
        "by_report": _by(seen, asked, report_of),
        "reasons": dict(Counter(found[0].value for one in seen if (found := why_failed(one)))),
        "modes": dict(Counter(one.row.mode_used or "error" for one in seen)),
        "settings": settings,
        "manifest": manifest,
        "unscored": {name: dict(reasons) for name, reasons in counts.items() if reasons},
    }


def _split(seen: Sequence[Observation], asked: Mapping[str, Metric], split: Split) -> dict[str, Json]:
    own = [one for one in seen if one.case.split is split]
    intervals: dict[str, Json] = {}
    return {"n": len(own), "metrics": _metrics(own, asked, {}, intervals), "intervals": intervals}


def _by(
    seen: Sequence[Observation], asked: Mapping[str, Metric], key: Callable[[Observation], str]
) -> dict[str, Json]:
    """Every share for each group of cases: where in the line does a type or a language fail?"""
    groups: dict[str, list[Observation]] = {}
    for one in seen:
        groups.setdefault(key(one), []).append(one)
    return {
        name: {"n": len(own)}
        | {metric: ratio(_shares(own, score, Counter())) for metric, score in asked.items()}
        for name, own in sorted(groups.items())
    }


def _metrics(
    seen: Sequence[Observation],
    asked: Mapping[str, Metric],
    counts: dict[str, Counter[str]],
    intervals: dict[str, Json],
) -> dict[str, Json]:
    """Every figure; fills `counts` with what was not scored and `intervals` with bounds."""
    figures: dict[str, Json] = {}
    for name, metric in asked.items():
        shares = _shares(seen, metric, counts.setdefault(name, Counter()))
        figures[name] = ratio(shares)
        bounds = interval(shares)
        intervals[name] = None if bounds is None else list(bounds)
    errors = _shares(seen, stance.stance_error, counts.setdefault("stance_errors", Counter()))
    figures["stance_errors"] = round(sum(one.hits for one in errors)) if errors else None
    for name, timing in _TIMINGS.items():
        figures[name] = _percentiles(seen, timing, counts.setdefault(name, Counter()))
    return figures


def ratio(shares: Sequence[Share]) -> float | None:
    """Σ hits / Σ of."""
    return round(sum(s.hits for s in shares) / sum(s.of for s in shares), 4) if shares else None


def _shares(seen: Sequence[Observation], metric: Metric, unscored: Counter[str]) -> list[Share]:
    shares: list[Share] = []
    for one in seen:
        outcome = metric(one)
        if isinstance(outcome, Share):
            # A metric's own arithmetic is not trusted either: NaN would spread to the whole figure.
            outcome = share(outcome.hits, outcome.of, nothing="nothing to count")
        if isinstance(outcome, Share):
            shares.append(outcome)
        elif outcome.counted:
            unscored[outcome.reason] += 1
    return shares


def _percentiles(seen: Sequence[Observation], timing: Timing, unscored: Counter[str]) -> dict[str, Json]:
    values: list[float] = []
    for one in seen:
        value = timing(one)
        if isinstance(value, Unscored):
            unscored[value.reason] += 1
        else:
            values.append(value)
    return {"p50": percentile(values, 50), "p95": percentile(values, 95)}


def _accuracy_by(seen: Sequence[Observation], key: Callable[[Observation], str]) -> dict[str, Json]:
    groups: dict[str, list[bool]] = {}
    for one in seen:
        groups.setdefault(key(one), []).append(is_correct(one))
    return {name: round(sum(right) / len(right), 4) for name, right in sorted(groups.items())}


def report_of(one: Observation) -> str:
    """The report that a case is about: the one that its gold spans lie in."""
    names = {
        report.name
        for gold in one.case.golds
        for report in one.reports.values()
        if report.source_id == gold.source_id and report.start <= gold.spans[0].start < report.end
    }
    return names.pop() if len(names) == 1 else "several reports" if names else "no report"


def _confusion(seen: Sequence[Observation], counts: dict[str, Counter[str]]) -> dict[str, Json]:
    cells: Counter[tuple[str, str]] = Counter()
    unscored = counts.setdefault("stance_confusion", Counter())
    for one in seen:
        found = stance.confusion(one)
        if not isinstance(found, Unscored):
            cells[found] += 1
        elif found.counted:
            unscored[found.reason] += 1
    return {asked: {served: cells[asked, served] for served in stance.SERVED} for asked in stance.STANCES}
