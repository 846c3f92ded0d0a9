"""A scorecard against the baseline: no figure may fall below it by more than its noise.

The baseline names for each guarded figure its value and its noise. Pointers and figures have none: one
false one is a fault. A share's noise is one standard error, a quarter of its 95 % interval: the same cases
are asked each time, so less than the sampling error is already a change. Delays are not guarded: they tell
of the machine, and `make bench` measures them. A baseline file holds one baseline a suite and mode.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
_LOWER_IS_BETTER = frozenset({"stance_errors", "false_refusal_rate"})
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


def read_baselines(text: bytes) -> list[Baseline]:
    """Raises ScorecardError."""
    try:
        return msgspec.json.decode(text, type=list[Baseline])
    except msgspec.DecodeError as exc:
        raise ScorecardError(
            f"The baseline is malformed ({exc}): write it with `wenbao-eval gate --write`."
        ) from exc


def is_part(card: Mapping[str, Json]) -> bool:
    """Whether only a part of a suite was asked: a baseline is of a whole one."""
    settings = card.get("settings")
    return isinstance(settings, Mapping) and any(settings.get(name) for name in ("split", "limit"))


def replaced(baselines: Sequence[Baseline], card: Mapping[str, Json]) -> list[Baseline]:
    """The baselines with the one of this scorecard's suite and mode set anew."""
    ours = baseline_of(card)
    others = [one for one in baselines if (one.cases, one.mode) != (ours.cases, ours.mode)]
    return sorted([*others, ours], key=lambda one: (one.cases, one.mode))


def baseline_of(card: Mapping[str, Json]) -> Baseline:
    """The baseline that a scorecard sets. Figures that were not scored are not guarded."""
    settings = card.get("settings")
    named = settings if isinstance(settings, Mapping) else {}
    guards = {}
    for name in (*_EXACT, *_SHARES, "false_refusal_rate", "stance_errors"):
        value = figure(card, name)
        if value is not None:
            guards[name] = Guard(value, round(_noise(card, name), 4))
    return Baseline(n=_n(card), cases=str(named.get("cases")), mode=str(named.get("mode")), guards=guards)


def falls(card: Mapping[str, Json], baselines: Sequence[Baseline]) -> list[Fall]:
    """Raises ScorecardError where no baseline is of the scorecard's suite and mode."""
    theirs = baseline_of(card)
    for baseline in baselines:
        if (baseline.cases, baseline.mode, baseline.n) == (theirs.cases, theirs.mode, theirs.n):
            return list(_falls(card, baseline))
    raise ScorecardError(
        f"There is no baseline for {theirs.n} cases of {theirs.cases} in mode {theirs.mode}: "
        "write one with `wenbao-eval gate --write`."
    )


def figure(card: Mapping[str, Json], name: str) -> float | None:
    """A figure of a scorecard; None where it was not scored."""
    metrics = card.get("metrics")
    value = metrics.get(name) if isinstance(metrics, Mapping) else None
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


def _noise(card: Mapping[str, Json], name: str) -> float:
    if name in _EXACT:
        return 0.0
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
