"""Comparison of runs and the gate."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from eval.cli import main
from eval.compare import compare, compare_folders, mcnemar
from eval.errors import ScorecardError
from eval.gate import Guard, baseline_of, falls, replaced
from eval.observation import Observation
from eval.rows import Row, read_rows, write_rows
from eval.run import judged, write
from eval.scorecard import Json, scorecard
from tests.unit.eval_made import RESULT, case, citation, observe, row, shown

RIGHT = row("增长5.1%[1]。", citation(RESULT), evidence=(shown(RESULT),))
WRONG = row("增长5.2%[1]。", citation(RESULT, shift=1))


def _verdicts(right: str) -> list[Row]:
    """A row for each letter: r right, w wrong."""
    return [replace(RIGHT, id=f"c{n}", case=f"c{n}", correct=letter == "r") for n, letter in enumerate(right)]


def _run(out: Path, rows: list[Row]) -> dict[str, Json]:
    seen: list[Observation] = [judged(observe(case(case_id=f"c{n}"), got)) for n, got in enumerate(rows)]
    card = scorecard(seen, settings={"cases": "made.jsonl", "mode": "extractive"}, manifest={})
    out.mkdir()
    write(out, seen, card)
    return card


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    # 2 · (1 + 6) / 2⁶, 2 · 1 / 2⁹: by hand.
    [(0, 0, 1.0), (1, 0, 1.0), (5, 1, 14 / 64), (1, 5, 14 / 64), (10, 10, 1.0), (0, 9, 2 / 512)],
)
def test_mcnemar_by_hand(better: int, worse: int, p: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(p)


def test_changes_are_told_case_by_case() -> None:
    found = compare(_verdicts("rrww"), _verdicts("rwrr"))
    assert [new.id for _, new in found.better] == ["c2", "c3"]
    assert [new.id for _, new in found.worse] == ["c1"]
    assert found.same == 1
    assert found.p_value == 1.0


def test_a_changed_case_is_not_compared() -> None:
    before, after = _verdicts("rr"), _verdicts("rw")
    found = compare(before, [after[0], replace(after[1], case="other words")])
    assert found.changed == ("c1",)
    assert (found.better, found.worse, found.same) == ((), (), 1)


def test_runs_without_a_common_case() -> None:
    with pytest.raises(ScorecardError, match="no case in common"):
        compare(_verdicts("r"), [replace(RIGHT, id="other")])


def test_two_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(tmp_path / "a", [RIGHT, WRONG])
    _run(tmp_path / "b", [RIGHT, RIGHT])
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    said = capsys.readouterr().out
    assert "1 better, 0 worse, 1 the same" in said
    assert "better: c1" in said
    assert "5.2%" in said
    assert "answer_accuracy" in said
    with pytest.raises(ScorecardError, match="cannot be read"):
        compare_folders(tmp_path / "a", tmp_path / "none")


def test_rows_survive_the_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    write_rows(path, [RIGHT, WRONG])
    assert read_rows(path) == [RIGHT, WRONG]
    with path.open("ab") as file:
        file.write(b'{"id": "cut off')
    assert read_rows(path) == [RIGHT, WRONG]
    path.write_bytes(b"{}\n" + path.read_bytes())
    with pytest.raises(ScorecardError, match="line 1 is damaged"):
        read_rows(path)


def test_the_gate_holds_what_is_as_good_and_stops_what_is_worse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(tmp_path / "good", [RIGHT] * 20)
    _run(tmp_path / "bad", [RIGHT] * 19 + [WRONG])
    baseline = tmp_path / "baseline.json"
    good, bad = (str(tmp_path / name / "scorecard.json") for name in ("good", "bad"))
    assert main(["gate", good, str(baseline), "--write"]) == 0
    assert main(["gate", good, str(baseline)]) == 0
    capsys.readouterr()
    assert main(["gate", bad, str(baseline)]) == 1
    said = capsys.readouterr().err
    # One pointer that is off by a character and one figure off by a digit: 95 % is not good enough.
    assert "pointer_validity is 0.95" in said
    assert "figure_fidelity is 0.95" in said


def test_noise_is_a_standard_error(tmp_path: Path) -> None:
    card = _run(tmp_path / "a", [RIGHT] * 80 + [WRONG] * 20)
    guard = baseline_of(card).guards["answer_accuracy"]
    assert guard.value == 0.8
    # √(0.8 · 0.2 / 100) = 0.04
    assert guard.noise == pytest.approx(0.04, abs=0.005)
    assert baseline_of(card).guards["pointer_validity"] == Guard(0.8, 0)


def test_a_figure_that_is_no_longer_scored_has_fallen(tmp_path: Path) -> None:
    baseline = baseline_of(_run(tmp_path / "a", [RIGHT] * 4))
    silent = row("没有。", status="refused")
    found = {fall.name: fall.now for fall in falls(_run(tmp_path / "b", [silent] * 4), [baseline])}
    assert found["pointer_validity"] is None
    assert found["answer_accuracy"] == 0


def test_another_suite_is_no_measure(tmp_path: Path) -> None:
    baseline = baseline_of(_run(tmp_path / "a", [RIGHT] * 4))
    with pytest.raises(ScorecardError, match="no baseline for 3 cases"):
        falls(_run(tmp_path / "b", [RIGHT] * 3), [baseline])


def test_a_baseline_for_each_suite_and_mode(tmp_path: Path) -> None:
    one, other = _run(tmp_path / "a", [RIGHT] * 4), _run(tmp_path / "b", [RIGHT] * 3)
    elsewhere = {**other, "settings": {"cases": "others.jsonl", "mode": "auto"}}
    both = replaced(replaced([], one), elsewhere)
    assert len(both) == 2
    assert falls(one, both) == falls(elsewhere, both) == []
    assert replaced(both, one) == both


def test_a_part_of_a_suite_is_not_held_against_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = {"metrics": {}, "n": 3, "settings": {"limit": 3}}
    path = tmp_path / "scorecard.json"
    path.write_bytes(msgspec.json.encode(card))
    assert main(["gate", str(path), str(tmp_path / "none.json")]) == 0
    assert "only a part" in capsys.readouterr().out


def test_wrong_files_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scorecard.json"
    path.write_bytes(msgspec.json.encode([1]))
    assert main(["gate", str(path), str(path)]) == 1
    assert "is not a scorecard" in capsys.readouterr().err
    assert main(["gate", str(tmp_path / "none.json"), str(path)]) == 1
    assert "cannot be read" in capsys.readouterr().err
