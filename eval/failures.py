"""The failed cases as plain text, for whoever tunes the system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from eval.metrics.figure_fidelity import unproven_figures
from eval.metrics.pointer_validity import points_true
from eval.observation import Observation
from eval.reasons import Reason, why_failed
from eval.rows import Shown

_SHOWN = 6


def list_failures(seen: Sequence[Observation]) -> str:
    """Grouped by reason, the commonest first; then answers whose figures or pointers are not proven."""
    failed = [(one, *found) for one in seen if (found := why_failed(one)) is not None]
    counts = Counter(reason for _, reason, _ in failed)
    lines = [f"{len(failed)} of {len(seen)} cases failed"]
    lines += [f"  {count:4}  {reason}" for reason, count in counts.most_common()]
    for reason, count in counts.most_common():
        lines += ["", f"=== {reason} ({count})"]
        for one, its_reason, detail in failed:
            if its_reason is reason:
                lines += _case(one, reason, detail)
    lines += _unproven(seen)
    return "\n".join(lines) + "\n"


def _case(one: Observation, reason: Reason, detail: str) -> Iterator[str]:
    case, row = one.case, one.row
    yield ""
    yield f"{case.id} [{case.type} {case.lang} {case.split}] {case.question}"
    yield f"  why      {reason}: {detail}"
    if case.must_contain:
        yield "  expected " + " & ".join("|".join(group) for group in case.must_contain)
    if case.must_not_contain:
        yield "  not      " + " & ".join(case.must_not_contain)
    for gold in case.golds:
        yield f"  gold     {_joined(gold.quote)}"
    yield f"  answer   ({row.status}, {row.mode_used}) {_joined(row.answer)}"
    for shown in row.evidence[:_SHOWN]:
        yield f"  shown    {_shown(shown)}"
    if row.draft is not None and row.faults:
        yield f"  draft    {_joined(row.draft)}"
    for fault in row.faults:
        yield f"  fault    {fault}"


def _unproven(seen: Sequence[Observation]) -> Iterator[str]:
    for one in seen:
        if one.failed:
            continue
        figures = [] if one.refused else unproven_figures(one)
        astray = [c.quote for c in one.row.citations if not points_true(one, c)]
        if figures or astray:
            yield ""
            yield f"=== not proven: {one.case.id} {one.case.question}"
            yield f"  answer   {_joined(one.row.answer)}"
            if figures:
                yield f"  figures  {', '.join(figures)}"
            for quote in astray:
                yield f"  pointer  does not point at {_joined(quote)}"


def _shown(shown: Shown) -> str:
    return f"{shown.region or '?'} {shown.period or '?'} {shown.stance}: {_joined(shown.text)}"


def _joined(text: str) -> str:
    return " ".join(text.split())
