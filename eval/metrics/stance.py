"""Done or merely planned: stance errors and the confusion matrix.

What a case asks for is its `stance` field; where it has none, the words of the question decide (目标, 计划,
力争, target … against 实际, 完成了, 增长了, achieved …). A question that says neither, or both, is not
scored. The system's own reading of the question is not used, and neither are its sentence labels to say
what the gold is.

stance_errors counts answered cases that ask for one stance and were served the other. Either 1. the case is
of type `result_vs_target` and the answer holds a string of `must_not_contain`: such cases list the other
stance's value there; or 2. a served citation that holds a required string, but touches no gold span,
carries the other stance: the right figure from the wrong sentence (6% as done, cited for 6% as planned).

In the confusion matrix the row is what was asked for. The column is the stance of the first served citation
that touches a gold span or holds a required or forbidden string: `asked` itself where it touches gold, else
as the citation is labelled; `none` where no such citation was served.
"""

from __future__ import annotations

import re

from eval.metrics.outcome import FAILED, NOT_ANSWERABLE, Outcome, Share, Unscored
from eval.normalise import contains, normalise
from eval.observation import Observation, touches
from rag.record import CitationRecord

RESULT, TARGET = "result", "target"
STANCES = (RESULT, TARGET)
SERVED = (RESULT, TARGET, "other", "none")
_OPPOSED = {RESULT: frozenset({"target", "plan"}), TARGET: frozenset({"result"})}
_AHEAD = re.compile(
    r"目标|目標|计划|計劃|预期|預期|力争|力爭|打算|预定|預定|拟安排|要达到|要達到|规划|想增长|再完成|\b(?:targets?|goals?|plans?|planned|"
    r"expects?|expected|aims?|will)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"实际|實際|完成了|完成情况|增长了|增長了|达到了|達到了|实现了|实绩|改造了|产了|涨了|\b(?:actual|actually|achieved?|did|was|were|had)\b",
    re.IGNORECASE,
)
_MULTIPLE = frozenset({"comparison", "computed", "rank", "count", "conflict", "list", "wording"})
"""Types of cases that ask for more than one statement, or for no figure: one stance does not describe them.
"""


def asked_stance(seen: Observation) -> str | None:
    if seen.case.stance is not None:
        return seen.case.stance
    ahead = _AHEAD.search(seen.case.question) is not None
    done = _DONE.search(seen.case.question) is not None
    if ahead == done:
        return None
    return TARGET if ahead else RESULT


def stance_error(seen: Observation) -> Outcome:
    """hits is 1 for an error; the metric is Σ hits, a count."""
    scope = _out_of_scope(seen)
    if scope is not None:
        return scope
    if seen.case.type == "result_vs_target" and not seen.refused and seen.forbidden():
        return Share(1, 1)
    asked = asked_stance(seen)
    if asked is None:
        return Unscored("the question does not say whether it asks for what was done or what is planned")
    wrong = any(
        _holds_required(seen, citation)
        and not _is_gold(seen, citation)
        and citation.stance in _OPPOSED[asked]
        for citation in seen.row.served
    )
    return Share(float(wrong), 1)


def confusion(seen: Observation) -> tuple[str, str] | Unscored:
    """(asked, served)."""
    scope = _out_of_scope(seen)
    if scope is not None:
        return scope
    asked = asked_stance(seen)
    if asked is None:
        return Unscored("the question does not say whether it asks for what was done or what is planned")
    for citation in seen.row.served:
        if _is_gold(seen, citation):
            return asked, asked
        if _holds_required(seen, citation) or _holds_forbidden(seen, citation):
            label = TARGET if citation.stance == "plan" else citation.stance
            return asked, label if label in STANCES else "other"
    return asked, "none"


def _out_of_scope(seen: Observation) -> Unscored | None:
    if not seen.case.answerable:
        return NOT_ANSWERABLE
    if seen.failed:
        return FAILED
    if seen.case.type in _MULTIPLE:
        return Unscored("the type of the case asks for more than one statement", counted=False)
    return None


def _is_gold(seen: Observation, citation: CitationRecord) -> bool:
    return any(touches(gold, citation.source_id, citation.start, citation.end) for gold in seen.case.golds)


def _holds_required(seen: Observation, citation: CitationRecord) -> bool:
    quote = normalise(seen.quoted(citation))
    return any(contains(quote, words) for group in seen.case.must_contain for words in group)


def _holds_forbidden(seen: Observation, citation: CitationRecord) -> bool:
    quote = normalise(seen.quoted(citation))
    return any(contains(quote, words) for words in seen.case.must_not_contain)
