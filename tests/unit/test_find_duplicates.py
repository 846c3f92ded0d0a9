"""Copies of one report are told by what they say, whatever their wraps; other reports never are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.adapters.script_opencc import simplify
from rag.adapters.store_sqlalchemy import SqlReportStore
from rag.domain import Report, SourceText
from rag.holdings import Holdings, Shelf
from rag.steps.find_duplicates import find_duplicates, sketch
from rag.steps.read import read
from tests.unit.made import ANKANG, FUZHOU
from tests.unit.seeds import COMPILATION, GAZETTEER, LANGFANG, reading, readings, source


def read_as(name: str, text: str) -> Report:
    """The one report of a text."""
    made = SourceText(id=name, name=f"{name}.txt", sha256=name, encoding="utf-8", text=text)
    (report,) = read(made, simplify=simplify, gazetteer=GAZETTEER).reports
    return report


def wrapped(text: str, width: int = 30) -> str:
    """Hard wraps inside every line, as a printer's file has them."""
    lines = text.splitlines()
    return "\n".join("\n".join(line[i : i + width] for i in range(0, len(line), width)) for line in lines)


def numbered(start: int, count: int) -> tuple[int, ...]:
    return sketch(f"第{n}项指标增长{n}%。" for n in range(start, start + count))


def test_the_seeds_are_eight_different_reports() -> None:
    reports = [report for found in readings() for report in found.reports]
    assert all(report.sketch for report in reports)
    assert find_duplicates(reports) == {}


def test_other_line_breaks_are_no_other_report() -> None:
    (langfang,) = reading(LANGFANG).reports
    copy = read_as("copy", wrapped(source(LANGFANG).text))
    assert (copy.region, copy.year) == (langfang.region, langfang.year)
    assert find_duplicates([langfang, copy]) == {copy.id: langfang.id}
    assert find_duplicates([copy, langfang]) in ({copy.id: langfang.id}, {langfang.id: copy.id})


@pytest.mark.parametrize("share", [0.9, 0.6, 0.3])
def test_of_a_copy_that_is_cut_off_the_whole_one_is_kept(share: float, tmp_path: Path) -> None:
    (langfang,) = reading(LANGFANG).reports
    text = source(LANGFANG).text
    cut = read_as("cut", text[: int(len(text) * share)])
    assert (cut.region, cut.year) == (langfang.region, langfang.year)
    assert find_duplicates([cut, langfang]) == {cut.id: langfang.id}
    both = (cut, langfang)
    store = SqlReportStore(tmp_path / "wenbao.db")
    held = Holdings(digest="", reports=both, duplicates=find_duplicates(both), shelf=Shelf(store))
    assert held.asked() == [langfang]
    assert held.asked([cut.id]) == [cut, langfang]
    store.close()


def test_one_report_twice_in_one_source() -> None:
    hanzhong = next(r for r in reading(COMPILATION).reports if r.region == "汉中市")
    twin = replace(hanzhong, id=f"{hanzhong.source_id}-9")
    assert find_duplicates([hanzhong, twin]) == {twin.id: hanzhong.id}


def test_two_years_or_places_are_never_one_report() -> None:
    one = replace(ANKANG, sketch=numbered(0, 300))
    other_year = replace(one, id="b", year=2023)
    other_place = replace(one, id="c", region=FUZHOU.region)
    unknown = replace(one, id="d", year=None)
    assert find_duplicates([one, other_year, other_place, unknown]) == {}


@pytest.mark.parametrize(
    ("shared", "is_one"),
    [(300, True), (285, True), (240, False), (30, False), (0, False)],
)
def test_reports_that_share_some_clauses(shared: int, is_one: bool) -> None:
    """Of 300 clauses each: resemblances of 1, 0.90, 0.67, 0.05 and 0."""
    one = replace(ANKANG, id="a", sketch=numbered(0, 300))
    other = replace(ANKANG, id="b", sketch=numbered(300 - shared, 300))
    assert bool(find_duplicates([one, other])) is is_one


@pytest.mark.parametrize("size", [10, 60, 400])
def test_an_excerpt_of_a_long_report(size: int) -> None:
    long = replace(ANKANG, id="long", sketch=numbered(0, 2000 if size > 100 else 120))
    excerpt = replace(ANKANG, id="excerpt", sketch=numbered(40, size))
    assert find_duplicates([excerpt, long]) == {"excerpt": "long"}


def test_a_shared_sentence_or_no_text_makes_no_copy() -> None:
    long = replace(ANKANG, id="long", sketch=numbered(0, 50))
    short = replace(ANKANG, id="short", sketch=numbered(3, 2))
    empty = replace(ANKANG, id="empty", sketch=())
    assert find_duplicates([long, short, empty, replace(empty, id="e2")]) == {}


def test_a_sketch_is_the_same_in_every_process() -> None:
    assert sketch(["粮食产量达到10万吨,增长3%。"]) == sketch(["粮食产量达到10万吨,\n增长", "3%。"])
    assert sketch(["粮食产量达到10万吨,增长3%。"]) == (109009952457177, 213955032954358)
