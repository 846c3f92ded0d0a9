"""The real model on the page: evidence at once, a draft that grows, the proven answer; and stopping it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from rag.library import Rag
from tests.browser.conftest import OpenPage
from tests.browser.site import Site, ask, lit, serve

TOYS = "安康2023年毛绒玩具综合产值是多少？"
PATIENCE_MS = 300_000
WATCH = """() => {
  const here = (selector) => document.querySelector(`.turn ${selector}`);
  window.seen = [];
  const see = () => {
    const draft = here(".draft")?.textContent && "draft";
    const marked = here(".draft .marker") && "marked draft";
    const now = (here(".answer") && "answer") || marked || draft || (here(".card") && "evidence");
    if (now && seen.at(-1) !== now) seen.push(now);
  };
  const all = { childList: true, subtree: true, characterData: true };
  new MutationObserver(see).observe(document.getElementById("answers"), all);
}"""
"""Notes in which order the parts of an answer are on the page."""


@pytest.fixture(scope="module")
def model_site(seeded_rag: Rag) -> Iterator[Site]:
    with serve(seeded_rag) as site:
        yield site


def test_evidence_draft_and_answer_come_one_after_the_other(model_site: Site, open_page: OpenPage) -> None:
    page = open_page(model_site)
    page.set_default_timeout(PATIENCE_MS)
    page.evaluate(WATCH)
    turn = ask(page, TOYS)
    assert page.evaluate("seen") == ["evidence", "draft", "marked draft", "answer"]
    expect(turn.locator(".how")).to_contain_text("模型措辞，数字已核对")
    assert "毛绒玩具" in lit(page)


def test_stopping_keeps_the_evidence_and_frees_the_model(model_site: Site, open_page: OpenPage) -> None:
    page = open_page(model_site)
    page.set_default_timeout(PATIENCE_MS)
    page.locator("#question").fill(TOYS)
    page.locator("#ask").click()
    page.locator(".turn .card").first.wait_for()
    page.locator("#stop").click()
    expect(page.locator(".turn")).to_contain_text("已停止")
    expect(page.locator(".turn .draft")).to_have_count(0)
    assert page.locator(".turn .card").count() > 0
    expect(page.locator("#ask")).to_be_visible()
    page.locator(".turn").get_by_role("button", name="再问一次").click()
    expect(page.locator(".turn .answer")).to_contain_text("亿元", timeout=PATIENCE_MS)
