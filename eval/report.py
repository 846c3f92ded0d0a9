"""The scorecard and the failed cases as one self-contained page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.intervals import interval
from eval.metrics.answer_accuracy import is_correct
from eval.metrics.latency import first_token_ms, latency_ms
from eval.metrics.outcome import Share, Unscored
from eval.observation import Observation
from eval.plots import Bar, Line, bars, lines
from eval.reasons import why_failed
from eval.rows import Shown
from eval.scorecard import Json, report_of

_CONTEXT = 40
"""Characters of the source that are shown on each side of a gold quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldView:
    """A gold quote among its neighbours."""

    file: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """What the page shows of a failed case."""

    seen: Observation
    reason: str
    detail: str
    golds: tuple[GoldView, ...]
    evidence: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    title: str
    svg: str


def write_report(path: Path, seen: Sequence[Observation], card: Mapping[str, Json]) -> None:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = pages.get_template("report.html.jinja").render(
        card=card, plots=_plots(seen), failures=_failures(seen), choices=_choices(seen)
    )
    path.write_text(page, encoding="utf-8")


def _failures(seen: Sequence[Observation]) -> list[FailureView]:
    return [
        FailureView(
            seen=one,
            reason=found[0].value,
            detail=found[1],
            golds=tuple(_golds(one)),
            evidence=one.row.evidence[:8],
        )
        for one in seen
        if (found := why_failed(one)) is not None
    ]


def _golds(one: Observation) -> list[GoldView]:
    views = []
    for gold in one.case.golds:
        text, span = one.texts[gold.source_id], gold.spans[0]
        views.append(
            GoldView(
                file=gold.file,
                before=text[max(0, span.start - _CONTEXT) : span.start],
                quote=text[span.start : span.end],
                after=text[span.end : span.end + _CONTEXT],
            )
        )
    return views


def _choices(seen: Sequence[Observation]) -> dict[str, list[str]]:
    """What the failed cases can be filtered by, the commonest first."""
    failed = [(one, found[0].value) for one in seen if (found := why_failed(one)) is not None]
    return {
        "reason": [name for name, _ in Counter(reason for _, reason in failed).most_common()],
        "type": [name for name, _ in Counter(one.case.type for one, _ in failed).most_common()],
        "lang": [name for name, _ in Counter(one.case.lang for one, _ in failed).most_common()],
        "split": sorted({one.case.split.value for one, _ in failed}),
    }


def _plots(seen: Sequence[Observation]) -> list[Plot]:
    made = [
        Plot(title="Right answers by type", svg=bars(_bars(seen, [one.case.type for one in seen]))),
        Plot(title="Right answers by language", svg=bars(_bars(seen, [one.case.lang for one in seen]))),
        Plot(title="Right answers by report", svg=bars(_bars(seen, [report_of(one) for one in seen]))),
    ]
    timings = {"answer": map(latency_ms, seen), "first token": map(first_token_ms, seen)}
    waits = [
        Line(name=name, points=_shares(values))
        for name, measured in timings.items()
        if (values := [value for value in measured if not isinstance(value, Unscored)])
    ]
    if waits:
        made.append(
            Plot(
                title="How many have their answer within",
                svg=lines(waits, x="milliseconds", y="share of cases", log=True),
            )
        )
    return made


def _bars(seen: Sequence[Observation], keys: Sequence[str]) -> list[Bar]:
    groups: dict[str, list[Share]] = {}
    for one, key in zip(seen, keys, strict=True):
        groups.setdefault(key, []).append(Share(float(is_correct(one)), 1))
    rows = []
    for name, shares in sorted(groups.items(), key=lambda group: -len(group[1])):
        low, high = interval(shares) or (None, None)
        value = sum(s.hits for s in shares) / len(shares)
        rows.append(Bar(name=name, value=value, n=len(shares), low=low, high=high))
    return rows


def _shares(values: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """The distribution of the values: (value, share that is not above it)."""
    ordered = sorted(values)
    return tuple((max(value, 1.0), n / len(ordered)) for n, value in enumerate(ordered, 1))
