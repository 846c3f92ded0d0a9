"""`wenbao-eval run` from a case file and a folder to scorecard and page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flow.eval_made import Suite, make_suite


@pytest.fixture
def suite(tmp_path: Path, models_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    return make_suite(tmp_path, models_folder, monkeypatch)


@pytest.mark.timeout(300)
def test_a_suite_that_the_project_has_never_seen(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    assert suite.run() == 0
    card = json.loads((suite.out / "scorecard.json").read_text(encoding="utf-8"))
    assert card["n"] == 4
    contract = {
        "answer_accuracy",
        "answer_accuracy_by_type",
        "evidence_recall",
        "citation_recall",
        "citation_precision",
        "pointer_validity",
        "figure_fidelity",
        "stance_errors",
        "refusal_precision",
        "refusal_recall",
        "false_refusal_rate",
        "latency_ms",
        "first_token_ms",
    }
    assert contract <= set(card["metrics"])
    assert {"settings", "manifest", "unscored"} <= set(card)
    assert card["metrics"]["pointer_validity"] == 1.0
    assert card["metrics"]["refusal_recall"] == 1.0
    assert card["metrics"]["answer_accuracy"] >= 0.75
    assert card["unscored"]["first_token_ms"] == {"no model wrote": 4}
    for line in (suite.out / "answers.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert {"id", "correct", "status", "answer", "citations", "figures", "timings_ms"} <= set(row)
        assert row["correct"] or row["reason"]
    assert "<article" in (suite.out / "report.html").read_text(encoding="utf-8") or card["reasons"] == {}
    assert "answer_accuracy" in capsys.readouterr().out
    # The person's own data folder was neither opened nor written to.
    assert [path.name for path in (suite.folder / "users").iterdir()] == ["kept.txt"]


@pytest.mark.timeout(300)
def test_resume_asks_only_what_is_missing_or_changed(suite: Suite) -> None:
    assert suite.run() == 0
    first = suite.rows()
    # As if it had been stopped in the middle of writing the third row.
    path = suite.out / "answers.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:40])
    cases = suite.folder / "cases.jsonl"
    cases.write_text(
        cases.read_text(encoding="utf-8").replace('"7%"]]', '"7%", "7%左右"]]'), encoding="utf-8"
    )
    assert suite.run("--resume") == 0
    second = suite.rows()
    assert list(second) == list(first)
    assert second["b1"].wall_ms == first["b1"].wall_ms
    # The case was changed, so it was asked again.
    assert second["b2"].case != first["b2"].case
    assert suite.run("--limit", "1") == 0
    assert list(suite.rows()) == ["b1"]


@pytest.mark.timeout(300)
def test_a_document_that_went_is_not_answered_from(suite: Suite) -> None:
    assert suite.run("--limit", "1") == 0
    other = suite.folder / "documents" / "沧州.txt"
    text = (suite.folder / "documents" / "保定.txt").read_text(encoding="utf-8")
    other.write_text(text.replace("保定", "沧州"), encoding="utf-8")
    assert suite.run("--limit", "1") == 0
    with_both = suite.rows()["b1"].manifest
    other.unlink()
    assert suite.run("--limit", "1") == 0
    assert suite.rows()["b1"].manifest != with_both


@pytest.mark.timeout(300)
def test_data_of_older_reading_rules_is_not_used(suite: Suite) -> None:
    older = suite.out / "data" / "older-rules"
    older.mkdir(parents=True)
    (older / "wenbao.db").write_bytes(b"")
    (suite.out / "data" / "made-by-wenbao-eval").touch()
    assert suite.run("--limit", "1") == 0
    assert not older.exists()
    assert suite.rows()["b1"].correct


def test_wrong_input_is_one_sentence(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    cases = suite.folder / "cases.jsonl"
    good = cases.read_text(encoding="utf-8")
    cases.write_text(good.replace("全市地区生产总值增长6.4%", "全市地区生产总值增长6.5%"), encoding="utf-8")
    assert suite.run() == 1
    assert "cases.jsonl line 1, field gold_spans[0]: the quote" in capsys.readouterr().err
    assert not suite.out.exists()
    cases.write_text(good, encoding="utf-8")
    assert suite.run("--data", str(suite.folder / "users")) == 2
    assert "data folder of wenbao itself" in capsys.readouterr().err
    assert suite.run("--judge-url", "http://127.0.0.1:9") == 2
    (suite.folder / "taken").write_text("a file", encoding="utf-8")
    assert suite.run("--out", str(suite.folder / "taken")) == 1
    assert "taken: File exists" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        suite.run("--limit", "0")


def test_an_optional_suite_is_passed_over_with_a_word(
    suite: Suite, capsys: pytest.CaptureFixture[str]
) -> None:
    assert suite.run("--corpus", str(suite.folder / "none"), "--optional") == 0
    assert capsys.readouterr().out.startswith("skipped cases.jsonl")
    assert suite.run("--corpus", str(suite.folder / "none")) == 1
