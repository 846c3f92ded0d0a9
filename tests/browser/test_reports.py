"""The reports on the page: read, searched, uploaded with what became of each file, deleted."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import Site, ask, lit, open_report
from tests.flow.uploading import as_docx, as_text, report_text

HOSTILE = ["<script>document.title='taken'</script>", "<img src=x onerror=\"document.title='taken'\">"]


INDEXED_MS = 240_000
"""Some four hundred passages on a busy machine."""


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _add(page: Page, *files: FilePayload) -> None:
    page.locator("#nav-reports").click()
    page.locator("#files").set_input_files(list(files))


def test_the_table_says_what_there_is(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/#view=reports")
    expect(page.locator("#library")).to_have_text("库里有 8 份报告")
    expect(page.locator("#rows tr")).to_have_count(8)
    assert any("原件不全" in row or "汇编" in row for row in page.locator("#rows tr").all_inner_texts())
    page.locator("#filter").fill("langfang 2024")
    expect(page.locator("#rows tr")).to_have_count(1)
    page.locator("#filter").fill("没有的地方")
    expect(page.locator("#no-reports")).to_have_text("没有这样的报告。")


def test_a_report_is_walked_by_its_outline_and_searched(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    open_report(page, "张家口市")
    page.locator("#outline-toggle").click()
    entry = page.locator("#outline button").nth(3)
    heading = entry.inner_text()
    entry.click()
    expect(page.locator("#reader-text .heading", has_text=heading).first).to_be_in_viewport()
    page.locator("#find").fill("地区生产总值")
    expect(page.locator("#found")).to_contain_text("0/")
    page.locator("#find").press("Enter")
    expect(page.locator("#found")).to_contain_text("1/")
    assert page.evaluate("CSS.highlights.get('found-here').size") == 1
    found = page.evaluate("[...CSS.highlights.get('found')].map(String)")
    assert {one.replace("\n", "") for one in found} <= {"地区生产总值"}
    page.locator("#find").fill("量子纠缠")
    expect(page.locator("#found")).to_have_text("没有")


@pytest.mark.parametrize("words", ["进出口总值", "進出口總值"])
def test_a_report_is_searched_in_either_script(site: Site, open_page: OpenPage, words: str) -> None:
    page = open_page(site)
    open_report(page, "塞北管理区")
    page.locator("#find").fill(words)
    expect(page.locator("#found")).to_contain_text("0/3")
    found = page.evaluate("[...CSS.highlights.get('found')].map(String)")
    assert {one.replace("\n", "") for one in found} == {"進出口總值"}


def test_one_report_alone_is_asked(site: Site, open_page: OpenPage) -> None:
    page = open_page(site)
    open_report(page, "汉中市")
    page.locator("#within").click()
    expect(page.locator("#only")).to_contain_text("只查：汉中市 · 2024年报告")
    turn = ask(page, "2023年GDP增长多少？")
    assert set(turn.locator(".card b").all_inner_texts()) == {"汉中市 · 2024年报告"}
    expect(turn.locator(".chip").last).to_contain_text("只查：汉中市")


def test_good_and_broken_files_are_told_apart(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    good = _file("兰州.docx", as_docx(report_text("兰州市", 2023, 7)))
    broken = _file("坏的.pdf", b"%PDF-1.7 nothing of a page")
    earlier = _file("兰州2020.txt", as_text(report_text("兰州市", 2020, 5)))
    empty = _file("空的.txt", b"")
    _add(page, good, broken, earlier, empty)
    rows = page.locator("#uploads li")
    expect(rows.filter(has_text="兰州.docx")).to_have_class("added")
    expect(rows.filter(has_text="兰州.docx")).to_contain_text("1 份报告 · 兰州市 2023年报告")
    expect(rows.filter(has_text="坏的.pdf")).to_have_class("failed")
    expect(rows.filter(has_text="坏的.pdf")).to_contain_text("文件已损坏")
    expect(rows.filter(has_text="空的.txt")).to_contain_text("文件是空的")
    expect(rows.filter(has_text="兰州2020.txt")).to_have_class("added")
    expect(page.locator("#rows")).to_contain_text("缺 2021–2022 年")
    page.locator("#nav-ask").click()
    turn = ask(page, "兰州2022年地区生产总值增长多少？")
    expect(turn.locator(".answer")).to_contain_text("7.3%")


def test_a_file_is_dropped_on_the_page(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    text = "\n".join(report_text("银川市", 2023, 5))
    page.evaluate(
        """(text) => {
          const files = new DataTransfer();
          files.items.add(new File([text], "银川.txt"));
          dispatchEvent(new DragEvent("dragover", { dataTransfer: files }));
          if (document.getElementById("drop").hidden) throw new Error("nothing invites to drop");
          dispatchEvent(new DragEvent("drop", { dataTransfer: files }));
        }""",
        text,
    )
    expect(page.locator("#drop")).to_be_hidden()
    expect(page.locator("#uploads li").filter(has_text="银川.txt")).to_have_class("added")


def test_a_file_is_deleted_after_a_question(own_site: Site, open_page: OpenPage) -> None:
    page = open_page(own_site)
    _add(page, _file("西宁.txt", as_text(report_text("西宁市", 2023, 9))))
    row = page.locator("#rows tr").filter(has_text="西宁.txt")
    row.get_by_role("button", name="删除 西宁市").click()
    expect(page.locator("dialog")).to_contain_text("西宁.txt 和其中的 1 份报告会从库里删除")
    page.locator("dialog").get_by_role("button", name="取消").click()
    expect(row).to_have_count(1)
    row.get_by_role("button", name="删除 西宁市").click()
    page.locator("dialog .danger").click()
    expect(page.locator("#told")).to_have_text("已删除 西宁.txt。")
    expect(row).to_have_count(0)
    page.locator("#nav-ask").click()
    expect(ask(page, "西宁2022年地区生产总值增长多少？").locator(".verdict")).to_have_text("库里没有")


def test_a_link_to_a_deleted_report_says_so(site: Site, open_page: OpenPage) -> None:
    page = open_page(site, "/#s=0123456789abcdef&at=1-5")
    expect(page.locator("#reader-title")).to_have_text("这份报告已经不在库里了。")


def test_markup_in_a_document_stays_text(own_site: Site, open_page: OpenPage) -> None:
    lines = report_text("天水市", 2023, 8)
    lines[4] += f"天水市{HOSTILE[0]}新建图书馆{HOSTILE[1]}8座。"
    lines[0] = f"天水市政府工作报告{HOSTILE[1]}"
    page = open_page(own_site)
    _add(page, _file("<img src=x onerror=alert(1)>.txt", as_text(lines)))
    expect(page.locator("#uploads li").first).to_have_class("added")
    page.locator("#nav-ask").click()
    turn = ask(page, "天水市2022年新建图书馆多少座？<img src=x onerror=\"document.title='taken'\">")
    turn.locator(".card button").first.click()
    expect(page.locator("#reader-text")).to_contain_text(HOSTILE[0])
    expect(page.locator("#reader-text")).to_contain_text(HOSTILE[1])
    assert lit(page)
    assert page.locator("#reader-text script, #reader-text img, .turn script, .turn img").count() == 0
    assert page.title() == "问报 · wenbao"


@pytest.fixture
def long_report() -> FilePayload:
    """Some 60,000 characters."""
    lines = report_text("嘉峪关市", 2023, 6)
    clauses = "完善制度，优化服务，巩固成果，" * 8
    more = [f"（{n}）持续推进第{n}项工作，{clauses}取得实效。" for n in range(1, 430)]
    return _file("嘉峪关.txt", as_text([*lines, "三、其他工作", *more, "最后一句是第九百九十九句。"]))


def test_a_long_report_scrolls_smoothly(
    own_site: Site, open_page: OpenPage, long_report: FilePayload
) -> None:
    page = open_page(own_site)
    _add(page, long_report)
    expect(page.locator("#uploads li").first).to_have_class("added", timeout=INDEXED_MS)
    open_report(page, "嘉峪关市")
    assert len(page.locator("#reader-text").evaluate("one => one.textContent")) > 55_000
    frames = page.evaluate(
        """async () => {
          const region = document.getElementById("reader-text");
          const times = [];
          let last = performance.now();
          for (let i = 0; i < 60; i++) {
            region.scrollTop += 900;
            const now = await new Promise(requestAnimationFrame);
            times.push(now - last);
            last = now;
          }
          return times.sort((a, b) => a - b);
        }"""
    )
    assert frames[len(frames) // 2] < 50
    page.locator("#find").fill("第九百九十九句")
    page.locator("#find").press("Enter")
    expect(page.locator("#reader-text p", has_text="第九百九十九句")).to_be_in_viewport()
