"""Case files: what is read, and how a wrong one is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.cases import Case, Split, named_files, read_case_lines, resolve, split_of
from eval.corpus import read_corpus
from eval.errors import CasesError
from rag.domain import Span

TEXT = "全市GDP增 长5.1%。\n另一市GDP增 长5.1%。"


def load(tmp_path: Path, *cases: dict[str, object] | str) -> list[Case]:
    folder = tmp_path / "documents"
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    path = tmp_path / "cases.jsonl"
    lines = [case if isinstance(case, str) else json.dumps(case, ensure_ascii=False) for case in cases]
    path.write_text("\n".join(lines), encoding="utf-8")
    read = read_case_lines(path)
    return resolve(path, read, read_corpus(folder, named=named_files(read)))


def made(**changed: object) -> dict[str, object]:
    case: dict[str, object] = {
        "id": "a1",
        "question": "增长多少？",
        "lang": "zh-Hans",
        "type": "single_numeric",
        "answerable": True,
        "must_contain": [["5.1%"]],
        "must_not_contain": [],
        "gold_spans": [{"file": "a.txt", "quote": "全市GDP增 长5.1%"}],
        "notes": "",
    }
    return case | changed


def test_a_quote_has_its_place(tmp_path: Path) -> None:
    (case,) = load(tmp_path, made())
    assert case.golds[0].spans == (Span(0, 12),)
    assert TEXT[0:12] == "全市GDP增 长5.1%"


def test_a_quote_without_the_wraps_of_its_file_is_found(tmp_path: Path) -> None:
    (case,) = load(tmp_path, made(gold_spans=[{"file": "a.txt", "quote": "全市GDP增长5.1%"}]))
    assert case.golds[0].spans == (Span(0, 12),)


def test_every_place_of_a_quote_is_kept(tmp_path: Path) -> None:
    (case,) = load(tmp_path, made(gold_spans=[{"file": "a.txt", "quote": "GDP增 长5.1%"}]))
    assert case.golds[0].spans == (Span(2, 12), Span(17, 27))


def test_offsets_may_stand_for_a_quote(tmp_path: Path) -> None:
    (case,) = load(tmp_path, made(gold_spans=[{"file": "a.txt", "start": 17, "end": 27}]))
    assert case.golds[0].spans == (Span(17, 27),)
    assert case.golds[0].quote == "GDP增 长5.1%"


def test_unknown_fields_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    cases = load(tmp_path, "", made(reviewed_by="someone"), "")
    assert [case.id for case in cases] == ["a1"]


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("{not json", r"cases.jsonl line 2: JSON is malformed"),
        (made(id="a2", question=3), r"line 2: Expected `str`, got `int` - at `\$.question`"),
        ({"id": "a2"}, r"line 2: Object missing required field `question`"),
        (made(), r"line 2, field id: 'a1' stands on line 1 too"),
        (made(id="a2", question=" "), r"line 2, field question: it is empty"),
        (made(id="a2", must_contain=[["5.1%"], []]), r"line 2, field must_contain\[1\]"),
        (made(id="a2", must_contain=[[" "]]), r"line 2, field must_contain\[0\]"),
        (made(id="a2", must_not_contain=[""]), r"line 2, field must_not_contain"),
        (made(id="a2", must_contain=[], gold_spans=[]), r"line 2, field must_contain"),
        (made(id="a2", stance="maybe"), r"line 2, field stance: 'maybe'"),
        (
            made(id="a2", gold_spans=[{"file": "a.txt", "quote": "增长5.2%"}]),
            r"gold_spans\[0\]: the quote '增长5.2%'",
        ),
        (
            made(id="a2", gold_spans=[{"file": "b.txt", "quote": "增长"}]),
            r"gold_spans\[0\]: there is no file b.txt",
        ),
        (made(id="a2", gold_spans=[{"file": "a.txt", "start": 3}]), r"gold_spans\[0\]: start and end"),
        (made(id="a2", gold_spans=[{"file": "a.txt"}]), r"gold_spans\[0\]: it needs a quote"),
        (made(id="a2", gold_spans=[{"file": "a.txt", "start": 9, "end": 99}]), r"9–99 is not inside a.txt"),
        (
            made(id="a2", gold_spans=[{"file": "a.txt", "start": 0, "end": 3, "quote": "全市"}]),
            r"a.txt has '全市G' at 0–3, not the quote '全市'",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, case: dict[str, object] | str, message: str) -> None:
    with pytest.raises(CasesError, match=message):
        load(tmp_path, made(), case)


def test_a_case_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="cannot be read"):
        read_case_lines(tmp_path / "none.jsonl")


def test_an_empty_case_file(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="holds no case"):
        load(tmp_path, "")


def test_the_digest_follows_what_is_scored(tmp_path: Path) -> None:
    (one,) = load(tmp_path, made())
    (same,) = load(tmp_path, made())
    (other,) = load(tmp_path, made(must_contain=[["5.2%"]]))
    assert one.digest == same.digest != other.digest


def test_the_split_is_fixed() -> None:
    # Values of SHA-256, not of this program: another rule would mix what was tuned on with what was not.
    assert split_of("s001", "2023年张家口的GDP增长了多少？") is Split.DEV
    assert {split_of(f"s{n}", "问") for n in range(50)} == {Split.DEV, Split.TEST}
    sizes = [split_of(f"s{n}", "问") for n in range(1000)]
    assert 450 < sizes.count(Split.DEV) < 550


def test_a_corpus_is_its_documents(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt", "README.md", "LICENCE", "cases.jsonl", ".hidden.txt"):
        (folder / name).write_text("报告", encoding="utf-8")
    (folder / "c.txt").write_bytes(b"%PDF-1.7")
    corpus = read_corpus(folder)
    assert [file.name for file in corpus.files] == ["a.txt", "sub/b.txt"]
    assert list(corpus.unread) == ["c.txt"]
    named = read_corpus(folder, named=frozenset({"LICENCE"}))
    assert [file.name for file in named.files] == ["LICENCE", "a.txt", "sub/b.txt"]


def test_an_empty_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="no document"):
        read_corpus(tmp_path)
    with pytest.raises(CasesError, match="not a folder"):
        read_corpus(tmp_path / "none")
