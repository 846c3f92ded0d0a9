"""What is read of the eight reports of the seeds, against files that were compared with the sources by eye.

A change of reading that is meant: `python -m tests.unit.test_golden_reports` writes the files anew; read the
difference against the source before it is committed.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from rag.steps.read_figures import read_figures
from rag.stores import Reading
from tests.unit.seeds import readings

GOLDEN = Path(__file__).parents[1] / "golden"


def golden() -> dict[str, dict[str, object]]:
    """Region → what is read of its report."""
    found: dict[str, dict[str, object]] = {}
    for reading in readings():
        for number, report in enumerate(reading.reports):
            found[report.region or report.id] = _summary(reading, number)
    return found


def _summary(reading: Reading, number: int) -> dict[str, object]:
    report = reading.reports[number]
    sentences = [s for s in reading.sentences if s.report_id == report.id]
    figures = [figure for s in sentences for figure in read_figures(s.text)]
    text = reading.source.text
    return {
        "source": reading.source.name,
        "region": report.region,
        "region_type": report.region_type,
        "parents": list(report.parents),
        "year": report.year,
        "kind": report.kind,
        "title": report.title,
        "truncated": report.truncated,
        "session": report.session,
        "span": [report.span.start, report.span.end],
        "outline": list(dict.fromkeys(" / ".join(s.section) for s in sentences)),
        "first_sentence": text[sentences[0].span.start : sentences[0].span.end],
        "last_sentence": text[sentences[-1].span.start : sentences[-1].span.end],
        "sentences": len(sentences),
        "sentences_by_stance": dict(sorted(Counter(s.stance.value for s in sentences).items())),
        "sentences_by_period": {
            str(period): n for period, n in sorted(Counter(s.period or 0 for s in sentences).items())
        },
        "figures": len(figures),
        "figures_by_kind": dict(sorted(Counter(f.kind.value for f in figures).items())),
    }


def _as_text(summary: dict[str, object]) -> str:
    return json.dumps(summary, ensure_ascii=False, indent=1) + "\n"


READ = golden()


def test_eight_reports_are_golden() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(READ)
    assert len(READ) == 8


@pytest.mark.parametrize("region", sorted(READ))
def test_a_report_is_read_as_it_was_checked(region: str) -> None:
    assert _as_text(READ[region]) == (GOLDEN / f"{region}.json").read_text(encoding="utf-8")


if __name__ == "__main__":
    for region, summary in READ.items():
        (GOLDEN / f"{region}.json").write_text(_as_text(summary), encoding="utf-8")
