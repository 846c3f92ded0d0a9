"""Asking and reading: marks, the report with the cited characters, follow-ups, refusals, contradictions."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.site import Site, ask, lit

GROWTH = "2023年张家口的GDP增长多少？"


def test_a_mark_leads_to_the_very_characters(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, GROWTH)
    expect(turn.locator(".answer")).to_contain_text("5.1%")
    turn.locator(".answer .marker").first.click()
    at = re.search(r"s=([^&]+)&at=(\d+)-(\d+)", page.url)
    assert at is not None
    text = site.text(at[1])
    quote = text[int(at[2]) : int(at[3])]
    assert "5.1%" in quote
    assert lit(page) == quote
    expect(page.locator("#reader-text mark.lit").first).to_be_in_viewport()
    shown = page.locator("#reader-text mark.lit").evaluate_all(
        "all => all.map((one) => one.innerText).join('')"
    )
    assert shown == quote.replace("\n", "").replace(" ", "")
    expect(page.locator("#reader-path .stance")).to_have_text("已完成 · 2023年")
    expect(page.locator("#reader-path")).to_contain_text("2023年工作回顾")


def test_the_whole_report_stands_in_the_page_character_by_character(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, GROWTH)
    lit(page)
    report = next(one for one in site.rag.reports() if one.region == "张家口市")
    shown = page.locator("#reader-text").evaluate("one => one.textContent")
    assert shown == site.text(report.source_id)[report.span.start : report.span.end]


def test_a_quotation_is_shown_beside_its_mark(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    mark = ask(page, GROWTH).locator(".answer .marker").first
    expect(page.locator("#tip")).to_be_hidden()
    mark.hover()
    expect(page.locator("#tip .quote")).to_contain_text("5.1%")
    page.mouse.move(0, 0)
    expect(page.locator("#tip")).to_be_hidden()
    mark.focus()
    expect(page.locator("#tip .quote")).to_contain_text("5.1%")
    assert mark.get_attribute("aria-describedby") == "tip"
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()


def test_a_follow_up_is_understood_and_said(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, GROWTH)
    turn = ask(page, "那抚州呢？")
    expect(turn.locator(".understood")).to_have_text("理解为：2023年抚州的GDP增长多少？")
    expect(turn.locator(".answer")).to_contain_text("6.3%")
    assert page.locator("#talks li").first.inner_text().startswith(GROWTH)


def test_what_limits_a_question_can_be_taken_away(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, "廊坊2024年GDP增长目标是多少？")
    expect(turn.locator(".chip")).to_have_text(["廊坊市", "2024年", "目标"])
    turn.get_by_role("button", name="去掉“廊坊市”再问").click()
    again = page.locator(".turn").nth(1)
    expect(again.locator("h2")).to_have_text("2024年GDP增长目标是多少？")
    again.locator(".after").wait_for()
    expect(again.locator(".chip")).to_have_text(["2024年", "目标"])


def test_a_refusal_says_what_there_is_and_asks_it(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, "重庆2024年GDP增长目标是多少？")
    expect(turn.locator(".verdict")).to_have_text("库里没有")
    expect(turn.locator(".answer")).to_contain_text("重庆")
    turn.locator(".instead").get_by_role("button", name="廊坊市").click()
    again = page.locator(".turn").nth(1)
    expect(again.locator("h2")).to_have_text("廊坊市2024年GDP增长目标是多少？")
    expect(again.locator(".answer")).to_contain_text("6%左右")


def test_a_refusal_in_english_offers_english_names(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, locale="en-US")
    turn = ask(page, "What is Chongqing's GDP growth target for 2024?")
    turn.locator(".instead").get_by_role("button", name="Langfang").click()
    again = page.locator(".turn").nth(1)
    expect(again.locator("h2")).to_have_text("What is Langfang's GDP growth target for 2024?")
    expect(again.locator(".answer")).to_contain_text("6%")


def test_a_near_miss_is_shown_as_one(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, "抚州2023年固定资产投资增长多少？")
    expect(turn.locator(".verdict")).to_have_text("报告里没有写")
    expect(turn.locator(".sources h3")).to_have_text("相近的原文（不是答案）")
    turn.locator(".card button").first.click()
    assert lit(page)


def test_a_contradiction_stands_side_by_side(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, "塞北管理区2023年进出口总值增长了多少？")
    sides = turn.locator(".conflict blockquote")
    expect(sides).to_have_count(2)
    left, right = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    texts = " ".join(sides.all_inner_texts())
    assert "277.28%" in texts
    assert "300%" in texts
    sides.nth(1).locator(".marker").click()
    assert lit(page) == sides.nth(1).locator("p").inner_text() or "300" in lit(page)


def test_a_computed_figure_opens_to_its_formula(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, "2023年抚州的GDP增速比张家口高多少？")
    figure = turn.locator("button.figure").first
    figure.click()
    expect(figure).to_have_attribute("aria-expanded", "true")
    expect(turn.locator(".sum code")).to_have_text("6.3% - 5.1% = 1.2个百分点")
    expect(turn.locator(".sum li")).to_have_count(2)
    turn.locator(".sum .marker").nth(1).click()
    assert "%" in lit(page)
    figure.click()
    expect(turn.locator(".sum")).to_have_count(0)


def test_citations_are_walked_and_the_link_comes_back(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, "2023年抚州的GDP增速比张家口高多少？")
    turn.locator(".answer .marker").first.click()
    expect(page.locator("#walk-at")).to_have_text("引文 1/2")
    first = lit(page)
    page.locator("#next").click()
    expect(page.locator("#walk-at")).to_have_text("引文 2/2")
    expect(page.locator("#reader-title")).to_contain_text("张家口市")
    second = lit(page)
    assert first != second
    page.locator("#link").click()
    address = page.evaluate("navigator.clipboard.readText()")
    again = open_page(site, address.removeprefix(site.url))
    assert lit(again) == second
    expect(again.locator("#reader-path .stance")).to_have_text("已完成 · 2023年")
    expect(again.locator("#reader-text mark.lit").first).to_be_in_viewport()


def test_an_answer_is_copied_with_footnotes(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, GROWTH)
    turn.get_by_role("button", name="复制（带脚注）").click()
    expect(turn.locator(".after")).to_contain_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    answer, notes = copied.split("\n\n")
    assert "5.1%" in answer
    assert re.match(r"\[1\] “.*5\.1%.*” — 张家口市 · 2024年报告 · .*第 \d+–\d+ 字", notes)


def test_an_answer_is_rated(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, GROWTH)
    turn.get_by_role("button", name="答得好", exact=True).click()
    expect(turn.get_by_role("button", name="答得好", exact=True)).to_have_attribute("aria-pressed", "true")
    turn.get_by_role("button", name="答得不好").click()
    page.locator("dialog input").fill("少了单位")
    page.locator("dialog .main").click()
    expect(turn.get_by_role("button", name="答得不好")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.get_by_role("button", name="答得不好")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("question", ["帮我写一首诗", "张家口的报告提到量子计算机了吗？"])
def test_every_refusal_is_told_apart_from_an_answer(site: Site, open_page: OpenPage, question: str) -> None:
    turn = ask(open_page(site), question)
    expect(turn).to_have_class(re.compile("refused"))
    expect(turn.locator(".verdict")).to_be_visible()
