"""For everybody: without a mouse, in narrow windows, in the dark, in three languages, read out, and fast."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDE, OpenPage
from tests.browser.site import Site, ask, lit, open_report

GROWTH = "2023年张家口的GDP增长多少？"
COMPARED = "安康、抚州、高平、汉中2023年GDP增速谁最高？"
CONFLICT = "塞北管理区2023年进出口总值增长了多少？"
SIZES = """performance.getEntries()
  .filter((one) => one.entryType === "navigation" || one.name.includes("/web/"))
  .map((one) => [one.name, one.transferSize])"""
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


def _tab_to(page: Page, selector: str, *, most: int = 80) -> None:
    """Presses the tab key until the focus is on what the selector names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"{most} times the tab key and no {selector}")


def test_all_of_it_without_a_mouse(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(CONFLICT)
    page.keyboard.press("Enter")
    page.locator(".after").wait_for()
    page.locator(".turn h2").focus()
    _tab_to(page, ".answer .marker")
    expect(page.locator("#tip")).to_be_visible()
    page.keyboard.press("Enter")
    first = lit(page)
    _tab_to(page, "#next")
    page.keyboard.press("Enter")
    expect(page.locator("#walk-at")).to_have_text("引文 2/2")
    assert lit(page) != first
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(page.locator(".answer .marker").first).to_be_focused()
    page.locator("#history-title").evaluate("one => one.tabIndex = -1")
    page.locator("#history-title").focus()
    _tab_to(page, "#talks button")
    page.keyboard.press("Enter")
    expect(page.locator("#menu button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#menu button").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()


def test_in_360_pixels(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, size=(360, 740))
    turn = ask(page, COMPARED)
    expect(page.locator("#reader")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("#talk").evaluate("one => one.scrollWidth <= one.clientWidth")
    turn.locator(".answer .marker").first.click()
    assert lit(page)
    box = page.locator("#reader").bounding_box()
    assert box is not None
    assert box["width"] == 360
    expect(page.locator("#reader-text mark.lit").first).to_be_in_viewport()
    page.locator("#reader-close").click()
    expect(page.locator("#reader")).to_be_hidden()
    page.locator("#history-toggle").click()
    expect(page.locator("#talks a").first).to_be_in_viewport()
    page.locator("#talks a").first.click()
    expect(page.locator("#talks a").first).not_to_be_in_viewport()
    page.locator("#nav-reports").click()
    assert page.locator("#reports").evaluate("one => one.scrollWidth <= one.clientWidth")


@pytest.mark.parametrize(
    ("locale", "lang", "ask_word", "done"),
    [
        ("zh-CN", "zh-Hans", "提问", "已完成"),
        ("zh-TW", "zh-Hant", "提問", "已完成"),
        ("en-GB", "en", "Ask", "done"),
    ],
)
def test_in_the_language_of_the_browser(
    site: Site, open_page: OpenPage, locale: str, lang: str, ask_word: str, done: str
) -> None:
    page = open_page(site, locale=locale)
    assert page.locator("html").get_attribute("lang") == lang
    expect(page.locator("#ask")).to_have_text(ask_word)
    turn = ask(page, GROWTH)
    expect(turn.locator(".stance").first).to_contain_text(done)


def test_an_english_question(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, locale="en-US")
    turn = ask(page, "What was Langfang's GDP growth in 2023?")
    expect(turn.locator(".chip")).to_have_text(["廊坊市", "2023"])
    expect(turn.locator(".answer")).to_have_attribute("lang", "en")
    turn.locator(".answer .marker").first.click()
    assert lit(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(site: Site, open_page: OpenPage, scheme: str) -> None:
    page = open_page(site, color_scheme=scheme, bypass_csp=True)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {"beginning": _violations(page)}
    ask(page, CONFLICT)
    found["conflict"] = _violations(page)
    turn = ask(page, COMPARED)
    expect(turn.locator(".chart rect")).to_have_count(4)
    ask(page, "重庆2024年GDP增长目标是多少？")
    turn.locator(".answer .marker").first.click()
    lit(page)
    page.locator("#outline-toggle").click()
    found["answers"] = _violations(page)
    open_report(page, "汉中市")
    found["reports"] = _violations(page)
    page.set_viewport_size({"width": 360, "height": 740})
    found["narrow"] = _violations(page)
    page.locator("#reader-close").click()
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.locator("#rows tr").first.locator("td:last-child button").click()
    found["dialog"] = _violations(page)
    assert {state: faults for state, faults in found.items() if faults} == {}


def _violations(page: Page) -> list[str]:
    """What axe calls serious or critical, with where it is."""
    results = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} {one['nodes'][0].get('failureSummary', '')}"
        for one in results["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def test_it_is_painted_at_once_and_weighs_little(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    turn = ask(page, COMPARED)
    expect(turn.locator(".chart rect")).to_have_count(4)
    sizes = page.evaluate(SIZES)
    assert any(name.endswith("d3.js") for name, _ in sizes)
    assert sum(size for _, size in sizes) < 150_000
    elsewhere = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => new URL(one.name).origin)"
    )
    assert set(elsewhere) == {site.url}


def test_the_first_paint_takes_under_300_milliseconds(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    script = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    paints = []
    for _ in range(3):
        page.reload()
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        paints.append(page.evaluate(script))
    assert min(paints) < 300


@pytest.mark.parametrize("width", [360, 600, 820, 1100, 1340, 1920])
def test_nothing_sticks_out_at_any_width(site: Site, open_page: OpenPage, width: int) -> None:
    page = open_page(site, size=(width, 800))
    turn = ask(page, COMPARED)
    expect(turn.locator(".chart rect")).to_have_count(4)
    turn.locator(".answer .marker").first.click()
    lit(page)
    for part in ("html", "#talk", "#reader", "#reader-text"):
        assert page.locator(part).evaluate("one => one.scrollWidth <= one.clientWidth"), part
