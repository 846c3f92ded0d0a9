"""Each fault that a system can have is planted, and the figure that must fall, falls."""

from __future__ import annotations

import math

import pytest

from eval.metrics.answer_accuracy import answer_accuracy, is_correct
from eval.metrics.citation_focus import citation_focus
from eval.metrics.citation_precision import citation_precision
from eval.metrics.citation_recall import citation_recall
from eval.metrics.figure_fidelity import figure_fidelity, unproven_figures
from eval.metrics.outcome import Share, Unscored, share
from eval.metrics.pointer_validity import pointer_validity
from eval.metrics.stance import confusion, stance_error
from eval.observation import Observation
from eval.reasons import Reason, why_failed
from eval.scorecard import METRICS, scorecard
from tests.unit.eval_made import (
    RESULT,
    TARGET,
    TEXT,
    case,
    citation,
    computed,
    observe,
    row,
    shown,
    unanswerable,
)

GOOD = observe(
    case(), row("甲市2023年地区生产总值增长5.1%[1]。", citation(RESULT), evidence=(shown(RESULT),))
)


def test_a_sound_answer_scores_in_full() -> None:
    for metric in (
        answer_accuracy,
        citation_recall,
        citation_precision,
        citation_focus,
        pointer_validity,
        figure_fidelity,
    ):
        outcome = metric(GOOD)
        assert isinstance(outcome, Share)
        assert outcome.hits == outcome.of
    assert stance_error(GOOD) == Share(0, 1)
    assert confusion(GOOD) == ("result", "result")
    assert why_failed(GOOD) is None


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_citation_shifted_by_one_character(shift: int) -> None:
    seen = observe(case(), row("地区生产总值增长5.1%[1]。", citation(RESULT, shift=shift)))
    assert pointer_validity(seen) == Share(0, 1)


def test_a_citation_of_a_source_that_is_not_there() -> None:
    from msgspec.structs import replace

    seen = observe(case(), row("增长5.1%[1]。", replace(citation(RESULT), source_id="another")))
    assert pointer_validity(seen) == Share(0, 1)
    assert figure_fidelity(seen) == Share(0, 1)


@pytest.mark.parametrize(
    ("answer", "unproven"),
    [
        ("地区生产总值增长5.2%[1]。", ["5.2%"]),  # a digit
        ("地区生产总值增长5.1个百分点[1]。", ["5.1个百分点"]),  # a unit
        ("地区生产总值增长51%[1]。", ["51%"]),  # a decimal point
        ("地区生产总值增长5.1倍[1]。", ["5.1倍"]),
        ("地区生产总值增长5.1%、人口5000人[1]。", ["5000人"]),  # stands in the report, not in what is cited
        ("地区生产总值增长百分之五点二[1]。", ["百分之五点二"]),
    ],
)
def test_a_figure_altered_by_a_digit_or_a_unit(answer: str, unproven: list[str]) -> None:
    # The answer vouches for its own figures: that must not help.
    vouched = tuple(computed(text, "") for text in unproven)
    seen = observe(case(), row(answer, citation(RESULT), figures=vouched))
    assert unproven_figures(seen) == unproven
    assert figure_fidelity(seen) != Share(1, 1)


def test_a_scale_that_was_lost() -> None:
    seen = observe(case(), row("粮食产量1.4亿斤[1]。", citation("粮食产量1.4万亿斤")))
    assert figure_fidelity(seen) == Share(0, 1)


def test_a_formula_is_worked_out_again() -> None:
    cited = (citation(RESULT), citation("一般公共预算收入增 长7.7%"))
    answer = "两者相差2.6个百分点[1][2]。"
    right = row(answer, *cited, figures=(computed("2.6个百分点", "7.7% - 5.1% = 2.6个百分点"),))
    assert figure_fidelity(observe(case(), right)) == Share(1, 1)
    wrong_sum = row(answer, *cited, figures=(computed("2.6个百分点", "7.7% - 5.2% = 2.6个百分点"),))
    assert figure_fidelity(observe(case(), wrong_sum)) == Share(0, 1)
    uncited = row(answer, cited[0], figures=(computed("2.6个百分点", "7.7% - 5.1% = 2.6个百分点"),))
    assert figure_fidelity(observe(case(), uncited)) == Share(0, 1)
    another = row("相差2.7个百分点[1][2]。", *cited, figures=(computed("2.7", "7.7% - 5.1% = 2.6个百分点"),))
    assert figure_fidelity(observe(case(), another)) == Share(0, 1)


def test_a_count_is_counted_again() -> None:
    cited = citation("绿色发展,绿色转型")
    for expression in ("2", "2 = 2", "count = 2"):
        formula = (computed("2次", expression),)
        told = [row(f"“绿色”出现{n}次[1]。", cited, figures=formula) for n in (2, 3)]
        assert figure_fidelity(observe(case(), told[0])) == Share(1, 1)
        assert figure_fidelity(observe(case(), told[1])) == Share(0, 1)


def test_a_target_served_for_a_result() -> None:
    seen = observe(case(), row("地区生产总值增长6%左右[1]。", citation(TARGET, stance="target")))
    assert stance_error(seen) == Share(1, 1)
    assert confusion(seen) == ("result", "target")
    assert not is_correct(seen)


def test_the_right_figure_from_the_planned_sentence() -> None:
    seen = observe(case(), row("增长5.1%[1]。", citation("固定资产投资增长5.1%", stance="plan")))
    assert is_correct(seen)
    assert stance_error(seen) == Share(1, 1)
    assert confusion(seen) == ("result", "target")
    assert citation_recall(seen) == Share(0, 1)


def test_a_result_served_for_a_target() -> None:
    asked = case("甲市2024年GDP目标是多少？", must=(("6%",),), forbidden=("5.1%",), golds=(TARGET,))
    assert stance_error(observe(asked, row("增长5.1%[1]。", citation(RESULT)))) == Share(1, 1)
    assert stance_error(observe(asked, row("增长6%左右[1]。", citation(TARGET, stance="target")))) == Share(
        0, 1
    )


def test_a_question_of_no_stance_is_not_scored() -> None:
    asked = case("甲市GDP增长多少？", kind="single_numeric")
    outcome = stance_error(observe(asked, row("增长5.1%[1]。", citation(RESULT))))
    assert isinstance(outcome, Unscored)
    assert outcome.counted


def test_a_refusal_in_prose_is_an_answer() -> None:
    words = "甲市的报告没有给出这一点。"
    seen = observe(unanswerable(), row(words))
    assert not is_correct(seen)
    assert why_failed(seen) == (Reason.MISSING_REFUSAL, "status answered, mode extractive")
    assert METRICS["refusal_recall"](seen) == Share(0, 1)
    answerable = observe(case(), row(words))
    assert not is_correct(answerable)
    assert METRICS["false_refusal_rate"](answerable) == Share(0, 1)


def _mixed(answered: bool) -> list[Observation]:
    """Four cases with an answer and one without, all answered or all refused."""
    got = (
        row("增长5.1%[1]。", citation(RESULT), evidence=(shown(RESULT),))
        if answered
        else row("没有。", status="refused")
    )
    return [observe(case(case_id=f"c{n}"), got) for n in range(4)] + [observe(unanswerable(), got)]


def test_a_system_that_always_refuses() -> None:
    card = scorecard(_mixed(answered=False), settings={}, manifest={})
    metrics, unscored = card["metrics"], card["unscored"]
    assert isinstance(metrics, dict)
    assert isinstance(unscored, dict)
    assert metrics["answer_accuracy"] == 0.2
    assert metrics["false_refusal_rate"] == 1.0
    assert metrics["refusal_recall"] == 1.0
    assert metrics["refusal_precision"] == 0.2
    assert metrics["citation_recall"] == 0.0
    assert metrics["evidence_recall"] == 0.0
    # What it never did is not counted as done badly, nor as done well.
    for name in ("citation_precision", "pointer_validity", "figure_fidelity"):
        assert metrics[name] is None
    assert unscored["citation_precision"] == {"no citation was served": 4}


def test_a_system_that_never_refuses() -> None:
    metrics = scorecard(_mixed(answered=True), settings={}, manifest={})["metrics"]
    assert isinstance(metrics, dict)
    assert metrics["answer_accuracy"] == 0.8
    assert metrics["refusal_recall"] == 0.0
    assert metrics["refusal_precision"] is None


def test_a_system_that_copies_the_whole_passage() -> None:
    whole = observe(case(), row(TEXT, citation(TEXT)))
    assert not is_correct(whole)
    assert why_failed(whole) == (Reason.FORBIDDEN, "forbidden: 6%")
    focus = citation_focus(whole)
    assert isinstance(focus, Share)
    assert focus.hits / focus.of < 0.2
    clauses = [RESULT, "新增就业5000人", "粮食产量1.4万亿斤", "排名全省第二", TARGET]
    each = observe(case(), row(TEXT, *(citation(clause) for clause in clauses)))
    assert citation_precision(each) == Share(1, 5)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_metric_that_is_no_number(value: float) -> None:
    assert share(value, 1, nothing="") == Unscored("not a number")
    assert share(1, value, nothing="") == Unscored("not a number")

    def broken(_: Observation) -> Share:
        return Share(value, 1)

    card = scorecard([GOOD], settings={}, manifest={}, asked={"broken": broken})
    metrics, unscored = card["metrics"], card["unscored"]
    assert isinstance(metrics, dict)
    assert isinstance(unscored, dict)
    assert metrics["broken"] is None
    assert unscored["broken"] == {"not a number": 1}


def test_an_error_is_wrong_and_nothing_else() -> None:
    seen = observe(case(), row("", status="error", error="model: it broke"))
    assert not is_correct(seen)
    assert why_failed(seen) == (Reason.ERROR, "model: it broke")
    card = scorecard([seen, GOOD], settings={}, manifest={})
    metrics, unscored = card["metrics"], card["unscored"]
    assert isinstance(metrics, dict)
    assert isinstance(unscored, dict)
    assert metrics["answer_accuracy"] == 0.5
    assert metrics["citation_recall"] == 1.0
    assert unscored["citation_recall"] == {"the question ended in an error": 1}
