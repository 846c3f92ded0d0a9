"""Plots as inline SVG that take the colour of the page's text, so that they read in light and dark."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK = "#010203"  # drawn in this colour, then replaced by the page's
_BAR = "#3f7fbf"
_WIDTH = 6.4  # inches
_AXIS = 0.5  # room for the numbers of an axis, inches


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A share from 0 to 1 over `n` cases, with its interval where there is one."""

    name: str
    value: float
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    points: tuple[tuple[float, float], ...]


def bars(rows: Sequence[Bar]) -> str:
    """Horizontal bars, the first at the top."""
    figure, axes = _canvas(height=0.5 + 0.3 * len(rows), margin=max(_inches(row.name) for row in rows))
    places = range(len(rows))
    axes.barh(places, [row.value for row in rows], color=_BAR, height=0.62)
    for place, row in enumerate(rows):
        if row.low is not None and row.high is not None:
            axes.plot([row.low, row.high], [place, place], color=_INK, linewidth=1.2)
        axes.text(1.02, place, f"{row.value:.2f}  n={row.n}", va="center", color=_INK)
    axes.set_yticks(places, [row.name for row in rows])
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    return _svg(figure)


def lines(rows: Sequence[Line], *, x: str, y: str, log: bool = False, top: float | None = 1.0) -> str:
    figure, axes = _canvas(height=2.6, margin=_AXIS)
    for row in rows:
        axes.plot([p[0] for p in row.points], [p[1] for p in row.points], marker=".", label=row.name)
    axes.set_xlabel(x, color=_INK)
    axes.set_ylabel(y, color=_INK)
    if log:
        axes.set_xscale("log")
    if top is not None:
        axes.set_ylim(0, top * 1.03)
    if len(rows) > 1:
        axes.legend(frameon=False, labelcolor=_INK)
    return _svg(figure)


def _canvas(*, height: float, margin: float) -> tuple[Figure, Axes]:
    """A figure of its own, not matplotlib's current one: plots share nothing. `margin` is in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height))
    figure.patch.set_alpha(0)
    below = 0.5 if margin == _AXIS else 0.25
    figure.subplots_adjust(
        left=(margin + 0.15) / _WIDTH, right=0.82, bottom=below / height, top=1 - 0.06 / height
    )
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.tick_params(colors=_INK, length=2)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(_INK)
    return figure, axes


def _inches(text: str) -> float:
    """The width of a label of 10 points, which matplotlib cannot measure in Chinese."""
    return sum(0.139 if unicodedata.east_asian_width(c) in "WF" else 0.083 for c in text)


def _svg(figure: Figure) -> str:
    import matplotlib

    drawn = io.StringIO()
    # Text stays text, in the reader's fonts; that the fonts here may have no Chinese does not matter.
    with warnings.catch_warnings(), matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "wenbao"}):
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = drawn.getvalue()
    text = text[text.index("<svg") :].replace(_INK, "currentColor")
    # The page decides how large it is.
    return re.sub(r' (?:width|height)="[^"]*pt"', "", text, count=2)
