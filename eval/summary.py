"""A scorecard in a terminal's width."""

from __future__ import annotations

from collections.abc import Mapping

from eval.scorecard import Json


def summary(card: Mapping[str, Json]) -> str:
    """Each figure with its interval and its halves, then why cases failed."""
    lines = [f"{card['n']} cases{'':23}all  95 % interval      dev     test"]
    metrics, intervals, splits = _part(card, "metrics"), _part(card, "intervals"), _part(card, "splits")
    halves = [_part(_part(splits, name), "metrics") for name in ("dev", "test")]
    for name, value in metrics.items():
        if isinstance(value, Mapping):
            if set(value) == {"p50", "p95"} and value["p50"] is not None:
                lines.append(f"{name:28} p50 {value['p50']}, p95 {value['p95']}")
        elif value is not None:
            bounds = intervals.get(name)
            span = f"{bounds[0]:.3f}–{bounds[1]:.3f}" if isinstance(bounds, list) else ""
            lines.append(
                f"{name:28} {_figure(value):>7}  {span:17}"
                + "".join(f"{_figure(h[name]):>9}" for h in halves)
            )
    reasons = _part(card, "reasons")
    lines += [f"{'failed: ' + reason:38} {count:>4}" for reason, count in reasons.items()]
    return "\n".join(lines)


def _part(card: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    found = card[name]
    assert isinstance(found, Mapping)
    return found


def _figure(value: Json) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "–" if value is None else str(value)
