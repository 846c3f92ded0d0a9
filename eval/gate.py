"""A scorecard against the baseline: no figure may fall below it by more than its noise.

The baseline names for each guarded figure its value and its noise. Pointers and figures have none: one
false one is a fault. A share's noise is one standard error, a quarter of its 95 % interval: the same cases
are asked each time, so less than the sampling error is already a change. A delay may grow by a quarter, as
machines differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from eval.errors import ScorecardError
from eval.scorecard import Json

_EXACT = ("pointer_validity", "figure_fidelity")
_SHARES = (
    "answer_accuracy",
    "evidence_recall",
    "citation_recall",
    "citation_precision",
    "refusal_precision",
    "refusal_recall",
    "search_recall@10",
    "search_ndcg@10",
)
_LOWER_IS_BETTER = frozenset({"stance_errors", "false_refusal_rate", "latency_ms.p50", "latency_ms.p95"})
_DELAY_NOISE = 0.25
_ERRORS_NOISE = 1.0
"""One stance error more or less."""


class Guard(msgspec.Struct, frozen=True):
    value: float
    noise: float


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """`n`, `cases` and `mode` say what it is about: another suite or mode has another baseline."""

    n: int
    cases: str
    mode: str
    guards: dict[str, Guard]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A guarded figure that is worse than it may be; `now` is None where it could not be scored."""

    name: str
    was: float
    now: float | None
    noise: float

    def __str__(self) -> str:
        now = "could not be scored" if self.now is None else f"is {self.now:g}"
        return f"{self.name} {now}; the baseline has {self.was:g}, with a noise of {self.noise:g}"


def read_baseline(text: bytes) -> Baseline:
    """Raises ScorecardError."""
    try:
        return msgspec.json.decode(text, type=Baseline)
    except msgspec.DecodeError as exc:
        raise ScorecardError(
            f"The baseline is malformed ({exc}): write it with `wenbao-eval gate --write`."
        ) from exc


def baseline_of(card: Mapping[str, Json]) -> Baseline:
    """The baseline that a scorecard sets. Figures that were not scored are not guarded."""
    settings = card.get("settings")
    named = settings if isinstance(settings, Mapping) else {}
    guards = {}
    for name in (
        *_EXACT,
        *_SHARES,
        "false_refusal_rate",
        "stance_errors",
        "latency_ms.p50",
        "latency_ms.p95",
    ):
        value = figure(card, name)
        if value is not None:
            guards[name] = Guard(value, round(_noise(card, name, value), 4))
    return Baseline(n=_n(card), cases=str(named.get("cases")), mode=str(named.get("mode")), guards=guards)


def falls(card: Mapping[str, Json], baseline: Baseline) -> list[Fall]:
    """Raises ScorecardError where the scorecard is of another suite or mode than the baseline."""
    theirs = baseline_of(card)
    ours = (baseline.cases, baseline.mode, baseline.n)
    if (theirs.cases, theirs.mode, theirs.n) != ours:
        raise ScorecardError(
            f"The scorecard is of {theirs.n} cases of {theirs.cases} in mode {theirs.mode}, the baseline "
            f"of {baseline.n} of {baseline.cases} in mode {baseline.mode}: run the same, or write a new one."
        )
    return list(_falls(card, baseline))


def figure(card: Mapping[str, Json], name: str) -> float | None:
    """`answer_accuracy`, or with a part: `latency_ms.p95`."""
    value: Json = card.get("metrics")
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return float(value) if isinstance(value, int | float) else None


def _falls(card: Mapping[str, Json], baseline: Baseline) -> Iterator[Fall]:
    for name, guard in baseline.guards.items():
        now = figure(card, name)
        if now is None:
            yield Fall(name=name, was=guard.value, now=None, noise=guard.noise)
            continue
        worse = now - guard.value if name in _LOWER_IS_BETTER else guard.value - now
        # A billionth: 0.9 - 0.8 is not above 0.1.
        if worse > guard.noise + 1e-9:
            yield Fall(name=name, was=guard.value, now=now, noise=guard.noise)


def _noise(card: Mapping[str, Json], name: str, value: float) -> float:
    if name in _EXACT:
        return 0.0
    if name.startswith("latency_ms"):
        return _DELAY_NOISE * value
    if name == "stance_errors":
        return _ERRORS_NOISE
    intervals = card.get("intervals")
    bounds = intervals.get(name) if isinstance(intervals, Mapping) else None
    if not isinstance(bounds, list) or len(bounds) != 2:
        return 0.0
    return (float(bounds[1]) - float(bounds[0])) / 4


def _n(card: Mapping[str, Json]) -> int:
    n = card.get("n")
    return n if isinstance(n, int) else 0
