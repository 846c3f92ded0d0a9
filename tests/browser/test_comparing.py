"""An answer over several places: the table with each value cited, the chart beside it, both as files."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import Site, ask, lit

QUESTION = "安康、抚州、高平、汉中2023年GDP增速谁最高？"


def _downloaded(page: Page, turn: Locator, button: str) -> str:
    with page.expect_download() as coming:
        turn.get_by_role("button", name=button).click()
    return coming.value.path().read_text(encoding="utf-8-sig")


def test_a_table_and_a_chart(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, QUESTION)
    table = turn.locator(".comparison table")
    expect(table.locator("tbody th")).to_have_text(["安康市", "抚州市", "高平市", "汉中市"])
    values = table.locator("tbody .value").all_inner_texts()
    assert all(value.endswith("%") for value in values)
    expect(table.locator("tbody .marker")).to_have_count(4)
    table.locator(".marker").nth(1).click()
    assert "6.3%" in lit(page)
    bars = turn.locator(".chart rect")
    expect(bars).to_have_count(4)
    drawn = [
        float(width) for width in bars.evaluate_all("all => all.map((one) => one.getAttribute('width'))")
    ]
    assert drawn == sorted(drawn, reverse=True)
    named = turn.locator(".chart svg")
    assert named.get_attribute("role") == "img"
    assert named.get_attribute("aria-label") == "地区生产总值，单位 %"


def test_both_are_had_as_files(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, QUESTION)
    expect(turn.locator(".chart rect")).to_have_count(4)
    rows = list(csv.reader(io.StringIO(_downloaded(page, turn, "下载 CSV"))))
    assert rows[0][:5] == ["名称", "地区", "年份", "数值", "单位"]
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name["抚州市"][3:6] == ["6.3", "%", "6.3%"]
    _, _, _, _, _, _, quote, name, start, end = by_name["抚州市"]
    report = next(one for one in site.rag.reports() if one.source_name == name)
    assert "".join(site.text(report.source_id)[int(start) : int(end)].split()) == quote
    drawing = ET.fromstring(_downloaded(page, turn, "下载 SVG"))
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}rect")) == 4


def test_two_places_need_no_table(site: Site, open_page: OpenPage) -> None:
    turn = ask(open_page(site), "2023年抚州的GDP增速比张家口高多少？")
    expect(turn.locator(".comparison")).to_have_count(0)


def test_the_chart_can_be_read_in_the_dark(site: Site, open_page: OpenPage) -> None:
    turn = ask(open_page(site, color_scheme="dark"), QUESTION)
    expect(turn.locator(".chart rect")).to_have_count(4)
    script = "one => getComputedStyle(one).fill.match(/\\d+/g).map(Number)"
    for part, least in (("rect", 90), ("text", 150)):
        colour = turn.locator(f".chart {part}").last.evaluate(script)
        assert max(colour) >= least
