"""What the page does when things are not as they should be, and what outlives a reload."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag.assemble import open_keys, open_rag
from rag.domain import Role
from rag.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.site import Site, ask, lit, serve

GROWTH = "2023年张家口的GDP增长多少？"


def _menu(page: Page, title: str, choice: str) -> None:
    item = page.locator("#talks li").filter(has_text=title).first
    item.hover()
    item.get_by_role("button").click()
    page.locator("#menu").get_by_role("menuitem", name=choice).click()


def test_a_reload_keeps_the_conversation(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, GROWTH)
    ask(page, "那廊坊呢？")
    cited = lit(page)
    page.locator("#question").fill("还没有问的")
    page.reload()
    expect(page.locator(".turn h2")).to_have_text([GROWTH, "那廊坊呢？"])
    expect(page.locator(".turn").nth(1).locator(".understood")).to_contain_text("廊坊")
    assert lit(page) == cited
    expect(page.locator("#question")).to_have_value("还没有问的")
    expect(page.locator("#talks li.here")).to_contain_text(GROWTH)


def test_conversations_are_found_renamed_exported_and_deleted(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, "解放区建成了多少5G基站？")
    page.locator("#new").click()
    expect(page.locator("#welcome")).to_be_visible()
    ask(page, "高平2023年经济总量多少？")
    _menu(page, "解放区建成了", "改名")
    page.locator("dialog input").fill("基站")
    page.locator("dialog .main").click()
    expect(page.locator("#talks")).to_contain_text("基站")
    page.locator("#find-talk").fill("基站")
    expect(page.locator("#talks li")).to_have_count(1)
    with page.expect_download() as coming:
        _menu(page, "基站", "导出 Markdown")
    assert coming.value.suggested_filename == "基站.md"
    assert "[^1]" in coming.value.path().read_text(encoding="utf-8")
    page.locator("#talks a").first.click()
    expect(page.locator(".turn h2")).to_have_text(["解放区建成了多少5G基站？"])
    _menu(page, "基站", "删除")
    expect(page.locator("dialog")).to_contain_text("“基站”和其中的回答会一起删除")
    page.locator("dialog .danger").click()
    expect(page.locator("#no-talks")).to_have_text("没有找到。")
    expect(page.locator("#welcome")).to_be_visible()
    page.go_back()
    page.locator("#find-talk").fill("")


def test_the_service_goes_and_comes_back(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    ask(page, GROWTH)
    own_site.stop()
    try:
        page.locator("#question").fill("那廊坊呢？")
        page.locator("#question").press("Enter")
        expect(page.locator(".failed")).to_contain_text("连不上服务")
        expect(page.locator("#notice")).to_contain_text("连不上服务")
        expect(page.locator("#question")).to_have_value("那廊坊呢？")
    finally:
        own_site.start()
    expect(page.locator("#notice")).to_be_hidden()
    page.locator(".failed").get_by_role("button", name="再问一次").click()
    expect(page.locator(".turn").nth(1).locator(".answer")).to_contain_text("廊坊")
    expect(page.locator(".failed")).to_have_count(0)


def test_a_deleted_conversation_goes_on_as_a_new_one(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, GROWTH)
    talk = re.search(r"c=(\w+)", page.url)
    assert talk is not None
    site.rag.conversations.remove(talk[1], owner="")
    expect(ask(page, "廊坊2024年GDP增长目标是多少？").locator(".answer")).to_contain_text("6%左右")


@pytest.fixture
def empty_site(tmp_path: Path, models_folder: Path) -> Iterator[Site]:
    with (
        open_rag(Settings(data=tmp_path / "new", models=models_folder), chat=False) as rag,
        serve(rag) as site,
    ):
        yield site


def test_without_reports_the_page_says_what_to_do(empty_site: Site, open_page: OpenPage) -> None:
    page = open_page(empty_site)
    expect(page.locator("#nothing")).to_contain_text("库里还没有报告")
    page.locator("#nav-reports").click()
    expect(page.locator("#no-reports")).to_contain_text("把文件拖到这里")


def test_a_model_that_is_down_is_said(
    seeded_data: Path, models_folder: Path, tmp_path: Path, open_page: OpenPage
) -> None:
    data = shutil.copytree(seeded_data, tmp_path / "data")
    settings = Settings(data=data, models=models_folder, chat_url="http://127.0.0.1:9/v1", chat_model="gone")
    with open_rag(settings, check=False) as rag, serve(rag) as site:
        page = open_page(site)
        expect(page.locator("#notice")).to_contain_text("语言模型现在不能用，先给报告原句。")
        turn = ask(page, "安康2023年毛绒玩具综合产值是多少？")
        expect(turn.locator(".note")).to_contain_text("以下为报告原句")
        expect(turn.locator(".how")).to_contain_text("原句照录")


def test_a_model_that_is_loading_is_said_until_it_is_there(
    seeded_data: Path, models_folder: Path, tmp_path: Path, open_page: OpenPage
) -> None:
    data = shutil.copytree(seeded_data, tmp_path / "data")
    before = _children()
    with open_rag(Settings(data=data, models=models_folder)) as rag:
        (engine,) = _children() - before
        os.kill(engine, signal.SIGSTOP)  # it loads for as long as the test looks
        try:
            with serve(rag) as site:
                page = open_page(site)
                expect(page.locator("#notice")).to_contain_text("语言模型")
                expect(page.locator("#notice progress")).to_be_visible()
                page.locator("#extractive").check()
                turn = ask(page, "安康2023年毛绒玩具综合产值是多少？")
                expect(turn.locator(".answer")).to_contain_text("亿元")
                os.kill(engine, signal.SIGCONT)
                expect(page.locator("#notice")).to_be_hidden()
        finally:
            os.kill(engine, signal.SIGCONT)


def _children() -> set[int]:
    """The processes that this one started and that are still there."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text(encoding="utf-8").split()}


def test_a_key_is_asked_for_once(
    seeded_data: Path, models_folder: Path, tmp_path: Path, open_page: OpenPage
) -> None:
    data = shutil.copytree(seeded_data, tmp_path / "data")
    settings = Settings(data=data, models=models_folder)
    with (
        open_rag(settings, chat=False) as rag,
        closing(open_keys(settings)) as keys,
        serve(rag, keys=keys) as site,
    ):
        _, text = keys.create(role=Role.READER)
        page = open_page(site, wait=False)
        page.locator("dialog input").fill("wb_wrong")
        page.locator("dialog .main").click()
        expect(page.locator("dialog")).to_contain_text("无效或已被撤销")
        page.locator("dialog input").fill(text)
        page.locator("dialog .main").click()
        expect(ask(page, GROWTH).locator(".answer")).to_contain_text("5.1%")
        page.reload()
        expect(page.locator(".turn h2")).to_have_text(GROWTH)
        page.locator("#nav-reports").click()
        page.locator("#rows tr").first.locator("td:last-child button").click()
        page.locator("dialog .danger").click()
        expect(page.locator("#told")).to_have_text("这个密钥只能读，改动报告库要用 admin 的密钥。")
