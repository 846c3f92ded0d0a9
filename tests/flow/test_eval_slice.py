"""24 of the project's own cases with the real model: no pass when citations, figures or refusals break."""

from __future__ import annotations

import hashlib
from collections import defaultdict

import pytest

from eval.ask_cases import ask_all, report_spans
from eval.cases import Case, Split, named_files, read_case_lines, resolve
from eval.corpus import read_corpus
from eval.metrics.figure_fidelity import unproven_figures
from eval.run import observe
from eval.scorecard import scorecard
from rag.domain import Mode
from rag.library import Rag
from rag.resources import seeds_folder

_EACH = 2


def _slice() -> list[Case]:
    """Two cases of each type, from the half that is tuned on: those whose ids have the smallest SHA-256."""
    path = seeds_folder() / "questions.jsonl"
    lines = read_case_lines(path)
    cases = resolve(path, lines, read_corpus(seeds_folder(), named=named_files(lines)))
    by_type: dict[str, list[Case]] = defaultdict(list)
    for case in sorted(cases, key=lambda one: hashlib.sha256(one.id.encode()).hexdigest()):
        if case.split is Split.DEV and len(by_type[case.type]) < _EACH:
            by_type[case.type].append(case)
    return [case for _, cases in sorted(by_type.items()) for case in cases]


@pytest.mark.timeout(1200)
def test_the_slice_holds(seeded_rag: Rag) -> None:
    cases = _slice()
    assert len(cases) == 24
    corpus = read_corpus(seeds_folder())
    rows = list(ask_all(seeded_rag, cases, mode=Mode.AUTO, key="slice"))
    seen = observe(cases, rows, corpus, report_spans(seeded_rag))
    card = scorecard(seen, settings={}, manifest={})
    metrics = card["metrics"]
    assert isinstance(metrics, dict)
    failed = {
        one.case.id: (one.row.reason, one.row.detail, one.row.answer) for one in seen if not one.row.correct
    }
    unproven = {one.case.id: found for one in seen if not one.refused and (found := unproven_figures(one))}
    # Each bound is some cases below what the system reaches; pointers and figures have none to lose.
    assert metrics["pointer_validity"] == 1.0
    assert metrics["figure_fidelity"] == 1.0, unproven
    assert metrics["answer_accuracy"] >= 0.7, failed
    assert metrics["citation_recall"] >= 0.6, failed
    assert metrics["citation_precision"] >= 0.7, failed
    assert metrics["refusal_recall"] >= 0.5, failed
    assert metrics["false_refusal_rate"] <= 0.2, failed
    assert any(one.row.mode_used == "model" for one in seen)
