"""Hand-worked figures, and the ranking metrics against trec_eval."""

from __future__ import annotations

from math import log2

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.intervals import interval
from eval.metrics.evidence_recall import evidence_overlap, evidence_recall, evidence_recall_at
from eval.metrics.latency import first_token_ms, percentile
from eval.metrics.ndcg import ndcg
from eval.metrics.outcome import Share, Unscored
from eval.metrics.ranking import Ranking, rank
from eval.metrics.recall_at_k import recall, recall_at
from eval.metrics.reciprocal_rank import reciprocal
from eval.reasons import Reason, why_failed
from tests.unit.eval_made import RESULT, TARGET, case, citation, found, gold, observe, row, shown

GRAIN = "粮食产量1.4万亿斤"
JOBS = "新增就业5000人"


def test_ranking_counts_each_gold_once() -> None:
    hits = [found(TARGET), found(RESULT), found(RESULT), found(f"{JOBS},{GRAIN}"), found(JOBS)]
    ranking = rank([gold(RESULT), gold(JOBS), gold(GRAIN)], hits)
    # One sentence holds two of the golds: they are one unit.
    assert ranking == Ranking((False, True, False, True, False), 2)
    assert rank([gold(RESULT), gold(JOBS)], [found(TARGET)]) == Ranking((False,), 2)


def test_ranking_metrics_by_hand() -> None:
    ranking = Ranking((False, True, False, True, False), 3)
    assert recall(ranking, 1) == 0
    assert recall(ranking, 2) == pytest.approx(1 / 3)
    assert recall(ranking, 5) == pytest.approx(2 / 3)
    assert reciprocal(ranking) == 0.5
    gained = 1 / log2(3) + 1 / log2(5)
    ideal = 1 + 1 / log2(3) + 1 / log2(4)
    assert ndcg(ranking, 10) == pytest.approx(gained / ideal)
    assert ndcg(ranking, 1) == 0
    assert reciprocal(Ranking((), 1)) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=25), st.integers(0, 15))
def test_ranking_metrics_agree_with_trec_eval(relevant: list[bool], unfound: int) -> None:
    if not any(relevant) and not unfound:
        return
    ranking = Ranking(tuple(relevant), sum(relevant) + unfound)
    judged = {f"hit{n}": 1 for n, good in enumerate(relevant) if good}
    judged |= {f"unfound{n}": 1 for n in range(unfound)}
    run = {f"hit{n}": float(len(relevant) - n) for n in range(len(relevant))}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": judged}, {"recip_rank", "ndcg_cut.10", "recall.5,20"})
    theirs = evaluator.evaluate({"q": run})["q"]
    assert reciprocal(ranking) == pytest.approx(theirs["recip_rank"])
    assert ndcg(ranking, 10) == pytest.approx(theirs["ndcg_cut_10"])
    assert recall(ranking, 5) == pytest.approx(theirs["recall_5"])
    assert recall(ranking, 20) == pytest.approx(theirs["recall_20"])


def test_search_that_was_not_asked_is_unscored() -> None:
    assert recall_at(5)(observe(case(), row(""))) == Unscored("search was not asked")
    assert recall_at(1)(observe(case(), row("", search=(found(RESULT),)))) == Share(1, 1)


def test_evidence_must_hold_every_gold_in_full() -> None:
    asked = case(golds=(RESULT, JOBS))
    assert evidence_recall(observe(asked, row("", evidence=(shown(RESULT),)))) == Share(0, 1)
    both = (shown(RESULT), shown(f"{JOBS},{GRAIN}"))
    assert evidence_recall(observe(asked, row("", evidence=both))) == Share(1, 1)
    part = (shown("地区生产总值增长"), shown(JOBS))
    assert evidence_recall(observe(asked, row("", evidence=part))) == Share(0, 1)
    assert evidence_overlap(observe(asked, row("", evidence=part))) == Share(1, 1)
    assert evidence_overlap(observe(asked, row("", evidence=part[:1]))) == Share(0, 1)


def test_two_statements_may_hold_a_gold_together_without_its_comma() -> None:
    asked = case(golds=(f"{JOBS},{GRAIN}",))
    assert evidence_recall(observe(asked, row("", evidence=(shown(JOBS), shown(GRAIN))))) == Share(1, 1)


def test_evidence_within_a_budget() -> None:
    seen = observe(case(), row("", evidence=(shown(JOBS, tokens=60), shown(RESULT, tokens=50))))
    assert evidence_recall_at(100)(seen) == Share(0, 1)
    assert evidence_recall_at(110)(seen) == Share(1, 1)


def test_reasons_name_the_stage_and_what_is_missing() -> None:
    asked = case(must=(("5.1%",), ("7.7%",)))
    lacking = row(
        "增长5.1%[1]。", citation(RESULT), evidence=(shown(JOBS),), search=(found(JOBS), found(RESULT))
    )
    assert why_failed(observe(asked, lacking)) == (
        Reason.RETRIEVAL,
        "missing group 2 of 2: 7.7%; gold found by search at rank 2",
    )
    had = row("增长5.1%[1]。", citation(RESULT), evidence=(shown(RESULT),))
    found_why = why_failed(observe(asked, had))
    assert found_why is not None
    assert found_why[0] is Reason.ANSWERING
    refused = why_failed(observe(asked, row("没有。", status="refused", search=())))
    assert refused == (Reason.WRONG_REFUSAL, "no reason given; gold found by search at rank –")


def test_percentiles() -> None:
    assert percentile([1, 2, 3, 4], 50) == 2.5
    assert percentile([10], 95) == 10
    assert percentile([], 50) is None
    assert first_token_ms(observe(case(), row(""))) == Unscored("no model wrote")


def test_an_interval_holds_its_figure_and_is_the_same_each_time() -> None:
    shares = [Share(1, 1)] * 80 + [Share(0, 1)] * 20
    bounds = interval(shares)
    assert bounds == interval(shares)
    assert bounds is not None
    low, high = bounds
    # The normal approximation gives 0.8 ± 0.078.
    assert low == pytest.approx(0.722, abs=0.02)
    assert high == pytest.approx(0.878, abs=0.02)
    assert interval([Share(1, 1)] * 30) == (1, 1)
    assert interval([Share(1, 1)]) is None
    # Cases with more to count weigh more.
    uneven = interval([Share(9, 10)] * 50 + [Share(0, 1)] * 50)
    assert uneven is not None
    assert 0.75 < uneven[0] < 450 / 550 < uneven[1] < 0.87
