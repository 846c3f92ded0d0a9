"""Stance and years of 300 sentences that were labelled by reading (eval/labels/README.md)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from eval.cli import main
from eval.errors import CasesError
from eval.stance_labels import Judged, judged, read_labels, score, table
from rag.domain import Stance
from rag.resources import seeds_folder

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "eval" / "labels" / "stance.jsonl"
NATIONAL = ROOT.parent / "shared" / "corpora" / "national"


@cache
def _seen(folder: Path) -> list[Judged]:
    return judged(read_labels(LABELS), folder)


def test_the_seeds_are_judged_as_they_were_labelled() -> None:
    seen = _seen(seeds_folder())
    got = score(seen)
    assert got.n == 160
    assert got.accuracy >= 0.97, table(seen)
    assert got.swaps == 0, table(seen)
    assert got.period_accuracy >= 0.97, table(seen)


@pytest.mark.skipif(not NATIONAL.is_dir(), reason="the national reports are not here")
def test_all_are_judged_as_they_were_labelled() -> None:
    seen = [*_seen(seeds_folder()), *_seen(NATIONAL)]
    got = score(seen)
    assert got.n == 300
    assert got.accuracy >= 0.97, table(seen)
    assert got.swaps == 0, table(seen)
    assert got.period_accuracy >= 0.95, table(seen)


def test_the_held_out_third_is_no_worse_than_a_little() -> None:
    """Rules that fit only what they were tuned on would show here."""
    seen = _seen(seeds_folder())
    held = [one for one in seen if one.label.held_out]
    assert 0.25 * len(seen) < len(held) < 0.45 * len(seen)
    assert score(held).accuracy >= 0.95


def test_every_label_is_whole() -> None:
    labels = read_labels(LABELS)
    assert len({(label.file, label.start) for label in labels}) == len(labels) == 300
    for label in labels:
        assert label.end - label.start == len(label.quote)
        assert label.period is None or label.years is None
        assert label.years is None or label.years[0] < label.years[1]
        assert label.stance is not Stance.OTHER or (label.period, label.years) == (None, None)


def test_the_command_shows_accuracy_confusion_and_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stance", "--labels", str(LABELS), "--corpus", str(seeds_folder())]) == 0
    shown = capsys.readouterr().out
    assert "all: stance 1" in shown
    assert "held out: stance " in shown
    assert "labelled" in shown


def test_a_label_of_another_text_is_said_to_be_one(tmp_path: Path) -> None:
    label = read_labels(LABELS)[0]
    (tmp_path / label.file).write_text("另一个文本。" * 50, encoding="utf-8")
    with pytest.raises(CasesError, match="label it anew"):
        judged([label], tmp_path)


def test_a_file_that_holds_no_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(CasesError, match="file of labels"):
        read_labels(tmp_path / "x.jsonl")
