"""One pattern out of several alternatives."""

from __future__ import annotations

import re


def any_of(*chinese: str, english: str = "") -> re.Pattern[str]:
    """One pattern out of alternatives; `english` holds whole words and phrases, separated by |."""
    parts = [*chinese, rf"\b(?:{english})\b"] if english else list(chinese)
    return re.compile("|".join(parts), re.I)
