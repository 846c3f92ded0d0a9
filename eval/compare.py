"""Two runs of the same cases: what got better, what got worse, and whether that could be chance.

The test is McNemar's, exact (McNemar, Psychometrika 12, 1947): of the n cases whose verdict changed, b
became right and c wrong; were a change as likely either way, p = 2 · Σ over k ≤ min(b, c) of C(n, k) / 2ⁿ,
at most 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path

import msgspec

from eval.errors import ScorecardError
from eval.rows import Row, read_rows
from eval.scorecard import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`changed` are cases that the runs have in different words: they are not compared.

    `same` counts the rest.
    """

    better: tuple[tuple[Row, Row], ...]
    worse: tuple[tuple[Row, Row], ...]
    same: int
    changed: tuple[str, ...]
    p_value: float


def compare(before: Sequence[Row], after: Sequence[Row]) -> Comparison:
    """Raises ScorecardError where the two runs have no case in common."""
    earlier = {row.id: row for row in before}
    pairs = [(earlier[row.id], row) for row in after if row.id in earlier]
    changed = tuple(new.id for old, new in pairs if old.case != new.case)
    kept = [(old, new) for old, new in pairs if old.case == new.case]
    if not kept:
        raise ScorecardError("The two runs have no case in common: compare runs of the same case file.")
    better = tuple((old, new) for old, new in kept if new.correct and not old.correct)
    worse = tuple((old, new) for old, new in kept if old.correct and not new.correct)
    return Comparison(
        better=better,
        worse=worse,
        same=len(kept) - len(better) - len(worse),
        changed=changed,
        p_value=mcnemar(len(better), len(worse)),
    )


def mcnemar(better: int, worse: int) -> float:
    """The two-sided exact p-value; 1 where nothing changed."""
    changed = better + worse
    tail = sum(comb(changed, k) for k in range(min(better, worse) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def compare_folders(before: Path, after: Path) -> str:
    """The comparison in words. Raises ScorecardError for a folder without a finished run."""
    found = compare(read_rows(before), read_rows(after))
    lines = [
        f"{len(found.better)} better, {len(found.worse)} worse, {found.same} the same; "
        f"p = {found.p_value:.3f} (McNemar, exact{': could be chance' if found.p_value > 0.05 else ''})"
    ]
    if found.changed:
        lines.append(f"not compared, as the case was changed: {', '.join(found.changed)}")
    lines += _figures(_card(before), _card(after))
    for title, pairs in (("better", found.better), ("worse", found.worse)):
        for old, new in pairs:
            lines += ["", f"{title}: {new.id} {new.question}", _line("before", old), _line("after", new)]
    return "\n".join(lines)


def _figures(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    """Every figure that is not the same."""
    old, new = before.get("metrics"), after.get("metrics")
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return
    for name, value in new.items():
        was = old.get(name)
        if isinstance(value, int | float) and isinstance(was, int | float) and value != was:
            yield f"  {name:28} {was:8.4g} → {value:8.4g}  ({value - was:+.4g})"


def _line(when: str, row: Row) -> str:
    why = f" [{row.reason}: {row.detail}]" if row.reason else ""
    return f"  {when:6} ({row.status}) {' '.join(row.answer.split())}{why}"


def _card(folder: Path) -> dict[str, Json]:
    return read_card(folder / "scorecard.json" if folder.is_dir() else folder.parent / "scorecard.json")


def read_card(path: Path) -> dict[str, Json]:
    """A scorecard or baseline. Raises ScorecardError where it is missing or no JSON object."""
    try:
        card: dict[str, Json] | Sequence[Json] = msgspec.json.decode(path.read_bytes())
    except OSError as exc:
        raise ScorecardError(f"{path} cannot be read: run `wenbao-eval run` first.") from exc
    except msgspec.DecodeError as exc:
        raise ScorecardError(f"{path} is not a scorecard ({exc}).") from exc
    if not isinstance(card, dict):
        raise ScorecardError(f"{path} is not a scorecard: it holds no JSON object.")
    return card
