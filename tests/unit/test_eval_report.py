"""The page holds what a person needs, by itself, and shows nothing as markup that came from a document."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from eval.failures import list_failures
from eval.observation import Observation
from eval.plots import Bar, bars
from eval.report import write_report
from eval.scorecard import scorecard
from eval.summary import summary
from tests.unit.eval_made import RESULT, TARGET, case, citation, observe, row, shown, unanswerable


def _seen() -> list[Observation]:
    wrong = row("增长6%左右[1]。<script>alert(1)</script>", citation(TARGET), evidence=(shown(TARGET),))
    return [
        observe(case(case_id="c1"), row("增长5.1%[1]。", citation(RESULT), evidence=(shown(RESULT),))),
        observe(case("甲市GDP<b>实际</b>增长多少？", case_id="c2"), wrong),
        observe(unanswerable(), row("没有。", status="refused")),
        observe(case(case_id="c4", lang="en", kind="list"), row("", status="error", error="broke")),
    ]


class _Outside(HTMLParser):
    """Collects what the page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.fetched += [
            value or ""
            for name, value in attrs
            if name in ("src", "href") and not (value or "").startswith("#")
        ]


def test_the_page_stands_alone_and_shows_each_failure(tmp_path: Path) -> None:
    seen = _seen()
    write_report(
        tmp_path / "report.html", seen, scorecard(seen, settings={"mode": "auto"}, manifest={"corpus": "x"})
    )
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    parsed = _Outside()
    parsed.feed(page)
    assert parsed.fetched == []
    assert parsed.open.count("article") == 2
    assert parsed.open.count("script") == 1
    assert parsed.open.count("svg") == 4
    assert "<mark>地区生产总值增长5.1%</mark>" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "甲市GDP&lt;b&gt;" in page
    assert 'data-reason="gold not in evidence"' in page
    assert 'data-lang="en"' in page


def test_a_plot_takes_the_colour_of_the_page_and_is_the_same_each_time() -> None:
    rows = [Bar(name="类型", value=0.5, n=10, low=0.2, high=0.8)]
    drawn = bars(rows)
    assert drawn == bars(rows)
    assert "currentColor" in drawn
    assert "#010203" not in drawn
    assert "类型" in drawn
    assert not re.search(r'<svg [^>]*height="', drawn)


def test_a_run_without_a_failure_has_a_page_too(tmp_path: Path) -> None:
    seen = _seen()[:1]
    card = scorecard(seen, settings={}, manifest={})
    write_report(tmp_path / "report.html", seen, card)
    assert "0 not answered rightly" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "answer_accuracy" in summary(card)


def test_the_listing_names_case_reason_and_what_is_not_proven() -> None:
    listing = list_failures(_seen())
    assert "2 of 4 cases failed" in listing
    assert "missing group 1 of 1: 5.1%" in listing
    assert "error: broke" in listing
    doubtful = observe(case(), row("增长5.1%，人口9人[1]。", citation(RESULT, shift=1)))
    assert "figures  9人" in list_failures([doubtful])
    assert "pointer  does not point at" in list_failures([doubtful])
