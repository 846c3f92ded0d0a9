"""What counts as a verdict."""

from __future__ import annotations

import pytest

from eval.judge import read_verdict
from eval.metrics.judged import completeness, faithfulness
from eval.metrics.outcome import Share, Unscored
from eval.rows import JudgeVerdict
from tests.unit.eval_made import case, observe, row

GOOD = '{"faithful_reason": "a", "faithful": 1, "complete_reason": "b", "complete": 0.5}'


@pytest.mark.parametrize("text", [GOOD, f"```json\n{GOOD}\n```", f"Here it is: {GOOD}"])
def test_the_object_is_found_among_other_words(text: str) -> None:
    verdict = read_verdict(text)
    assert verdict is not None
    assert (verdict.faithful, verdict.complete) == (1, 0.5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "faithful: yes",
        '{"faithful": 1}',
        GOOD.replace("0.5", "7"),
        GOOD.replace("1,", "NaN,"),
        GOOD.replace("1,", "-1,"),
        GOOD[:-1],
    ],
)
def test_anything_else_is_no_verdict(text: str) -> None:
    assert read_verdict(text) is None


def test_without_a_judge_nothing_is_scored() -> None:
    from msgspec.structs import replace

    silent = row("增长5.1%。")
    assert faithfulness(observe(case(), silent)) == Unscored("no judge is configured")
    broken = replace(silent, judge_error="chat_failed: down")
    assert completeness(observe(case(), broken)) == Unscored("the judge failed: chat_failed: down")
    verdict = JudgeVerdict(model="m", faithful=1, faithful_reason="a", complete=0.5, complete_reason="b")
    assert completeness(observe(case(), replace(silent, judge=verdict))) == Share(0.5, 1)
