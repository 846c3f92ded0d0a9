"""Folded source → the extents of the reports in it, each with its title.

A compilation is cut by the bodies in it, never by its contents page: a title counts where the address to the
deputies follows, with at most the day, the meeting and the speaker between, or where it has a line of its
own and a body under it. What is before the first title and the site furniture after the last sentence belongs
to no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.domain import ReportKind

OPENING = re.compile(r"各位代表[:,!]")
_YEAR = r"(?:19|20)\d\d年?度?"
_NAME = r"[一-龥]{2,24}?"
_WORK_REPORT = r"(?:人民)?政府工作报告"
# 2024年抚州市政府工作报告 | (speaker, day, meeting) | 各位代表:
_HEADED = re.compile(
    rf"(?P<title>(?:{_YEAR}(?:{_NAME})?|(?:(?<=\n)|^){_NAME}|(?:(?<=[\n。.…)\d])|^){_NAME}(?={_WORK_REPORT}\n?各位代表)|"
    rf"(?:(?<=\n)|^)){_WORK_REPORT})(?P<between>[^。]{{0,200}}?)各位代表[:,!]"
)
_TITLE_LINE = re.compile(
    rf"^(?P<title>(?:{_YEAR})?(?:{_NAME})?{_WORK_REPORT}(?:[(][^)\n]{{1,30}}[)])?)$", re.M
)
_NO_HEAD = re.compile(r"^[,、;》”]|\.{3}|…|·{3}|_{3}|工作报告")
"""What is not between a title and its body: a sentence that goes on, or a line of a contents page."""
_BODY = 400
"""Code points that a report has at least; entries of a contents page and their like are nearer together."""
_TITLE = re.compile(
    r"政府\n?工作\n?报告|在[^\n。]{2,30}(?:会议|大会)上的报告|"
    r"(?:管理区|开发区|新区|示范区|高新区|经开区|园区|度假区|保税区|管委会|管理委员会)[^\n。]{0,12}工作报告"
)
_EXCERPT = re.compile(r"摘登|摘要|节选|摘编|摘发|[(]摘[)]")
# Lines that sites and newspapers put around a report.
_FURNITURE = re.compile(
    r"^(?:导航菜单|购物车|我的足迹|加入Vip|立即下载|上一篇|下一篇|分享到|打印本页|关闭窗口|字号|责任编辑|编辑:|来源:|作者:|"
    r"评论[(]|留言与?评论|验证码|本文(?:仅代表|地址|来源)|免责声明|版权|凡注明|[(][^)\n]{0,12}(?:记者|通讯员)|"
    r"\d+[.、]本网|本网|联系电话|Copyright|https?:|“?两会”?进行时|"
    r"首页(?:[>»/|]|$)|(?:您)?(?:的|现在的)?(?:当前)?位置:|您(?:现在)?所在|索引号|信息来源|文章来源|发布(?:时间|日期|机构|单位):|"
    r"(?:浏览|点击|阅读)(?:次数|量|数|率)?:|字体|【(?:字体|打印|关闭|收藏|大中小)|(?:打印|收藏|关闭|繁体|简体|无障碍)(?:[|丨]|$)|"
    r"分享:|扫一扫|微信扫|微博分享|(?:主办|承办|技术支持)(?:单位)?:|网站标识码|[^\n]{0,8}(?:ICP备|公网安备)|相关(?:链接|阅读|新闻|文章|推荐)|"
    r"[上下]一[条页](?::|$)|返回(?:顶部|首页)|责编|(?:审核|校对|编审|记者|通讯员|文字|摄影):|附件下载|点击下载|热门(?:推荐|文章)|"
    r"猜你喜欢|网友评论|(?:特别|郑重)?声明:)"
    r"|^(?:19|20)\d\d年\d{1,2}月\d{1,2}日评论[(]"
    r"|稿件来源|侵权|未经[^。]{0,12}(?:授权|许可)",
)
_HEAD = 3000
"""Code points in which a title is looked for."""
_ADDRESS = 200
"""Code points in which the address to the deputies makes a text a report though it has no title."""
_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A report's place in the folded source: `text[start:end]`."""

    start: int
    end: int
    kind: ReportKind
    title: str


def divide(text: str, *, source_name: str) -> list[Extent]:
    """The reports of a source in order. A text without any title is one of kind news."""
    return _parts(text) or [_single(text, source_name)]


def is_furniture(line: str) -> bool:
    """Whether a folded line inside a report's span was put there by a site, not by the report."""
    return len(line) < 200 and _FURNITURE.search(line) is not None


# --- Compilations -----------------------------------------------------------------------------------


def _parts(text: str) -> list[Extent]:
    """The parts of a compilation: two titles or more with bodies, or one after the titles of its contents."""
    heads = sorted({*_headed(text), *_lined(text)})
    heads = [head for n, head in enumerate(heads) if n == 0 or head[0] >= heads[n - 1][1]]
    contents = len(re.findall(_WORK_REPORT, text[: heads[0][0]])) if heads else 0
    if len(heads) < 2 and contents < 2:
        return []
    starts = [start for start, _ in heads]
    ends = [*starts[1:], _trim_end(text, starts[-1], len(text))]
    return [
        Extent(
            start=start,
            end=end,
            kind=ReportKind.COMPILATION_PART,
            title=text[start:title_end].strip(),
        )
        for (start, title_end), end in zip(heads, ends, strict=True)
    ]


def _headed(text: str) -> Iterator[tuple[int, int]]:
    """Titles with the address to the deputies behind them."""
    position = 0
    while match := _HEADED.search(text, position):
        if _NO_HEAD.search(match["between"]):
            position = match.end("title")
            continue
        yield match.span("title")
        position = match.end()


def _lined(text: str) -> Iterator[tuple[int, int]]:
    """Titles on a line of their own with a body under them. Of one title that stands twice the last has it:
    the others are in the contents."""
    titles = list(_TITLE_LINE.finditer(text))
    last = {match["title"]: match.start() for match in titles}
    bounds = [*(match.start() for match in titles), len(text)]
    for match, (start, following) in zip(titles, pairwise(bounds), strict=True):
        is_named = len(match["title"]) > len("人民政府工作报告")
        if is_named and following - match.end() >= _BODY and last[match["title"]] == start:
            yield match.span("title")


# --- Single reports ---------------------------------------------------------------------------------


def _single(text: str, name: str) -> Extent:
    """The whole text but for furniture. It is news where nothing calls it a work report."""
    start = _trim_start(text, 0)
    title = _TITLE.search(text, 0, _HEAD)
    stem = re.sub(r"[.]\w+$", "", name)
    if title is None:
        end = _trim_end(text, start, len(text))
        if "工作报告" in stem or OPENING.search(text, start, start + _ADDRESS):
            return Extent(start=start, end=end, kind=ReportKind.REPORT, title=stem)
        line = text[start:end].split("\n", 1)[0][:40]
        return Extent(start=start, end=end, kind=ReportKind.NEWS, title=line)
    line_start = text.rfind("\n", 0, title.start()) + 1
    line_end = _line_end(text, title.end())
    line = text[line_start:line_end]
    below = text[line_end + 1 : _line_end(text, line_end + 1)]
    if len(line) > _TITLE_LENGTH or line.endswith("。"):
        line = stem
    else:
        start = _trim_start(text, _with_lines_above(text, line_start))
        line = text[start:line_end].removeprefix("标题:").strip()
    is_excerpt = _EXCERPT.search(line) or (len(below) < _TITLE_LENGTH and _EXCERPT.search(below))
    kind = ReportKind.EXCERPT if is_excerpt else ReportKind.REPORT
    return Extent(start=start, end=_trim_end(text, start, len(text)), kind=kind, title=line)


def _with_lines_above(text: str, start: int) -> int:
    """Where a title begins that runs over lines: 张家口市 | 人民政府 | 工作报告."""
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        line = text[above : start - 1]
        if not re.fullmatch(
            rf"(?:{_YEAR})?[一-龥]{{0,20}}(?:[省市县旗盟州区]|人民政府|管委会|{_YEAR})", line
        ):
            break
        start = above
    return start


# --- Furniture --------------------------------------------------------------------------------------


def _trim_start(text: str, start: int) -> int:
    """Past furniture lines at the head."""
    while start < len(text):
        end = _line_end(text, start)
        if not _FURNITURE.search(text[start:end]):
            return start
        start = end + 1
    return 0


def _trim_end(text: str, start: int, end: int) -> int:
    """Before furniture lines at the tail."""
    while end > start:
        line = text.rfind("\n", start, end) + 1
        if line <= start or not _FURNITURE.search(text[line:end]):
            return end
        end = line - 1
    return end


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
